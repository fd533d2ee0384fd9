"""The order of what is really done for a memo, read from strace; and the power failing at each step of it."""

import random
import shutil
from pathlib import Path

import pytest

from tests.capture.server import Server, speech
from tests.faults.counts import either, figure
from tests.faults.doors import DOORS, Door
from tests.faults.receipts import acknowledged
from tests.faults.replay import Outcome, Replay
from tests.faults.steps import ORDER, steps_to_the_receipt
from tests.faults.tracing import Traced
from tests.faults.ways import WAYS, Run, Way, by_import

pytestmark = pytest.mark.alone

ROUNDS, MEMOS = either((1, 30), (20, 500))
CONTROLS = [
    ("doors", "files", "whole file"),
    ("doors", "folders", "whole file"),
    ("doors", "commits", "row"),
    ("doors", "early receipt", "row"),
    ("import", "files", "whole file"),
    ("import", "folders", "whole file"),
    ("import", "commits", "row"),
]


def replayed(run: Run, seed: int, scratch: Path) -> Outcome:
    """Let the power fail at every step of what was done."""
    return Replay(run.home, run.before, scratch, random.Random(seed)).run(run.calls, run.given)


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


def test_an_old_file_is_marked_as_kept_once_bytes_name_and_row_are_on_the_disk(
    moved_in: Server, tmp_path: Path
) -> None:
    run = by_import(moved_in, tmp_path, 0, 3, "")
    for mark in run.given:
        assert steps_to_the_receipt(run.calls, mark, run.home) == ORDER


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_no_power_cut_loses_a_memo_that_may_be_deleted_elsewhere(way: Way, moved_in: Server, tmp_path: Path) -> None:
    given = failures = 0
    for seed in range(ROUNDS):
        folder = tmp_path / str(seed)
        folder.mkdir()
        run = way(moved_in, folder, seed, MEMOS, "")
        outcome = replayed(run, seed, folder)
        assert outcome.lost == {}
        given += len(run.given)
        failures += outcome.failures
        shutil.rmtree(folder)
    assert given == ROUNDS * MEMOS
    figure("memos lost to a power cut", 0, "memos", way=way.__name__, acknowledgements=given, power_cuts=failures)


@pytest.mark.parametrize(("way", "carelessness", "lacking"), CONTROLS)
def test_carelessness_is_found(way: str, carelessness: str, lacking: str, moved_in: Server, tmp_path: Path) -> None:
    """The positive control: the same run, the same check."""
    outcome = replayed(WAYS[way](moved_in, tmp_path, 0, 8, carelessness), 0, tmp_path)
    assert outcome.lost
    assert all(lacking in sentence for sentence in outcome.lost.values())
