"""Whoever holds the newest fence writes; what a worker leaves behind is done by another, once."""

import fcntl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from capture.models import Device, Memo
from capture.services.deletion import delete_memo, restore_memo
from tests.support.recordings import speak
from tests.support.workers import new_worker
from transcription.core.decoding.decode import MAX_DECODER_DEATHS
from transcription.core.messages import Message
from transcription.error_text import sentence_of
from transcription.model_choice.registry import engine_problem
from transcription.models import State, Transcript
from transcription.services.jobs import count_due_transcripts, retry_transcript, unfinished_memos
from transcription.signals import transcript_ready
from transcription.worker import claims, enqueue
from transcription.worker.claims import (
    Claim,
    StaleClaim,
    claim_next,
    release_all_claims,
    take_back_abandoned_claims,
)
from transcription.worker.next_memo import transcribe_next
from transcription.worker.state import WorkerState

WORDS = {"text": "hello", "words": [["hello", 0.0, 0.5, 0.9]]}


def claimed(worker: WorkerState) -> Claim:
    claim = claim_next(worker)
    assert claim is not None
    return claim


@contextmanager
def lease_expired(claim: Claim) -> Iterator[None]:
    """Let a claim's lease run out, as if its worker had been killed."""
    claim.watchdog.forget(claim.key)
    Transcript.objects.filter(pk=claim.transcript.pk).update(lease=timezone.now() - timedelta(seconds=1))
    yield


def test_a_memo_without_a_transcript_is_due(worker: WorkerState, bedside: Device) -> None:
    memo = speak(bedside, "memo-007.ogg")
    assert count_due_transcripts() == 1
    assert claimed(worker).memo == memo
    assert count_due_transcripts() == 0
    assert claim_next(worker) is None


def test_a_late_worker_writes_nothing(worker: WorkerState, bedside: Device) -> None:
    memo = speak(bedside, "memo-007.ogg")
    zombie = claimed(worker)
    with lease_expired(zombie):
        claimed(worker).finish(text="the second worker's words", words=[])
    late: Callable[[], None]
    too_late = Message("engine_stopped", {"kind": "RuntimeError"})
    for late in (zombie.renew, lambda: zombie.finish(text="too late", words=[]), lambda: zombie.fail(too_late)):
        with pytest.raises(StaleClaim):
            late()
    assert memo.transcripts.get().text == "the second worker's words"


def killed_while_claiming() -> UUID:
    """Return the transcript that a worker had claimed which is gone by now, its lease far from its end."""
    claim = claimed(new_worker())
    claim.watchdog.forget(claim.key)
    claim.watchdog._file.write([claim.key])
    fcntl.flock(claim.watchdog._file._descriptor, fcntl.LOCK_UN)  # as the kernel does with what a process held
    return claim.transcript.pk


def test_a_claim_whose_worker_is_gone_is_free_at_once_and_one_that_lives_keeps_its_own(
    worker: WorkerState, bedside: Device
) -> None:
    speak(bedside, "memo-007.ogg")
    left = killed_while_claiming()
    again = claimed(worker)
    assert (again.transcript.pk, again.fence, again.transcript.lost_claims) == (left, 3, 1)
    other = new_worker()
    assert claim_next(other) is None
    assert count_due_transcripts() == 0
    again.finish(**WORDS)


def test_the_sweep_finds_a_claim_whose_worker_is_gone(bedside: Device) -> None:
    speak(bedside, "memo-007.ogg")
    killed_while_claiming()
    assert count_due_transcripts() == 0
    assert take_back_abandoned_claims() == 1
    assert count_due_transcripts() == 1
    assert take_back_abandoned_claims() == 0


def test_what_kills_each_of_its_workers_waits_longer_each_time(bedside: Device) -> None:
    speak(bedside, "memo-007.ogg")
    pauses = []
    for _ in range(6):
        Transcript.objects.update(due=timezone.now())
        killed_while_claiming()
        take_back_abandoned_claims()
        pauses.append(round((Transcript.objects.get().due - timezone.now()).total_seconds()))
    assert pauses == [0, 0, 0, 30, 60, 90]


def test_a_late_worker_writes_nothing_into_a_claim_that_is_under_way(worker: WorkerState, bedside: Device) -> None:
    speak(bedside, "memo-007.ogg")
    zombie = claimed(worker)
    with lease_expired(zombie):
        second = claimed(worker)
    with pytest.raises(StaleClaim):
        zombie.finish(text="too late", words=[])
    second.finish(**WORDS)


@pytest.mark.django_db(transaction=True)
def test_ready_is_announced_on_commit_and_silence_is_not(worker: WorkerState, bedside: Device) -> None:
    announced: list[object] = []

    def hear(**announcement: object) -> None:
        announced.append(announcement["id"])

    transcript_ready.connect(hear)
    try:
        speak(bedside, "memo-007.ogg")
        spoken = claimed(worker)
        spoken.finish(**WORDS)
        speak(bedside, "hard-silence.ogg")
        silent = claimed(worker)
        silent.finish(text="", words=[])
    finally:
        transcript_ready.disconnect(hear)
    assert announced == [spoken.transcript.pk]
    assert Transcript.objects.get(pk=silent.transcript.pk).state == State.NO_SPEECH


def test_a_deleted_memo_is_not_worked_on_and_its_worker_writes_nothing(worker: WorkerState, bedside: Device) -> None:
    memo = speak(bedside, "memo-007.ogg")
    claim = claimed(worker)
    delete_memo(memo)
    with pytest.raises(StaleClaim):
        claim.finish(**WORDS)
    with lease_expired(claim):
        assert claim_next(worker) is None
        restore_memo(memo)
        claimed(worker).finish(**WORDS)


def test_live_goes_before_imported_short_before_long_oldest_first(worker: WorkerState, bedside: Device) -> None:
    names = ["memo-001.ogg", "memo-002.ogg", "memo-003.ogg", "memo-004.ogg"]
    imported, long, first, second = (speak(bedside, name) for name in names)
    Memo.objects.filter(pk=imported.pk).update(archive=True)
    Memo.objects.filter(pk=long.pk).update(bytes=enqueue.LONG_BYTES + 1)
    assert [claimed(worker).memo for _ in names] == [first, second, long, imported]


def test_what_keeps_losing_its_worker_goes_last_and_then_is_left_alone(worker: WorkerState, bedside: Device) -> None:
    deadly, harmless = speak(bedside, "memo-001.ogg"), speak(bedside, "memo-002.ogg")
    lost = 0
    while (claim := claim_next(worker)) and claim.memo == deadly:
        with lease_expired(claim):
            lost += 1
    assert claim is not None
    assert claim.memo == harmless
    assert lost == 3
    claim.finish(**WORDS)
    for _ in range(claims.QUARANTINE_AFTER_LOST_CLAIMS - lost):
        with lease_expired(claimed(worker)):
            pass
    assert claim_next(worker) is None
    transcript = deadly.transcripts.get()
    assert transcript.state == State.QUARANTINED
    assert transcript.error
    retry_transcript(transcript)
    assert claimed(worker).memo == deadly


def test_progress_that_saves_nothing_forgives_nothing(worker: WorkerState, bedside: Device) -> None:
    memo = speak(bedside, "memo-001.ogg")
    for _ in range(claims.QUARANTINE_AFTER_LOST_CLAIMS):
        claim = claimed(worker)
        claim.renew()
        with lease_expired(claim):
            pass
    assert claim_next(worker) is None
    assert memo.transcripts.get().state == State.QUARANTINED


def test_a_start_takes_back_what_the_last_one_held_and_counts_nothing_as_lost(
    worker: WorkerState, bedside: Device
) -> None:
    speak(bedside, "memo-001.ogg")
    for _ in range(claims.QUARANTINE_AFTER_LOST_CLAIMS + 1):
        before = claimed(worker)
        release_all_claims()
        with pytest.raises(StaleClaim):
            before.renew()
    assert claimed(worker).transcript.lost_claims == 0


def test_three_deaths_of_the_decoder_are_enough(worker: WorkerState, bedside: Device) -> None:
    memo = speak(bedside, "memo-001.ogg")
    for _ in range(MAX_DECODER_DEATHS):
        Transcript.objects.update(due=timezone.now())
        claimed(worker).count_decoder_death(Message("reading_stopped", {"why": "decoder_died"}))
    assert memo.transcripts.get().state == State.QUARANTINED


def test_a_released_claim_waits_longer_each_time_and_is_given_up_in_the_end(
    worker: WorkerState, bedside: Device
) -> None:
    memo = speak(bedside, "memo-001.ogg")
    waits = []
    for _ in range(claims.QUARANTINE_AFTER_LOST_CLAIMS - 1):
        claimed(worker).release(Message("engine_stopped", {"kind": "RuntimeError"}))
        assert claim_next(worker) is None
        waits.append(memo.transcripts.get().due - timezone.now())
        Transcript.objects.update(due=timezone.now())
    assert waits == sorted(waits)
    claimed(worker).release(Message("engine_stopped", {"kind": "RuntimeError"}))
    assert memo.transcripts.get().state == State.QUARANTINED


def test_without_a_model_memos_wait(worker: WorkerState, bedside: Device, settings: Settings) -> None:
    speak(bedside, "memo-001.ogg")
    settings.WHISPER_MODEL = str(settings.HOME / "no-such-model")
    problem = engine_problem()
    assert problem is not None
    assert "no-such-model" in sentence_of(problem)
    assert "WHISPER_MODEL" in sentence_of(problem)
    assert not transcribe_next(worker)
    assert count_due_transcripts() == 0
    assert unfinished_memos(bedside.user).count() == 1


def test_the_best_due_is_found_in_an_index_however_many_wait(db: None) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # which would not look into an index for a handful of rows
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        plan: str = Transcript.objects.due(timezone.now()).explain()
    assert "transcript_turn" in plan
    assert "B-TREE" not in plan


@pytest.mark.django_db(transaction=True)
def test_many_workers_never_hold_the_same_memo(worker: WorkerState, bedside: Device) -> None:
    for number in range(1, 13):
        speak(bedside, f"memo-{number:03}.ogg")
    held: list[object] = []

    def work() -> None:
        while claim := claim_next(worker):
            held.append(claim.memo.pk)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(held) == len(set(held)) == 12
