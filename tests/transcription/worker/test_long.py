"""A long recording is heard slice by slice: short ones go between, and nobody hears a saved slice again."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from django.utils import timezone
from pytest_django import Settings

from capture.models import Device, Memo
from capture.services.deletion import delete_memo
from tests.support.recordings import made, playback_path, send, speak
from transcription.core.decoding import decode as audio
from transcription.core.engines.protocol import Heard, Options
from transcription.core.slicing import to_float
from transcription.core.words import SAMPLE_RATE, Word
from transcription.models import Slice, State, Transcript
from transcription.services.jobs import (
    cancel_transcript,
    pause_transcript,
    resume_transcript,
    retry_transcript,
    stalled_since,
    unfinished_memos,
    waiting_count,
)
from transcription.worker import audio_cache, next_memo, time_budget, watchdog
from transcription.worker import transcribe as hearing
from transcription.worker.claims import StaleClaim, free_claims, next_claim
from transcription.worker.next_memo import transcribe_next
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
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    listening = Listener()
    monkeypatch.setattr(next_memo, "engine", lambda: listening)
    yield listening
    for transcript in audio_cache.ids():
        audio_cache.let_go(transcript)


@pytest.fixture
def long(bedside: Device) -> Memo:
    return send(bedside, made(SECONDS, "libopus", "ogg"), client_id="long")


def rounds() -> int:
    count = 0
    while transcribe_next():
        count += 1
    return count


def test_each_slice_is_a_claim_of_its_own_and_together_they_are_the_whole(long: Memo, listener: Listener) -> None:
    assert transcribe_next()
    transcript = long.transcripts.get()
    assert (transcript.state, transcript.is_long, transcript.text) == (State.WAITING, True, "")
    assert transcript.audio_seconds == pytest.approx(SECONDS, abs=0.1)
    assert [piece.end for piece in transcript.slices.all()] == pytest.approx([listener.heard[0][0]], abs=0.001)
    rounds()
    transcript.refresh_from_db()
    assert (transcript.state, transcript.window) == (State.READY, "slices")
    assert sum(seconds for seconds, _options in listener.heard) == pytest.approx(transcript.audio_seconds, abs=0.001)
    assert transcript.text == " ".join(f"{seconds:.3f}" for seconds, _options in listener.heard)
    assert transcript.warnings == ["unsure"]
    begins = [word.start for word in transcript.heard()]
    assert begins == pytest.approx([0.1 + sum(s for s, _ in listener.heard[:n]) for n in range(len(begins))], abs=0.002)
    assert not Slice.objects.exists()
    assert not audio_cache.ids()


def test_only_the_last_slice_may_be_listened_to_by_the_short_window(long: Memo, listener: Listener) -> None:
    rounds()
    assert [options.window for _seconds, options in listener.heard] == ["full"] * (len(listener.heard) - 1) + ["auto"]


def test_a_short_memo_goes_next(long: Memo, bedside: Device, listener: Listener) -> None:
    assert transcribe_next()
    short = speak(bedside, "memo-007.ogg")
    assert transcribe_next()
    assert short.transcripts.get().state == State.READY
    assert long.transcripts.get().state == State.WAITING


def test_a_recording_is_decoded_and_copied_once(
    long: Memo, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []

    def decode(*args: Any, **how: Any) -> audio.Decoded:
        asked.append(how["copied"])
        return audio.decode(*args, **how)

    monkeypatch.setattr(hearing, "decode", decode)
    transcribe_next()
    copy = playback_path(long).read_bytes()
    transcribe_next()
    assert asked == [True]
    audio_cache.let_go(long.transcripts.get().pk)  # as in a process that did not begin with it
    before = len(listener.heard)
    rounds()
    assert asked == [True, False]
    assert len(listener.heard) > before
    assert playback_path(long).read_bytes() == copy


def test_a_killed_worker_repeats_one_slice_at_most(long: Memo, listener: Listener) -> None:
    whole = rounds()
    text = long.transcripts.get().text
    long.transcripts.all().delete()
    listener.heard.clear()
    for number in range(whole):
        lost = next_claim()
        assert lost
        free_claims()
        watchdog.forget(lost.key)
        with pytest.raises(StaleClaim):
            lost.save(Slice(transcript=lost.transcript, position=number, start=0, end=1, compute_seconds=0))
        audio_cache.let_go(lost.transcript.pk)
        assert transcribe_next()
    assert long.transcripts.get().text == text
    assert len(listener.heard) == whole


def test_saved_progress_clears_lost_claims(long: Memo, listener: Listener) -> None:
    transcribe_next()
    Transcript.objects.update(lost_claims=7)
    transcribe_next()
    assert long.transcripts.get().lost_claims == 0


@pytest.mark.parametrize("stop", [pause_transcript, cancel_transcript])
def test_a_worker_finds_out_that_it_is_to_stop_while_it_is_at_it(
    long: Memo, listener: Listener, monkeypatch: pytest.MonkeyPatch, stop: Callable[[Transcript], bool]
) -> None:
    monkeypatch.setattr(hearing, "HEEDED_SECONDS", 0.0)
    transcribe_next()
    transcript = long.transcripts.get()
    listener.meanwhile = lambda: stop(transcript)
    claim = next_claim()
    assert claim
    transcribe_claim(claim, listener)
    transcript.refresh_from_db()
    assert transcript.state in {State.PAUSED, State.CANCELLED}
    assert transcript.slices.count() == 1
    assert waiting_count() == 0
    assert not unfinished_memos(long.user).exists()
    assert next_claim() is None
    assert not audio_cache.ids()


def test_what_rested_goes_on_from_where_it_was(long: Memo, listener: Listener) -> None:
    transcribe_next()
    transcript = long.transcripts.get()
    assert pause_transcript(transcript)
    assert not pause_transcript(transcript)
    assert rounds() == 0
    assert stalled_since(timezone.now()) is None
    assert resume_transcript(transcript)
    assert not resume_transcript(transcript)
    rounds()
    assert sum(seconds for seconds, _options in listener.heard) == pytest.approx(SECONDS, abs=0.1)


def test_what_was_cancelled_can_be_had_after_all(long: Memo, listener: Listener) -> None:
    transcript = Transcript.objects.create(memo=long, due=timezone.now())
    assert pause_transcript(transcript)
    assert cancel_transcript(transcript)
    assert not resume_transcript(transcript)
    assert rounds() == 0
    retry_transcript(transcript)
    rounds()
    assert long.transcripts.get().state == State.READY


def test_a_deleted_memos_sound_is_not_kept(long: Memo, listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    transcribe_next()
    assert audio_cache.ids()
    delete_memo(long)
    assert not transcribe_next()
    monkeypatch.setattr(audio_cache, "IDLE_SECONDS", 0.0)
    audio_cache._let_go_of_idle()
    assert not audio_cache.ids()


def test_kept_sound_is_the_same_sound(bedside: Device) -> None:
    recording = made(2.0, "flac", "flac", rate=16_000)
    memo = send(bedside, recording, client_id="tone")
    claim = next_claim()
    assert claim
    decoded = hearing._decode_memo(claim)
    assert decoded
    kept: Any = audio_cache.keep(memo.pk, decoded).samples
    audio_cache.let_go(memo.pk)
    assert (to_float(kept) == decoded.samples).all()


def test_one_thread_is_left_for_short_memos_while_an_hour_is_decoded(
    long: Memo, bedside: Device, settings: Settings
) -> None:
    other = send(bedside, made(SECONDS + 1, "libopus", "ogg"), client_id="long-too")
    settings.WORKER_THREADS = 2
    first = next_claim()
    assert first
    assert first.memo == long
    assert next_claim() is None
    short = speak(bedside, "memo-007.ogg")
    second = next_claim()
    assert second
    assert second.memo == short
    audio_cache.keep(
        first.transcript.pk, audio.Decoded(np.zeros(9, dtype=np.float32), None, 0, b"", 0.0, 0.0, is_cut=False)
    )
    third = next_claim()
    audio_cache.let_go(first.transcript.pk)
    assert third
    assert third.memo == other


def test_what_was_lost_often_is_heard_while_its_process_does_nothing_else(bedside: Device) -> None:
    deadly = speak(bedside, "memo-001.ogg")
    Transcript.objects.create(memo=deadly, due=timezone.now(), lost_claims=3)
    beside = speak(bedside, "memo-002.ogg")
    first = next_claim()
    assert first
    assert first.memo == beside
    assert next_claim() is None
    first.finish(text="words", words=[])
    alone = next_claim()
    assert alone
    assert alone.memo == deadly
    speak(bedside, "memo-003.ogg")
    assert next_claim() is None
    alone.finish(text="words", words=[])
    assert next_claim()


def test_a_slow_machine_is_given_the_time_it_takes(db: None) -> None:
    slow = Listener()
    slow.model = "slow"
    assert time_budget.allowed(slow, 30) == 30 * time_budget.GENEROUS * time_budget.UNMEASURED
    for _ in range(time_budget.LATEST):
        time_budget.note(slow, 30, 300)
    assert time_budget.allowed(slow, 30) == 30 * time_budget.GENEROUS * 10
    time_budget._measured.clear()
