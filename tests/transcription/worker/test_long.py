"""A long recording is heard slice by slice: short ones go between, and nobody hears a saved slice again."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from capture.models import Device, Memo
from capture.services.deletion import delete_memo
from tests.support.recordings import made, playback_path, send, speak
from tests.support.workers import OneEngine
from transcription.core.decoding import decode as audio
from transcription.core.decoding.spool import Sound, Spool
from transcription.core.engines.protocol import Heard, Options
from transcription.core.slicing import to_float
from transcription.core.words import SAMPLE_RATE, Word
from transcription.models import Slice, State, Transcript
from transcription.services.jobs import (
    cancel_transcript,
    count_due_transcripts,
    pause_transcript,
    resume_transcript,
    retry_transcript,
    stalled_since,
    unfinished_memos,
)
from transcription.worker import audio_cache, time_budget
from transcription.worker import transcribe as hearing
from transcription.worker.claims import StaleClaim, claim_next, release_all_claims
from transcription.worker.next_memo import transcribe_next
from transcription.worker.state import WorkerState
from transcription.worker.transcribe import transcribe_claim

SECONDS = 100.0


class Listener:
    """An engine that hears one word in whatever it is given: for how many seconds it listened."""

    name, model = "listener", "test"

    def __init__(self) -> None:
        self.heard: list[tuple[float, Options]] = []
        self.meanwhile: Callable[[], object] = lambda: None

    def transcribe(self, samples: Any, options: Options, progress: Callable[[], None] = lambda: None) -> Heard:
        seconds = len(samples) / SAMPLE_RATE
        self.heard.append((seconds, options))
        self.meanwhile()
        progress()
        return Heard([Word(f"{seconds:.3f}", 0.1, 0.5, 0.9)], "en", ["unsure"])


@pytest.fixture
def listener(worker: WorkerState) -> Listener:
    listening = Listener()
    worker.engines = OneEngine(listening)
    return listening


@pytest.fixture
def long(bedside: Device) -> Memo:
    return send(bedside, made(SECONDS, "libopus", "ogg", swells=True), client_id="long")


def rounds(worker: WorkerState) -> int:
    count = 0
    while transcribe_next(worker):
        count += 1
    return count


def test_each_slice_is_a_claim_of_its_own_and_together_they_are_the_whole(
    worker: WorkerState, long: Memo, listener: Listener
) -> None:
    assert transcribe_next(worker)
    transcript = long.transcripts.get()
    assert (transcript.state, transcript.is_long, transcript.text) == (State.WAITING, True, "")
    assert transcript.audio_seconds == pytest.approx(SECONDS, abs=0.1)
    assert [piece.end for piece in transcript.slices.all()] == pytest.approx([listener.heard[0][0]], abs=0.001)
    rounds(worker)
    transcript.refresh_from_db()
    assert (transcript.state, transcript.window) == (State.READY, "slices")
    assert sum(seconds for seconds, _options in listener.heard) == pytest.approx(transcript.audio_seconds, abs=0.001)
    assert transcript.text == " ".join(f"{seconds:.3f}" for seconds, _options in listener.heard)
    assert transcript.warnings == ["unsure"]
    begins = [word.start for word in transcript.heard()]
    assert begins == pytest.approx([0.1 + sum(s for s, _ in listener.heard[:n]) for n in range(len(begins))], abs=0.002)
    assert not Slice.objects.exists()
    assert not worker.audio.ids()


@pytest.mark.parametrize("window", ["auto", "full"])
def test_each_slice_is_listened_to_by_the_window_that_is_set(
    worker: WorkerState, long: Memo, listener: Listener, settings: Settings, window: str
) -> None:
    settings.WHISPER_WINDOW = window
    rounds(worker)
    assert len(listener.heard) > 1
    assert {options.window for _seconds, options in listener.heard} == {window}


def test_a_short_memo_goes_next(worker: WorkerState, long: Memo, bedside: Device, listener: Listener) -> None:
    assert transcribe_next(worker)
    short = speak(bedside, "memo-007.ogg")
    assert transcribe_next(worker)
    assert short.transcripts.get().state == State.READY
    assert long.transcripts.get().state == State.WAITING


def test_a_recording_is_decoded_and_copied_once(
    worker: WorkerState, long: Memo, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []

    def decode(*args: Any, **how: Any) -> audio.Decoded:
        asked.append(how["copied"])
        return audio.decode(*args, **how)

    monkeypatch.setattr(hearing, "decode", decode)
    transcribe_next(worker)
    copy = playback_path(long).read_bytes()
    transcribe_next(worker)
    assert asked == [True]
    worker.audio.drop(long.transcripts.get().pk)  # as in a process that did not begin with it
    before = len(listener.heard)
    rounds(worker)
    assert asked == [True, False]
    assert len(listener.heard) > before
    assert playback_path(long).read_bytes() == copy


def test_a_killed_worker_repeats_one_slice_at_most(worker: WorkerState, long: Memo, listener: Listener) -> None:
    whole = rounds(worker)
    text = long.transcripts.get().text
    long.transcripts.all().delete()
    listener.heard.clear()
    for number in range(whole):
        lost = claim_next(worker)
        assert lost
        release_all_claims()
        lost.watchdog.forget(lost.key)
        with pytest.raises(StaleClaim):
            lost.save(Slice(transcript=lost.transcript, position=number, start=0, end=1, compute_seconds=0))
        worker.audio.drop(lost.transcript.pk)
        assert transcribe_next(worker)
    assert long.transcripts.get().text == text
    assert len(listener.heard) == whole


def test_saved_progress_clears_lost_claims(worker: WorkerState, long: Memo, listener: Listener) -> None:
    transcribe_next(worker)
    Transcript.objects.update(lost_claims=7)
    transcribe_next(worker)
    assert long.transcripts.get().lost_claims == 0


@pytest.mark.parametrize("stop", [pause_transcript, cancel_transcript])
def test_a_worker_finds_out_that_it_is_to_stop_while_it_is_at_it(
    worker: WorkerState,
    long: Memo,
    listener: Listener,
    monkeypatch: pytest.MonkeyPatch,
    stop: Callable[[Transcript], bool],
) -> None:
    monkeypatch.setattr(hearing, "HEEDED_SECONDS", 0.0)
    transcribe_next(worker)
    transcript = long.transcripts.get()
    listener.meanwhile = lambda: stop(transcript)
    claim = claim_next(worker)
    assert claim
    transcribe_claim(worker, claim, listener)
    transcript.refresh_from_db()
    assert transcript.state in {State.PAUSED, State.CANCELLED}
    assert transcript.slices.count() == 1
    assert count_due_transcripts() == 0
    assert not unfinished_memos(long.user).exists()
    assert claim_next(worker) is None
    assert not worker.audio.ids()


def test_what_rested_goes_on_from_where_it_was(worker: WorkerState, long: Memo, listener: Listener) -> None:
    transcribe_next(worker)
    transcript = long.transcripts.get()
    assert pause_transcript(transcript)
    assert not pause_transcript(transcript)
    assert rounds(worker) == 0
    assert stalled_since(timezone.now()) is None
    assert resume_transcript(transcript)
    assert not resume_transcript(transcript)
    rounds(worker)
    assert sum(seconds for seconds, _options in listener.heard) == pytest.approx(SECONDS, abs=0.1)


def test_what_was_cancelled_can_be_had_after_all(worker: WorkerState, long: Memo, listener: Listener) -> None:
    transcript = Transcript.objects.create(memo=long, due=timezone.now())
    assert pause_transcript(transcript)
    assert cancel_transcript(transcript)
    assert not resume_transcript(transcript)
    assert rounds(worker) == 0
    retry_transcript(transcript)
    rounds(worker)
    assert long.transcripts.get().state == State.READY


def test_a_deleted_memos_sound_is_not_kept(
    worker: WorkerState, long: Memo, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    transcribe_next(worker)
    assert worker.audio.ids()
    delete_memo(long)
    assert not transcribe_next(worker)
    monkeypatch.setattr(audio_cache, "IDLE_SECONDS", 0.0)
    worker.audio.drop_idle()
    assert not worker.audio.ids()


def test_kept_sound_is_the_same_sound(worker: WorkerState, bedside: Device) -> None:
    recording = made(2.0, "flac", "flac", rate=16_000)
    memo = send(bedside, recording, client_id="tone")
    claim = claim_next(worker)
    assert claim
    decoded = hearing._decode_memo(claim)
    assert decoded
    kept = worker.audio.keep(memo.pk, decoded).sound[:]
    worker.audio.drop(memo.pk)
    assert (to_float(kept) == decoded.samples).all()


def test_one_thread_is_left_for_short_memos_while_an_hour_is_decoded(
    worker: WorkerState, long: Memo, bedside: Device, settings: Settings
) -> None:
    other = send(bedside, made(SECONDS + 1, "libopus", "ogg", swells=True), client_id="long-too")
    settings.WORKER_THREADS = 2
    first = claim_next(worker)
    assert first
    assert first.memo == long
    assert claim_next(worker) is None
    short = speak(bedside, "memo-007.ogg")
    second = claim_next(worker)
    assert second
    assert second.memo == short
    worker.audio.keep(first.transcript.pk, audio.Decoded(Sound(Spool()), None, 0, Spool(), 0.0, 0.0, is_cut=False))
    third = claim_next(worker)
    worker.audio.drop(first.transcript.pk)
    assert third
    assert third.memo == other


def test_what_was_lost_often_is_heard_while_its_process_does_nothing_else(worker: WorkerState, bedside: Device) -> None:
    deadly = speak(bedside, "memo-001.ogg")
    Transcript.objects.create(memo=deadly, due=timezone.now(), lost_claims=3)
    beside = speak(bedside, "memo-002.ogg")
    first = claim_next(worker)
    assert first
    assert first.memo == beside
    assert claim_next(worker) is None
    first.finish(text="words", words=[])
    alone = claim_next(worker)
    assert alone
    assert alone.memo == deadly
    speak(bedside, "memo-003.ogg")
    assert claim_next(worker) is None
    alone.finish(text="words", words=[])
    assert claim_next(worker)


def test_a_slow_machine_is_given_the_time_it_takes(worker: WorkerState, db: None) -> None:
    slow = Listener()
    slow.model = "slow"
    assert worker.time_budget.allowed(slow, 30) == 30 * time_budget.GENEROUS_FACTOR * time_budget.UNMEASURED_FACTOR
    for _ in range(time_budget.LATEST_HEARINGS):
        worker.time_budget.record(slow, 30, 300)
    assert worker.time_budget.allowed(slow, 30) == 30 * time_budget.GENEROUS_FACTOR * 10
