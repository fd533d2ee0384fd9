"""The web server killed at moments of chance: whatever has a receipt is there."""

import hashlib
import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.capture.server import Server, speech


@pytest.mark.parametrize("seed", range(4))
def test_whatever_has_a_receipt_outlives_the_server(seed: int, server: Server) -> None:
    """Killed at a moment of chance while 20 memos come in by four connections."""
    memos = {f"kill-{seed}-{number}": speech(100 * seed + number) for number in range(20)}
    receipts: dict[str, str] = {}

    def upload(client_id: str) -> None:
        try:
            answer = server.put(client_id, memos[client_id])
        except OSError:
            return
        if answer.status in {200, 201}:
            receipts[client_id] = answer.json()["sha256"]

    with ThreadPoolExecutor(4) as phone:
        sending = [phone.submit(upload, client_id) for client_id in memos]
        time.sleep(random.Random(seed).uniform(0.02, 0.4))
        server.kill()
    assert all(one.done() for one in sending)
    rows = server.rows()
    for client_id, sha256 in receipts.items():
        assert rows[client_id].sha256 == sha256 == hashlib.sha256(memos[client_id]).hexdigest()
        assert (server.home / "audio" / rows[client_id].path).read_bytes() == memos[client_id]
    server.start()
    for client_id, audio in memos.items():
        assert server.put(client_id, audio).status == (200 if client_id in rows else 201)
