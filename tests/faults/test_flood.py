"""A flood: many send at once, each recording meets three faults, and the server is killed again and again.

Nothing is lost or there twice, nothing stays behind, and a good client sends hardly more than the recordings hold.
"""

import hashlib
import json
import random
import threading
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path

import pytest

from tests.support.data_folder import files
from tests.support.faults.counts import either, figure
from tests.support.faults.good_client import GoodClient
from tests.support.faults.kept import listed, sweep
from tests.support.faults.kills import kill_some
from tests.support.faults.lines import Line, three_faults
from tests.support.faults.phones import receipt_in
from tests.support.faults.tracing import PATIENT
from tests.support.web_server import Server, speech

pytestmark = pytest.mark.alone

MEMOS = either(40, 500)
MEMOS_A_KILL = 4
SENDERS = 8
SEED = 22
SIZES = (10_000, 300_000)
"""From two seconds to a minute, as phones record."""
MOST_SENT, MOST_SENT_IN_PEACE = 1.3, 1.1
PAUSE_SECONDS = 1
PATIENCE_SECONDS = 300
NEXT_START = "from capture.maintenance.cleanup import delete_leftovers_of_last_run as go; print(go())"
HEALTH = """
from django.conf import settings
from django.test import Client
from capture.models import Upload, User
settings.ALLOWED_HOSTS = ["testserver"]
User.objects.update(is_superuser=True)
owner = Client()
owner.force_login(User.objects.get())
print(Upload.objects.filter(finished_at=None).count())
print(owner.get("/health/").content.decode())
"""


class Flood:
    """Senders of recordings of many lengths, and what became of them."""

    def __init__(self, server: Server, name: str, count: int, *, is_broken: bool) -> None:
        self.receipts: dict[str, int] = {}
        self.audio_bytes = 0
        self.sent: Counter[str] = Counter()
        self.met: Counter[str] = Counter()
        self._server, self._name, self._is_broken = server, name, is_broken
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(SENDERS)
        self.sending: list[Future[None]] = [self._pool.submit(self._send, number) for number in range(count)]

    @property
    def sent_share(self) -> float:
        """Return how many bytes were sent for each byte of the recordings."""
        return self.sent.total() / self.audio_bytes

    def _send(self, number: int) -> None:
        chance, deadline = random.Random(f"{SEED} {self._name} {number}"), time.monotonic() + PATIENCE_SECONDS
        audio = speech(chance.getrandbits(64), round(SIZES[0] * (SIZES[1] / SIZES[0]) ** chance.random()))
        line = Line(self._server, chance, three_faults(chance) if self._is_broken else ())
        client_id = f"{self._name}-{number}"
        client = GoodClient(client_id, audio)
        while (receipt := self._receipt(client, line)) is None:
            assert time.monotonic() < deadline, "no receipt for too long"
        sha256 = hashlib.sha256(audio).hexdigest()
        assert receipt == {**receipt, "id": client_id, "sha256": sha256, "bytes": len(audio), "safe_to_delete": True}
        with self._lock:
            self.receipts[sha256] = len(audio)
            self.audio_bytes += len(audio)
            self.sent += line.sent
            self.met += line.met

    def _receipt(self, client: GoodClient, line: Line) -> dict[str, object] | None:
        try:
            answer = client.send(line)
        except OSError:
            time.sleep(PAUSE_SECONDS)
            return None
        if answer.status == HTTPStatus.CONFLICT:
            return None  # it was sent twice, and there already
        receipt = receipt_in(answer)
        if receipt is None:
            time.sleep(int(answer.headers.get("retry-after", 1)))
        return receipt

    def wait_for(self, receipts: int) -> None:
        """Wait until so many recordings have theirs."""
        while sum(one.done() for one in self.sending) < receipts:
            time.sleep(0.01)

    def end(self) -> None:
        """Wait for all, and raise what one failed with."""
        self._pool.shutdown()
        for one in self.sending:
            one.result()


def test_a_flood_loses_nothing_doubles_nothing_and_leaves_nothing(moved_in: Server, tmp_path: Path) -> None:
    chance, kills = random.Random(SEED), 0
    server = Server(tmp_path / "home", PATIENT, moved_in)
    server.start()
    try:
        peace = Flood(server, "peace", MEMOS // 4, is_broken=False)
        peace.end()
        flood = Flood(server, "flood", MEMOS, is_broken=True)
        for receipts in range(1, MEMOS, MEMOS_A_KILL):
            flood.wait_for(receipts)
            time.sleep(chance.uniform(0, 0.3))
            kill_some(server, chance)
            kills += 1
        flood.end()
    finally:
        server.kill()
    rows = listed(server.home)
    lost = flood.receipts.keys() - {row.sha256 for row in rows}
    by_method = {method: round(sent / flood.audio_bytes, 3) for method, sent in flood.sent.items()}
    faults = flood.met.total() - flood.met[""]
    figure("memos of the flood", MEMOS, "memos", faults=faults, kills=kills, lost=len(lost), by_fault=flood.met)
    figure("bytes sent for each of the audio", flood.sent_share, "", by_method=by_method)
    figure("the same without faults", peace.sent_share, "", sent=peace.sent)
    assert {row.sha256: row.bytes for row in rows} == peace.receipts | flood.receipts
    assert all(row.is_whole(server.home) for row in rows)
    assert faults == 3 * MEMOS
    assert peace.sent_share <= MOST_SENT_IN_PEACE
    assert flood.sent_share <= MOST_SENT, by_method

    taken = int(server.command("shell", "--no-imports", "-c", NEXT_START).split()[-1])
    assert len(files(server.home)) == len(rows), "the next start left something"
    counted = json.loads((server.home / "leftovers.json").read_text()) if taken else {"deleted": 0, "claimed": 0}
    assert counted["deleted"] + counted["claimed"] == taken
    swept = sweep(server)
    assert listed(server.home) == rows
    left, page = server.command("shell", "--no-imports", "-c", HEALTH).split("\n", 1)
    assert int(left) == 0, "an upload stays for ever"
    assert (f"{taken} file" in page) == bool(taken)
    figure("files that the flood left", taken, "files", swept_later=swept)
