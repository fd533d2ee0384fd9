"""Nothing is computed, read or sent while a write transaction holds the database: each is over in 50 ms."""

import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from capture.models import Device, Memo, User
from capture.services.archive_pace import set_archive_pace
from capture.services.deletion import delete_memo, purge_deleted
from capture.services.devices import create_pairing_code, redeem_pairing_code
from capture.sources.imports.service import discard_import, request_import, start_import, work_on_next_import
from insights.models import Idea
from insights.services import digests
from insights.services.consolidate import consolidate_all
from insights.services.ideas import bar_idea, move_idea
from insights.services.place_ideas import place_next_transcript
from insights.services.topics import create_topic, delete_forgettable_topics, delete_topic, merge_topics, rename_topic
from tests.support.old_recordings import fill
from tests.support.recordings import speak
from transcription.worker.next_memo import transcribe_next
from transcription.worker.state import WorkerState

LONGEST = 0.05
"""Seconds (DESIGN, section 3: "Writes")."""
ROUNDS = 3

Durations = dict[str, list[float]]


@contextmanager
def timed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Durations]:
    """Give how long each outermost transaction took, by the function of ours that it stands in."""
    found: Durations = defaultdict(list)
    begun: list[float] = []
    enter, leave = transaction.Atomic.__enter__, transaction.Atomic.__exit__

    def entered(atomic: Any) -> Any:
        if not connection.in_atomic_block:
            begun.append(time.perf_counter())
        return enter(atomic)

    def left(atomic: Any, *error: Any) -> Any:
        outcome = leave(atomic, *error)
        if not connection.in_atomic_block:
            found[_place(sys._getframe(1))].append(time.perf_counter() - begun.pop())
        return outcome

    with monkeypatch.context() as watched:
        watched.setattr(transaction.Atomic, "__enter__", entered)
        watched.setattr(transaction.Atomic, "__exit__", left)
        yield found


def _place(frame: FrameType | None) -> str:
    while frame and not frame.f_globals["__name__"].startswith(("capture", "transcription", "insights", "tests")):
        frame = frame.f_back
    return f"{frame.f_globals['__name__']}.{frame.f_code.co_name}" if frame else "somewhere"


def too_long(found: Durations) -> dict[str, float]:
    """Return the places that are too long each time, with the shortest time: a busy machine is not the code's fault."""
    return {place: min(times) for place, times in found.items() if min(times) > LONGEST}


def go_the_whole_way(worker: WorkerState, device: Device, user: User, number: int, folder: Path) -> None:
    """Do all that writes, with real sound, the real model and the real vectors."""
    for name in (f"memo-{3 * number + 1:03}", f"memo-{3 * number + 2:03}", f"memo-{3 * number + 3:03}"):
        speak(device, f"{name}.ogg")
    while transcribe_next(worker) or place_next_transcript():
        pass
    redeem_pairing_code(create_pairing_code(user), "phone")
    topic = create_topic(user, f"Topic {number}")
    move_idea(Idea.objects.of(user).newest_first()[0], topic)
    rename_topic(topic, f"Name {number}")
    other = create_topic(user, f"Other {number}")
    merge_topics(topic, other)
    bar_idea(Idea.objects.of(user).filter(topic=topic)[0])
    consolidate_all()
    delete_topic(topic)
    digests.save_plan(user, enabled=True, hour=0, style="words")
    digests.send_due(timezone.now() + timedelta(days=number))
    taken = request_import(user, str(fill(folder / str(number), 120, start=120 * number)), "UTC")
    work_on_next_import(timezone.now() + timedelta(minutes=1))
    start_import(taken, uses_texts=False)
    work_on_next_import(timezone.now() + timedelta(seconds=0.2))
    discard_import(taken)
    set_archive_pace(user, paused=True, from_hour=None, until_hour=None)
    delete_memo(Memo.objects.of(user).order_by("received_at")[0])
    purge_deleted(timezone.now() + timedelta(days=1))
    delete_forgettable_topics(user.pk)


@pytest.mark.django_db(transaction=True)
def test_no_write_holds_the_database(
    worker: WorkerState, alice: User, bedside: Device, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with timed(monkeypatch) as found:
        for number in range(ROUNDS):
            go_the_whole_way(worker, bedside, alice, number, tmp_path)
    assert not too_long(found)
    rooms = {place.partition(".")[0] for place, times in found.items() if len(times) >= ROUNDS}
    assert rooms >= {"capture", "transcription", "insights"}, "the test did not see what was written"


@pytest.mark.django_db(transaction=True)
def test_one_that_computes_meanwhile_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The positive control."""
    with timed(monkeypatch) as found, transaction.atomic():
        time.sleep(2 * LONGEST)
    assert list(too_long(found)) == [f"{__name__}.test_one_that_computes_meanwhile_is_found"]
