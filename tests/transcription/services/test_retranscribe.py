"""Heard again: the words of before are shown until the new ones are there, and after that if none come."""

import threading
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from capture.core.sidecars import parse_sidecar
from capture.models import Device, Memo, User
from config.demo.sample_memos import MICRO_WHISPER
from tests.support.old_recordings import import_old
from tests.support.recordings import speak
from tests.support.transcripts import write_transcript
from transcription.core.messages import Message
from transcription.error_text import sentence_of
from transcription.models import State, Transcript
from transcription.services import jobs
from transcription.services.edits import edit_text
from transcription.services.job_board import job_of
from transcription.services.jobs import cancel_transcript, pause_transcript, retry_transcript
from transcription.services.retranscribe import (
    UnknownModel,
    check_model,
    models_here,
    request_retranscription,
    request_retranscriptions,
)
from transcription.worker.claims import Claim, StaleClaim, claim_next
from transcription.worker.next_memo import transcribe_next
from transcription.worker.state import WorkerState

NEW = {"text": "new words", "words": [["new", 0.0, 0.4, 0.9], [" words", 0.5, 0.9, 0.9]]}


@pytest.fixture
def other(settings: Settings, tmp_path: Path) -> str:
    """Name a second model that is on this machine, by a name of the hub."""
    settings.HOME = tmp_path
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "somebody--micro").symlink_to(MICRO_WHISPER)
    return "somebody/micro"


def claimed(worker: WorkerState) -> Claim:
    claim = claim_next(worker)
    assert claim
    return claim


def shown(memo: Memo) -> Transcript:
    return Transcript.objects.current().get(memo=memo)


def test_the_words_of_before_are_shown_until_the_new_ones_are_there(worker: WorkerState, bedside: Device) -> None:
    memo = write_transcript(bedside, "old words").memo
    assert request_retranscription(memo, "")
    claim = claimed(worker)
    assert (claim.transcript.generation, shown(memo).text) == (2, "old words")
    claim.finish(**NEW)
    assert shown(memo).text == "new words"
    assert sorted(memo.transcripts.values_list("generation", "current")) == [(1, False), (2, True)]


@pytest.mark.parametrize("end", ["fails", "is cancelled", "hears nobody"])
def test_without_new_words_those_of_before_stay_and_the_page_says_so(
    worker: WorkerState, bedside: Device, alices: Client, end: str
) -> None:
    memo = write_transcript(bedside, "old words").memo
    request_retranscription(memo, "")
    claim = claimed(worker)
    if end == "fails":
        claim.fail(Message("engine_stopped", {"kind": "It broke."}))
    elif end == "is cancelled":
        alices.post(f"/jobs/{memo.pk}/cancel")
    else:
        claim.finish(text="", words=[])
    assert shown(memo).text == "old words"
    for page in ("/jobs/", f"/jobs/{memo.pk}/"):
        assert "words from before stay" in alices.get(page).content.decode()


def test_a_worker_at_a_cancelled_hearing_writes_nothing(worker: WorkerState, bedside: Device) -> None:
    memo = write_transcript(bedside, "old words").memo
    request_retranscription(memo, "")
    claim = claimed(worker)
    assert cancel_transcript(claim.transcript)
    with pytest.raises(StaleClaim):
        claim.finish(**NEW)
    assert shown(memo).text == "old words"


def test_one_hearing_at_most_waits_for_a_memo(bedside: Device, alice: User) -> None:
    memo = write_transcript(bedside, "old words").memo
    assert request_retranscriptions(alice, "", doubtful_alone=False) == 1
    assert not request_retranscription(memo, "")
    assert request_retranscriptions(alice, "", doubtful_alone=False) == 0
    waiting = job_of(memo)
    assert waiting
    pause_transcript(waiting)
    assert not request_retranscription(memo, "")
    cancel_transcript(waiting)
    assert request_retranscription(memo, "")
    assert memo.transcripts.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_make_one_hearing(bedside: Device) -> None:
    memo = write_transcript(bedside, "old words").memo
    begun = threading.Barrier(2)

    def ask() -> None:
        begun.wait()
        request_retranscription(memo, "")
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert memo.transcripts.filter(current=False).count() == 1


def test_it_goes_with_the_backlog(worker: WorkerState, bedside: Device, alice: User) -> None:
    again = write_transcript(bedside, "old words").memo
    request_retranscription(again, "")
    live = speak(bedside, "memo-001.ogg")
    assert [claimed(worker).memo for _ in range(2)] == [live, again]


def test_only_the_doubtful_ones(worker: WorkerState, bedside: Device, alice: User) -> None:
    for text, probability in (("clear", 0.9), ("unclear", 0.3)):
        memo = write_transcript(bedside, text).memo
        request_retranscription(memo, "")
        claimed(worker).finish(text=text, words=[[text, 0.0, 0.4, probability]])
    warned = write_transcript(bedside, "warned").memo
    request_retranscription(warned, "")
    claimed(worker).finish(text="warned", words=[["warned", 0.0, 0.4, 0.9]], warnings=["repetitive"])
    assert request_retranscriptions(alice, "", doubtful_alone=True) == 2
    waiting = Transcript.objects.waiting_beside().values("memo")
    assert set(Transcript.objects.current().filter(memo__in=waiting).values_list("text", flat=True)) == {
        "unclear",
        "warned",
    }


def test_a_text_that_was_given_stays_unless_its_memo_is_asked_for(worker: WorkerState, alice: User, other: str) -> None:
    memo = import_old(alice, "memo-002.ogg", parse_sidecar("txt", b"one two three"))
    transcribe_next(worker)
    assert request_retranscriptions(alice, other, doubtful_alone=False) == 0
    assert request_retranscription(memo, other)
    transcribe_next(worker)
    assert shown(memo).engine == "faster-whisper"


def test_where_there_are_no_words_the_memo_is_tried_anew(worker: WorkerState, bedside: Device, other: str) -> None:
    memo = speak(bedside, "memo-001.ogg")
    claimed(worker).fail(Message("engine_stopped", {"kind": "It broke."}))
    assert request_retranscription(memo, other)
    assert transcribe_next(worker)
    transcript = memo.transcripts.get()
    assert (transcript.state, transcript.model, transcript.error) == (State.READY, other, "")


def test_a_model_that_is_here_hears_and_another_is_refused_with_what_to_type(
    bedside: Device, alices: Client, other: str
) -> None:
    assert models_here() == [other]
    memo = write_transcript(bedside, "old words").memo
    page = alices.post(f"/jobs/{memo.pk}/again", {"model": "large-v3"}, follow=True).content.decode()
    assert "manage.py model large-v3" in page
    page = alices.post("/jobs/again", {"model": "../micro", "which": "all"}, follow=True).content.decode()
    assert "is not here" in page
    assert memo.transcripts.count() == 1
    with pytest.raises(UnknownModel):
        check_model("small")


def test_a_model_that_went_meanwhile_leaves_the_words_and_says_what_to_type(
    worker: WorkerState, bedside: Device, other: str
) -> None:
    memo = write_transcript(bedside, "old words").memo
    request_retranscription(memo, "gone")
    assert transcribe_next(worker)
    job = job_of(memo)
    assert job
    assert (job.state, shown(memo).text) == (State.FAILED, "old words")
    assert "manage.py model gone" in sentence_of(job.error)
    assert retry_transcript(job)


def test_what_a_person_corrected_is_heard_again_only_by_itself(bedside: Device, alice: User, alices: Client) -> None:
    transcript = write_transcript(bedside, "old words")
    edit_text(transcript, "odd words", by=alice)
    assert request_retranscriptions(alice, "", doubtful_alone=False) == 0
    page = alices.get(f"/jobs/{transcript.memo_id}/").content.decode()
    assert "What you changed in the text goes with the words of now" in page
    assert request_retranscription(transcript.memo, "")


def test_all_hearing_again_is_given_up_at_once(
    worker: WorkerState, bedside: Device, alice: User, alices: Client
) -> None:
    memos = [write_transcript(bedside, "old words").memo for _ in range(3)]
    alices.post("/jobs/again", {"which": "all"})
    assert "3 recordings are still to be heard again" in alices.get("/jobs/").content.decode()
    claim = claimed(worker)
    assert "3 recordings keep their words" in alices.post("/jobs/again/cancel", follow=True).content.decode()
    with pytest.raises(StaleClaim):
        claim.renew()
    assert [shown(memo).text for memo in memos] == ["old words"] * 3
    assert not jobs.count_due_transcripts()
