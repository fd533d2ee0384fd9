"""A worker that makes no progress ends itself; one that does, or has nothing to do, does not."""

import threading
import time
from pathlib import Path
from uuid import uuid4

import pytest

from transcription.worker import watchdog
from transcription.worker.claim_file import ClaimFile
from transcription.worker.watchdog import Watchdog


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog, "LOOK_SECONDS", 0.01)


def test_a_claim_without_progress_ends_the_process(tmp_path: Path) -> None:
    ended = threading.Event()
    watched = Watchdog(ClaimFile(tmp_path), end=ended.set)
    watched.expect_progress((uuid4(), 1), 0.05)
    assert ended.wait(10)


def test_progress_and_ends_are_heeded_and_nobody_watches_where_there_is_nothing_to_watch(
    tmp_path: Path,
) -> None:
    ended = threading.Event()
    watched, claim = Watchdog(ClaimFile(tmp_path), end=ended.set), (uuid4(), 1)
    watched.expect_progress(claim, 0.05)
    watched.expect_progress(claim, 600)
    assert not ended.wait(0.2)
    assert watched.under_way() == {claim}
    watched.forget(claim)
    while watched._watcher:
        time.sleep(0.01)
    watched.expect_progress(claim, 0.05)
    assert ended.wait(10), "it is watched again"
