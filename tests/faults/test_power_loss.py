"""The order of what is really done for a memo, read from strace; and the power failing at each step of it."""

import random
import shutil
from pathlib import Path

import pytest

from tests.support.faults.counts import either, figure
from tests.support.faults.doors import DOORS
from tests.support.faults.receipts import acknowledged
from tests.support.faults.replay import Outcome, Replay
from tests.support.faults.steps import ORDER, steps_to_the_receipt
from tests.support.faults.tracing import Traced
from tests.support.faults.ways import WAYS, Run, by_import
from tests.support.web_server import Server, speech

pytestmark = pytest.mark.alone

COUNTS = either({"doors": (1, 30), "import": (1, 15)}, {"doors": (20, 500), "import": (4, 500)})
"""Rounds, and memos of each, by the way they come in."""
SOME_CONTROLS = [
    ("doors", "files", "whole file"),
    ("doors", "early receipt", "row"),
    ("import", "folders", "whole file"),
    ("import", "commits", "row"),
]
MORE_CONTROLS = [("doors", "folders", "whole file"), ("doors", "commits", "row"), ("import", "files", "whole file")]
CONTROLS = either(SOME_CONTROLS, SOME_CONTROLS + MORE_CONTROLS)


def replayed(run: Run, seed: int, scratch: Path) -> Outcome:
    """Let the power fail at every step of what was done."""
    return Replay(run.home, run.before, scratch, random.Random(seed)).run(run.calls, run.given)


def test_a_receipt_begins_once_bytes_name_and_row_are_on_the_disk(moved_in: Server, tmp_path: Path) -> None:
    server = Traced(tmp_path / "home", moved_in)
    server.start()
    try:
        for seed, (name, door) in enumerate(DOORS.items()):
            for number in range(3):  # of the first, folders are made as well
                assert door(server, f"{name}-{number}", speech(seed * 3 + number)).status in {200, 201}
        calls = server.end()
    finally:
        server.kill()
    receipts = acknowledged(calls)
    assert len(receipts) == 3 * len(DOORS)
    orders = {receipt.client_id: steps_to_the_receipt(calls, receipt, server.home) for receipt in receipts}
    assert orders == dict.fromkeys(orders, ORDER)


def test_an_old_file_is_marked_as_kept_once_bytes_name_and_row_are_on_the_disk(
    moved_in: Server, tmp_path: Path
) -> None:
    run = by_import(moved_in, tmp_path, 0, 3, "")
    for mark in run.given:
        assert steps_to_the_receipt(run.calls, mark, run.home) == ORDER


@pytest.mark.parametrize("way", WAYS)
def test_no_power_cut_loses_a_memo_that_may_be_deleted_elsewhere(way: str, moved_in: Server, tmp_path: Path) -> None:
    given = failures = 0
    rounds, memos = COUNTS[way]
    for seed in range(rounds):
        folder = tmp_path / str(seed)
        folder.mkdir()
        run = WAYS[way](moved_in, folder, seed, memos, "")
        outcome = replayed(run, seed, folder)
        assert outcome.lost == {}
        given += len(run.given)
        failures += outcome.failures
        shutil.rmtree(folder)
    assert given == rounds * memos
    figure("memos lost to a power cut", 0, "memos", way=way, acknowledgements=given, power_cuts=failures)


@pytest.mark.parametrize(("way", "carelessness", "lacking"), CONTROLS)
def test_carelessness_is_found(way: str, carelessness: str, lacking: str, moved_in: Server, tmp_path: Path) -> None:
    """The positive control: the same run, the same check."""
    outcome = replayed(WAYS[way](moved_in, tmp_path, 0, 8, carelessness), 0, tmp_path)
    assert outcome.lost
    assert all(lacking in sentence for sentence in outcome.lost.values())
