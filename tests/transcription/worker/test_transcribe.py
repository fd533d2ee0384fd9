"""From a recording to its words, through the real decoder and the real Whisper (the micro model)."""

import errno
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import av
import pytest
from django.utils import timezone
from pytest_django import Settings

from capture.models import Device, Memo
from capture.services.deletion import delete_memo, purge_deleted
from capture.services.recordings import find_playback, save_playback
from config.demo.sample_memos import MEMOS
from tests.support.buckets import Held, Proxy, down
from tests.support.recordings import audio_path, made, playback_path, send, speak
from tests.support.workers import OneEngine
from transcription.core.decoding.decode import decode
from transcription.core.engines.protocol import Heard, Options
from transcription.core.words import joined
from transcription.error_text import sentence_of
from transcription.models import State, Transcript
from transcription.worker.claims import claim_next
from transcription.worker.next_memo import transcribe_next
from transcription.worker.state import WorkerState
from transcription.worker.transcribe import transcribe_claim

GOLDEN = json.loads((MEMOS / "golden.json").read_text())


def heard(worker: WorkerState, memo: Memo) -> Transcript:
    assert transcribe_next(worker)
    return memo.transcripts.get()


@pytest.mark.parametrize("name", ["memo-002.ogg", "memo-009.ogg", "memo-014.ogg"])
def test_the_words_are_the_speakers(worker: WorkerState, name: str, bedside: Device) -> None:
    transcript = heard(worker, speak(bedside, name))
    assert transcript.state == State.READY
    assert transcript.text == GOLDEN[name]["beam5_vad"]
    assert joined(transcript.heard()) == transcript.text
    assert transcript.engine == "faster-whisper"


def test_word_times_are_in_order_and_inside_the_audio(worker: WorkerState, bedside: Device) -> None:
    transcript = heard(worker, speak(bedside, "memo-003.ogg"))
    times = [time for word in transcript.heard() for time in (word.start, word.end)]
    assert times == sorted(times)
    assert times[0] >= 0
    assert times[-1] <= (transcript.audio_seconds or 0)


@pytest.mark.parametrize("name", ["hard-silence.ogg", "hard-noise.ogg", "hard-click.ogg", "hard-music.ogg"])
def test_where_nobody_speaks_no_word_is_invented(worker: WorkerState, name: str, bedside: Device) -> None:
    memo = speak(bedside, name)
    transcript = heard(worker, memo)
    assert transcript.state == State.NO_SPEECH
    assert transcript.text == ""
    assert transcript.words == []
    assert audio_path(memo).read_bytes() == (MEMOS / name).read_bytes()


def test_the_playback_copy_lies_beside_the_untouched_original(worker: WorkerState, bedside: Device) -> None:
    memo = speak(bedside, "hard-browser.webm")
    heard(worker, memo)
    assert audio_path(memo).read_bytes() == (MEMOS / "hard-browser.webm").read_bytes()
    with av.open(str(playback_path(memo))) as copy:
        assert copy.duration


def test_what_cannot_be_read_fails_in_a_sentence_and_is_kept(worker: WorkerState, bedside: Device) -> None:
    memo = send(bedside, b"OggS" + bytes(2000), client_id="broken")
    transcript = heard(worker, memo)
    assert transcript.state == State.FAILED
    assert sentence_of(transcript.error).startswith("It could not be read")
    assert audio_path(memo).stat().st_size == 2004


def test_a_missing_file_is_said(worker: WorkerState, bedside: Device) -> None:
    memo = speak(bedside, "memo-001.ogg")
    audio_path(memo).unlink()
    assert "missing" in sentence_of(heard(worker, memo).error)


def test_while_a_store_is_away_its_recordings_wait_and_none_is_given_up(
    worker: WorkerState, bedside: Device, bucket: Held, proxy: Proxy
) -> None:
    memo = speak(bedside, "memo-001.ogg")
    assert not audio_path(memo).exists()
    proxy.fault = down
    for _ in range(12):
        assert transcribe_next(worker)
        memo.transcripts.update(due=timezone.now())
    transcript = memo.transcripts.get()
    assert (transcript.state, transcript.lost_claims) == (State.WAITING, 0)
    assert "cannot be fetched" in sentence_of(transcript.error)
    proxy.fault = None
    assert heard(worker, memo).state == State.READY
    assert find_playback(memo).size > 1000
    assert set(bucket.objects()) == {f"audio/{memo.path}", f"audio/{memo.path}.m4a"}


def test_damage_is_never_passed_for_whole(worker: WorkerState, bedside: Device) -> None:
    whole = made(8.0, "flac", "flac", rate=16_000)
    transcript = heard(worker, send(bedside, whole[: len(whole) // 2], client_id="half"))
    assert [warning for warning in transcript.warnings if warning.startswith("damaged")]


def test_too_long_is_refused_by_its_sound_not_by_its_size(
    worker: WorkerState, bedside: Device, settings: Settings
) -> None:
    settings.MAX_AUDIO_SECONDS = 5.0
    memo = send(bedside, made(60.0, "flac", "flac"), client_id="long-tone")
    assert heard(worker, memo).state == State.FAILED


def test_an_engine_that_stops_leaves_the_memo_waiting(
    worker: WorkerState, bedside: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise RuntimeError("out of memory")

    memo = speak(bedside, "memo-001.ogg")
    monkeypatch.setattr(type(worker.engines.load()), "transcribe", stop)
    transcript = heard(worker, memo)
    assert transcript.state == State.WAITING
    assert "tried again" in sentence_of(transcript.error)


def test_the_same_sound_gives_the_same_words(worker: WorkerState, bedside: Device) -> None:
    with (MEMOS / "memo-004.ogg").open("rb") as recording:
        samples = decode(recording, "ogg", max_seconds=60).samples
    options = Options(languages=("en",), temperatures=(0.0,))
    assert worker.engines.load().transcribe(samples, options) == worker.engines.load().transcribe(samples, options)


def test_a_hearing_that_ends_is_watched_no_more_however_it_ended(worker: WorkerState, bedside: Device) -> None:
    memo = speak(bedside, "memo-001.ogg")
    claim = claim_next(worker)
    assert claim
    assert claim.key in worker.watchdog.under_way()
    delete_memo(memo)
    transcribe_claim(worker, claim, worker.engines.load())
    assert not worker.watchdog.under_way()


def test_without_room_for_the_playback_copy_the_words_are_still_written_down(
    worker: WorkerState, bedside: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    memo = speak(bedside, "memo-001.ogg")
    monkeypatch.setattr("capture.storage.stores.store_playback", full)
    assert heard(worker, memo).state == State.READY
    assert not playback_path(memo).exists()


def test_a_playback_copy_that_comes_too_late_does_not_outlive_its_memo(bedside: Device) -> None:
    memo = speak(bedside, "memo-001.ogg")
    delete_memo(memo)
    purge_deleted(timezone.now() + timedelta(days=1))
    save_playback(memo, [b"copy"])
    assert not playback_path(memo).exists()


def test_a_model_that_cannot_be_loaded_is_said_so_and_no_memo_is_given_up_for_it(
    worker: WorkerState, bedside: Device, settings: Settings, tmp_path: Path
) -> None:
    for name in ("model.bin", "config.json"):
        (tmp_path / name).write_bytes(b"damaged")
    settings.WHISPER_MODEL = str(tmp_path)
    memo = speak(bedside, "memo-001.ogg")
    for _ in range(12):
        assert not transcribe_next(worker)
    transcript = memo.transcripts.get()
    assert (transcript.state, transcript.lost_claims) == (State.WAITING, 0)
    assert transcript.error == "model_unloadable"


def test_an_engine_that_stops_is_tried_again_later(worker: WorkerState, bedside: Device) -> None:
    class Broken:
        name, model = "broken", "broken"

        def transcribe(self, samples: Any, options: Options, progress: Any = None) -> Heard:
            raise MemoryError

    memo = speak(bedside, "memo-001.ogg")
    worker.engines = OneEngine(Broken())
    assert transcribe_next(worker)
    transcript = memo.transcripts.get()
    assert (transcript.state, transcript.lost_claims) == (State.WAITING, 1)
    assert "The engine stopped (MemoryError)" in sentence_of(transcript.error)
    assert transcript.due > timezone.now()
