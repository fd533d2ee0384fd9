"""The order of what the real server does for a memo, read from strace; and the power failing at each step of it."""

import hashlib
import random
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.capture.server import Server, speech
from tests.faults.counts import either, figure
from tests.faults.doors import DOORS, Door
from tests.faults.receipts import Acknowledged, acknowledged
from tests.faults.replay import Outcome, Replay
from tests.faults.steps import ORDER, steps_to_the_receipt
from tests.faults.tracing import Traced

pytestmark = pytest.mark.alone

ROUNDS, MEMOS = either((1, 40), (20, 500))
CLIENTS = 8


def send_all(server: Server, seed: int, count: int) -> dict[str, str]:
    """Send memos by all doors from eight clients at once; return the sha256 of each by its id."""
    doors = list(DOORS.values())
    memos = {f"memo-{number}": speech(seed * count + number, 6_000) for number in range(count)}

    def send(number: int) -> None:
        door: Door = doors[number % len(doors)]
        client_id = f"memo-{number}"
        assert door(server, client_id, memos[client_id]).status in {200, 201}

    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(send, range(count)))
    return {client_id: hashlib.sha256(audio).hexdigest() for client_id, audio in memos.items()}


def replay(server: Traced, seed: int, count: int, scratch: Path) -> tuple[Sequence[Acknowledged], Outcome]:
    """Run a server through `count` memos, and let the power fail at every step. It ends with it."""
    server.start()
    try:
        sent = send_all(server, seed, count)
        calls = server.end()
    finally:
        server.kill()
    receipts = acknowledged(calls)
    assert {one.client_id: one.sha256 for one in receipts} == sent
    return receipts, Replay(server.home, server.before, scratch, random.Random(seed)).run(calls, receipts)


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_a_receipt_begins_once_bytes_name_and_row_are_on_the_disk(door: Door, moved_in: Server, tmp_path: Path) -> None:
    server = Traced(tmp_path / "home", moved_in)
    server.start()
    try:
        for number in range(3):
            assert door(server, f"memo-{number}", speech(number)).status in {200, 201}
        calls = server.end()
    finally:
        server.kill()
    receipts = acknowledged(calls)
    assert len(receipts) == 3
    for receipt in receipts:  # of the first, folders are made as well
        assert steps_to_the_receipt(calls, receipt, server.home) == ORDER


def test_no_power_cut_loses_a_memo_with_a_receipt(moved_in: Server, tmp_path: Path) -> None:
    given = failures = 0
    for seed in range(ROUNDS):
        folder = tmp_path / str(seed)
        (folder / "scratch").mkdir(parents=True)
        receipts, outcome = replay(Traced(folder / "home", moved_in), seed, MEMOS, folder / "scratch")
        assert outcome.lost == {}
        given += len(receipts)
        failures += outcome.failures
        shutil.rmtree(folder)
    assert given == ROUNDS * MEMOS
    figure("memos lost to a power cut", 0, "memos", acknowledgements=given, power_cuts=failures)


@pytest.mark.parametrize(
    ("carelessness", "lacking"),
    [("files", "whole file"), ("folders", "whole file"), ("commits", "row"), ("early receipt", "row")],
)
def test_a_careless_server_is_found(carelessness: str, lacking: str, moved_in: Server, tmp_path: Path) -> None:
    """The positive control: the same run, the same check."""
    (tmp_path / "scratch").mkdir()
    server = Traced(tmp_path / "home", moved_in, {"CARELESS": carelessness})
    server.web = tuple(part.replace("config.gunicorn", "tests.faults.careless") for part in server.web)
    _, outcome = replay(server, 0, 8, tmp_path / "scratch")
    assert outcome.lost
    assert all(lacking in sentence for sentence in outcome.lost.values())
