"""A notification never delays, and never breaks, what it tells of."""

import logging
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import shared_task
from django.conf import settings

from config.dispatch import notify as notifying
from config.dispatch.notify import notifier_of, notify


@shared_task(name="tests.with_id")
def with_id(number: int) -> None:
    """Take an id."""


@shared_task(name="tests.without_id")
def without_id() -> bool:
    """Find work, each time."""
    return True


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return where the messages lie of a notifier that has sent none yet."""
    folder = Path(settings.BROKER_FOLDER) / "rings"
    monkeypatch.setattr(notifying, "current", notifying.Notifier())
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    yield folder
    notifying.current.thread.shutdown()
    shutil.rmtree(folder)


def count_sent(messages: Path) -> int:
    """Return how many messages lie there, when all have been sent."""
    notifying.current.thread.submit(lambda: None).result()
    return len(list(messages.glob("*.msg")))


def test_a_notification_is_put(messages: Path) -> None:
    notify(without_id)
    assert count_sent(messages) == 1


def test_an_announcement_notifies_with_its_id_where_the_task_takes_one(messages: Path) -> None:
    notifier_of(with_id)(sender=None, signal=None, id=7)
    notifier_of(without_id)(sender=None, signal=None, id=8)
    assert count_sent(messages) == 2


def test_a_task_that_found_work_is_notified_of_again(messages: Path) -> None:
    notifying._notify_again(task=without_id, retval=True)
    notifying._notify_again(task=without_id, retval=False)
    notifying._notify_again(task=with_id, retval=None)
    assert count_sent(messages) == 1


def test_a_broker_that_is_gone_costs_nothing_and_is_told_of_once(
    messages: Path, caplog: pytest.LogCaptureFixture
) -> None:
    messages.rmdir()
    begun = time.monotonic()
    with caplog.at_level(logging.WARNING):
        for _ in range(5):
            notify(without_id)
        assert time.monotonic() - begun < 0.1
        notifying.current.thread.submit(lambda: None).result()
        assert [record.getMessage().split(" (")[0] for record in caplog.records] == ["the broker cannot be reached"]
        messages.mkdir()
        time.sleep(notifying.OUTAGE_SECONDS)
        notify(without_id)
        assert count_sent(messages) == 1
    assert caplog.records[-1].getMessage() == "the broker is back"


def test_more_notifications_than_can_be_sent_are_dropped(messages: Path) -> None:
    begun = time.monotonic()
    for number in range(20 * notifying.MAX_UNSENT):
        notify(with_id, number)
    assert time.monotonic() - begun < 1
    assert notifying.current.unsent.total() <= notifying.MAX_UNSENT
    notifying.current.thread.shutdown(cancel_futures=True)


def test_of_many_notifications_at_once_no_more_are_sent_than_there_are_workers_to_wake(messages: Path) -> None:
    for _ in range(200):
        notify(without_id)
    assert 1 <= count_sent(messages) <= 1 + settings.WORKER_THREADS
    notify(without_id)
    assert count_sent(messages) <= 2 + settings.WORKER_THREADS
    assert not notifying.current.unsent.total()
