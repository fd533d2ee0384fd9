"""The web server killed at moments of chance while phones upload: whatever has a receipt is there, whole, once."""

import random
import time
from pathlib import Path

import pytest

from tests.support.faults.counts import either, figure
from tests.support.faults.kept import Listed, listed, sweep
from tests.support.faults.kills import kill_some
from tests.support.faults.phones import Phones
from tests.support.faults.tracing import PATIENT
from tests.support.web_server import Server

pytestmark = pytest.mark.alone

KILLS = either(8, 300)
PHONES = 8
LONGEST_WAIT = 0.4


def test_whatever_has_a_receipt_outlives_the_server(moved_in: Server, tmp_path: Path) -> None:
    chance = random.Random(300)
    server = Server(tmp_path / "home", PATIENT, moved_in)
    server.start()
    whole: set[Listed] = set()
    try:
        with Phones(server, PHONES, seed=300) as phones:
            for _ in range(KILLS):
                time.sleep(chance.uniform(0, LONGEST_WAIT))
                kill_some(server, chance)
                phones.check()
                new = listed(server.home) - whole
                assert [row for row in new if not row.is_whole(server.home)] == []
                whole |= new
    finally:
        server.kill()
    rows = listed(server.home)
    assert rows >= whole, "what was listed once is gone"
    assert {row.sha256: row.bytes for row in rows} == phones.receipts
    assert all(row.is_whole(server.home) for row in rows)
    assert phones.repeated, "no kill met an upload: the test showed nothing"
    swept = sweep(server)
    assert listed(server.home) == rows
    figure(
        "memos lost to kill -9", 0, "memos", kills=KILLS, receipts=len(rows), sent_again=phones.repeated, swept=swept
    )
