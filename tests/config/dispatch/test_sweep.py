"""The sweep notifies of what nobody was notified of, at most as often as workers can answer."""

import logging
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError

from capture.models import Device
from config.dispatch import sweep as sweeping
from config.dispatch.notify import Stage
from config.dispatch.sweep import notify_waiting, poll_folders_until, sweep_until
from config.pipeline import PLACE, SWEPT, TRANSCRIBE
from tests.support.recordings import speak
from tests.support.transcripts import write_transcript

Names = list[str]


@pytest.fixture
def notified(monkeypatch: pytest.MonkeyPatch) -> Names:
    """Return the names of the tasks that are notified of."""
    heard: Names = []
    monkeypatch.setattr(sweeping, "notify", lambda task, **_: heard.append(task.name))
    return heard


def test_what_is_left_behind_is_seen_by_its_absence(bedside: Device, notified: Names) -> None:
    speak(bedside, "memo-001.ogg")
    write_transcript(bedside, "These words have no ideas yet.")
    assert notify_waiting() == 2
    assert notified == [PLACE.task.name, TRANSCRIBE.task.name]


def test_where_nothing_is_left_behind_nobody_is_notified(notified: Names, db: None) -> None:
    assert notify_waiting() == 0


def test_it_notifies_at_most_twice_for_each_thread(
    notified: Names, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.WORKER_THREADS = 3
    monkeypatch.setattr(sweeping, "SWEPT", (Stage(PLACE.task, lambda: 1000), Stage(TRANSCRIBE.task, lambda: 2)))
    assert notify_waiting() == 6 + 2
    assert len({stage.task for stage in SWEPT}) == len(SWEPT)


def test_a_database_that_is_away_is_waited_for_and_told_of_once(
    monkeypatch: pytest.MonkeyPatch, settings: Any, caplog: pytest.LogCaptureFixture, db: None
) -> None:
    settings.SWEEP_SECONDS = 0.001
    ended = threading.Event()
    rounds: list[Callable[[], None]] = []

    def away() -> None:
        rounds.append(away)
        if len(rounds) == 3:
            ended.set()
        raise OperationalError

    monkeypatch.setattr(sweeping, "sweep_once", away)
    monkeypatch.setattr(sweeping, "close_old_connections", lambda: None)
    with caplog.at_level(logging.WARNING):
        sweep_until(ended)
    assert len(rounds) == 3
    assert len(caplog.records) == 1


def test_the_database_is_told_once_a_day_how_much_there_is(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.SWEEP_SECONDS = 0.001
    now, told, ended = [0.0], list[float](), threading.Event()

    def sweep_an_hour_later() -> None:
        now[0] += 3600
        if now[0] > 50 * 3600:
            ended.set()

    monkeypatch.setattr(sweeping, "sweep_once", sweep_an_hour_later)
    monkeypatch.setattr(sweeping, "close_old_connections", lambda: None)
    monkeypatch.setattr(sweeping, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(sweeping, "refresh_statistics", lambda: told.append(now[0] / 3600))
    sweep_until(ended)
    assert told == [1, 26, 51]


def test_a_look_into_folders_that_fails_ends_the_sweep_to_be_started_again(
    monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    def fail() -> None:
        raise RuntimeError

    ended = threading.Event()
    monkeypatch.setattr(sweeping, "poll_folders", fail)
    with pytest.raises(RuntimeError):
        poll_folders_until(ended)
    assert ended.is_set()
