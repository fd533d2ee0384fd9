"""The page of what is being written down: what waits, rests, failed and why, and what a person says about each."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from capture.models import Device, Memo, User
from capture.services.deletion import delete_memo
from capture.services.devices import create_device
from tests.support.recordings import speak
from tests.support.transcripts import write_transcript
from transcription.core.messages import Message
from transcription.models import Slice, State, Transcript
from transcription.services import forecast as transcription_forecast
from transcription.services import job_board
from transcription.services.job_board import others
from transcription.services.jobs import count_due_transcripts, pause_transcript, resume_transcript
from transcription.services.retranscribe import request_retranscription
from transcription.views import jobs
from transcription.worker.claims import Claim, StaleClaim, claim_next
from transcription.worker.state import WorkerState

BROKEN = Message("engine_stopped", {"kind": "It broke."})


def claimed(worker: WorkerState) -> Claim:
    claim = claim_next(worker)
    assert claim
    return claim


def standing(transcript: Transcript) -> str:
    transcript.refresh_from_db()
    return transcript.state


def test_what_was_not_let_in_yet_waits_too(bedside: Device, alice: User) -> None:
    speak(bedside, "memo-001.ogg")
    board = job_board.board(alice, timezone.now())
    assert (board.waiting.total, board.waiting.first, board.is_moving) == (1, [], True)


def test_each_stands_where_it_is_with_the_reason(
    worker: WorkerState, bedside: Device, alice: User, alices: Client
) -> None:
    for number in range(1, 6):
        speak(bedside, f"memo-00{number}.ogg")
    failed, postponed, running = claimed(worker), claimed(worker), claimed(worker)
    failed.fail(BROKEN)
    postponed.release(Message("engine_stopped", {"kind": "RuntimeError"}))
    Slice.objects.create(transcript=running.transcript, position=0, start=0, end=75.2, compute_seconds=1)
    Transcript.objects.filter(pk=running.transcript.pk).update(audio_seconds=3600.0)
    board = job_board.board(alice, timezone.now())
    assert [job.pk for job in board.failed.first] == [failed.transcript.pk]
    assert [job.pk for job in board.postponed.first] == [postponed.transcript.pk]
    assert [job.pk for job in board.running.first] == [running.transcript.pk]
    assert board.waiting.total == len(board.waiting.first) == 2
    page = alices.get("/jobs/").content.decode()
    assert all(said in page for said in ("It broke.", "The engine stopped", "1:15 of 60:00", "2 recordings wait"))


def test_one_rests_goes_on_is_cancelled_and_tried_again(worker: WorkerState, bedside: Device, alices: Client) -> None:
    memo = speak(bedside, "memo-001.ogg")
    claim = claimed(worker)
    job = claim.transcript
    for said, state in [("pause", "paused"), ("resume", "waiting"), ("cancel", "cancelled"), ("retry", "waiting")]:
        alices.post(f"/jobs/{memo.pk}/{said}")
        assert standing(job) == state
        assert count_due_transcripts() == (state == "waiting")
        assert alices.get(f"/jobs/{memo.pk}/").status_code == 200
        with pytest.raises(StaleClaim):
            claim.renew()
    page = alices.post(f"/jobs/{memo.pk}/resume", follow=True).content.decode()
    assert "nothing was changed" in page


def test_its_slices_are_kept_while_it_rests(worker: WorkerState, bedside: Device) -> None:
    speak(bedside, "memo-001.ogg")
    job = claimed(worker).transcript
    Slice.objects.create(transcript=job, position=0, start=0, end=20, compute_seconds=1)
    assert pause_transcript(job)
    assert resume_transcript(job)
    assert job.slices.count() == 1


def test_how_fast_and_how_long(worker: WorkerState, bedside: Device, settings: Settings, alices: Client) -> None:
    settings.WORKER_THREADS = 2
    assert "not known yet" not in alices.get("/jobs/").content.decode()
    memo = write_transcript(bedside, "measured").memo
    Transcript.objects.update(audio_seconds=100.0, compute_seconds=20.0, engine="faster-whisper")
    live = speak(bedside, "memo-001.ogg")
    request_retranscription(memo, "")
    for _ in range(2):  # before it is let in, and after
        forecast = transcription_forecast.forecast()
        assert forecast.speed == pytest.approx(10.0)
        assert forecast.live == timedelta(seconds=live.bytes / memo.bytes * 100 / 10)
        assert forecast.whole == forecast.live + timedelta(seconds=10)
        assert forecast.has_backlog
        count_due_transcripts()
        Transcript.objects.filter(pk=claimed(worker).transcript.pk).update(state=State.WAITING)
    assert "hears about 10 seconds of sound in a second" in alices.get("/jobs/").content.decode()


def test_a_deleted_memo_is_not_listed(worker: WorkerState, bedside: Device, alice: User) -> None:
    memo = speak(bedside, "memo-001.ogg")
    claimed(worker).fail(BROKEN)
    delete_memo(memo)
    assert not job_board.board(alice, timezone.now()).failed


def test_the_owner_sees_the_counts_of_others_and_nobody_else_does(
    worker: WorkerState, bedside: Device, bob: User, alices: Client
) -> None:
    theirs, _token = create_device(bob, "hippopotamus")
    for number in (1, 2, 3):
        speak(theirs, f"memo-00{number}.ogg")
    claimed(worker).fail(Message("engine_stopped", {"kind": "A hippopotamus broke it."}))
    claimed(worker)
    assert "Everybody else" not in alices.get("/jobs/").content.decode()
    User.objects.filter(username="alice").update(is_superuser=True)
    page = alices.get("/jobs/").content.decode()
    assert "Everybody else" in page
    assert others(bedside.user, timezone.now()) == (1, 1, 0, 1, 0)
    assert others(bob, timezone.now()) == (0, 0, 0, 0, 0)
    assert "hippopotamus" not in page
    assert not any(str(row.memo_id) in page or str(row.pk) in page for row in Transcript.objects.all())


def test_a_longer_list_asks_no_more_of_the_database(bedside: Device, alices: Client) -> None:
    asked = []
    alices.get("/health/")  # the first page of a log-in, and one an hour, writes down the browser
    for more in (2, 8):
        for _ in range(more):
            transcript = write_transcript(bedside, "words")
            Transcript.objects.filter(pk=transcript.pk).update(state=State.FAILED, error=str(BROKEN))
        with CaptureQueriesContext(connection) as queries:
            alices.get("/jobs/")
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_every_recording_in_which_nobody_speaks_is_reached_however_long_ago(
    alices: Client, bedside: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "SILENT_A_PAGE", 2)
    long_ago = timezone.now() - timedelta(days=400)
    silent = [write_transcript(bedside, "") for _ in range(5)]
    for day, transcript in enumerate(silent):
        came = long_ago + timedelta(days=day)
        Memo.objects.filter(pk=transcript.memo_id).update(received_at=came, recorded_at=came)
    Transcript.objects.update(state=State.NO_SPEECH)
    Transcript.objects.filter(pk=silent[0].pk).update(archive=True)
    spoken = write_transcript(bedside, "Somebody speaks.")
    assert "/jobs/silent/" in alices.get("/jobs/").content.decode()
    pages = [alices.get(f"/jobs/silent/?page={number}").content.decode() for number in (1, 2, 3)]
    shown = re.findall(r"/memos/([0-9a-f-]{36})/", "".join(pages))
    assert shown == [str(transcript.memo_id) for transcript in reversed(silent)]
    assert str(spoken.memo_id) not in shown
