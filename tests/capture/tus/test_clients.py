"""The official clients over a bad line: every recording that they say is sent is here, byte for byte, once."""

import hashlib
import io
import json
import random
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError, TusUploadFailed

from tests.support.bad_line import FAULTS, Proxy
from tests.support.data_folder import files
from tests.support.servers import missing
from tests.support.web_server import Server, speech

pytestmark = pytest.mark.alone

CLIENTS = Path(__file__).parents[2] / "clients"
SEED = 20261124
SIZES = (5, 100, 3_000, 40_000, 120_000, 120_000, 400_000, 1_000_000, 3_000_000)
PATIENCE = 240


def recordings(of: str) -> dict[str, bytes]:
    """Return recordings of many sizes by id, the last one known by its bytes already."""
    sizes = SIZES * 3
    made = {f"{of}-{number}": speech(SEED + number + len(of) * 1000, size) for number, size in enumerate(sizes)}
    return made | {f"{of}-alias": made[f"{of}-0"]}


def said_of(client_id: str, audio: bytes, number: int) -> dict[str, str]:
    said = {"id": client_id, "recorded_at": "2026-11-24T03:12:00+01:00", "type": "audio/ogg", "context": "night"}
    return said | ({"sha256": hashlib.sha256(audio).hexdigest()} if number % 2 else {})


def chunk_size(audio: bytes, number: int) -> int:
    """Return how much is sent at once: the whole, or some part of it."""
    return max(1, -(-len(audio) // (1, 3, 7)[number % 3]))


def are_all_there(server: Server, sent: dict[str, bytes], proxy: Proxy) -> None:
    rows = {name: row for name, row in server.rows().items() if name in sent or set(row.aliases) & set(sent)}
    names = [name for client_id, row in rows.items() for name in (client_id, *row.aliases)]
    assert sorted(names) == sorted(sent)
    for client_id, row in rows.items():
        assert (server.home / "audio" / row.path).read_bytes() == sent[client_id]
    for client_id, audio in sent.items():
        receipt = server.ask(server.head("GET", f"/api/v1/memos/{client_id}"))
        assert receipt.json()["sha256"] == hashlib.sha256(audio).hexdigest()
    assert len(files(server.home)) == len(server.rows())
    assert set(proxy.done) == set(FAULTS), "the line was not bad"
    assert min(proxy.done.values()) >= 5, proxy.done
    print(dict(proxy.done))


def test_tuspy_brings_every_recording_over_a_bad_line(server: Server) -> None:
    sent = recordings("py")

    def upload(number: int, client_id: str, audio: bytes, port: int) -> None:
        client = TusClient(f"http://127.0.0.1:{port}/api/v1/uploads/", {"Authorization": f"Bearer {server.token}"})
        uploader: Any = client.uploader(
            file_stream=io.BytesIO(audio),
            chunk_size=chunk_size(audio, number),
            metadata=said_of(client_id, audio, number),
            retries=3,
            retry_delay=0,
            upload_checksum=number % 4 == 0,
        )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                if uploader.url:
                    uploader.offset = uploader.get_offset()
                uploader.upload()
            except (TusCommunicationError, TusUploadFailed):
                time.sleep(0.05)
            else:
                return
        raise TimeoutError(client_id)

    with Proxy(server.port, SEED) as proxy, ThreadPoolExecutor(4) as phone:
        sending = [phone.submit(upload, number, *one, proxy.port) for number, one in enumerate(sent.items())]
        for one in sending:
            one.result(PATIENCE)
    are_all_there(server, sent, proxy)


def test_tus_js_client_brings_every_recording_over_a_bad_line(server: Server, tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None or not (CLIENTS / "node_modules").is_dir():
        missing("tus-js-client (npm ci in tests/clients)")
    sent = recordings("node")
    with Proxy(server.port, SEED) as proxy:
        uploads = []
        for number, (client_id, audio) in enumerate(sent.items()):
            (tmp_path / client_id).write_bytes(audio)
            uploads.append(
                {
                    "file": str(tmp_path / client_id),
                    "endpoint": f"http://127.0.0.1:{proxy.port}/api/v1/uploads/",
                    "token": server.token,
                    "metadata": said_of(client_id, audio, number),
                    "chunkSize": chunk_size(audio, number),
                    "withBeginning": random.Random(number).random() < 0.3,
                }
            )
        (tmp_path / "uploads.json").write_text(json.dumps(uploads))
        run = subprocess.run(
            [str(node), "tus.mjs", str(tmp_path / "uploads.json")],
            cwd=CLIENTS,
            stdout=subprocess.PIPE,
            text=True,
            timeout=PATIENCE,
            check=True,
        )
    ended = {one["id"]: one["hindrance"] for one in map(json.loads, run.stdout.splitlines())}
    assert ended == dict.fromkeys(sent)
    are_all_there(server, sent, proxy)
