"""Ringing never delays, and never breaks, what it is rung for."""

import logging
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import shared_task
from django.conf import settings

from config.dispatch import notify
from config.dispatch.notify import on, ring


@shared_task(name="tests.with_id")
def with_id(number: int) -> None:
    """Take an id."""


@shared_task(name="tests.without_id")
def without_id() -> bool:
    """Find work, each time."""
    return True


@pytest.fixture
def rings(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return where the rings lie of a bell that nobody has rung yet."""
    folder = Path(settings.BROKER_FOLDER) / "rings"
    monkeypatch.setattr(notify, "_bell", notify._Bell())
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    yield folder
    notify._bell.thread.shutdown()
    shutil.rmtree(folder)


def rung(rings: Path) -> int:
    """Return how many rings lie there, when all have been sent."""
    notify._bell.thread.submit(lambda: None).result()
    return len(list(rings.glob("*.msg")))


def test_a_ring_is_put(rings: Path) -> None:
    ring(without_id)
    assert rung(rings) == 1


def test_an_announcement_rings_with_its_id_where_the_task_takes_one(rings: Path) -> None:
    on(with_id)(sender=None, signal=None, id=7)
    on(without_id)(sender=None, signal=None, id=8)
    assert rung(rings) == 2


def test_a_task_that_found_work_is_rung_for_again(rings: Path) -> None:
    notify._ring_again(task=without_id, retval=True)
    notify._ring_again(task=without_id, retval=False)
    notify._ring_again(task=with_id, retval=None)
    assert rung(rings) == 1


def test_a_broker_that_is_gone_costs_nothing_and_is_told_of_once(rings: Path, caplog: pytest.LogCaptureFixture) -> None:
    rings.rmdir()
    begun = time.monotonic()
    with caplog.at_level(logging.WARNING):
        for _ in range(5):
            ring(without_id)
        assert time.monotonic() - begun < 0.1
        notify._bell.thread.submit(lambda: None).result()
        assert [record.getMessage().split(" (")[0] for record in caplog.records] == ["the broker cannot be reached"]
        rings.mkdir()
        time.sleep(notify.PAUSE_SECONDS)
        ring(without_id)
        assert rung(rings) == 1
    assert caplog.records[-1].getMessage() == "the broker is back"


def test_more_rings_than_can_be_sent_are_dropped(rings: Path) -> None:
    begun = time.monotonic()
    for number in range(20 * notify.UNSENT):
        ring(with_id, number)
    assert time.monotonic() - begun < 1
    assert notify._bell.unsent.total() <= notify.UNSENT
    notify._bell.thread.shutdown(cancel_futures=True)


def test_of_many_rings_at_once_no_more_are_sent_than_there_are_workers_to_wake(rings: Path) -> None:
    for _ in range(200):
        ring(without_id)
    assert 1 <= rung(rings) <= 1 + settings.WORKER_THREADS
    ring(without_id)
    assert rung(rings) <= 2 + settings.WORKER_THREADS
    assert not notify._bell.unsent.total()
