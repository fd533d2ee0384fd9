"""From a recording to its words, through the real decoder and the real Whisper (the micro model)."""

import json

import av
import pytest
from pytest_django import Settings

from capture.models import Device, Memo
from capture.services import audio_path, playback_path
from tests.conftest import MEMOS
from tests.recordings import made, send, speak
from transcription import services
from transcription.audio import decode
from transcription.engine import engine
from transcription.engines.protocol import Options
from transcription.models import State, Transcript
from transcription.words import joined

GOLDEN = json.loads((MEMOS / "golden.json").read_text())


def heard(memo: Memo) -> Transcript:
    assert services.transcribe_next()
    return memo.transcripts.get()


@pytest.mark.parametrize("name", ["memo-002.ogg", "memo-009.ogg", "memo-014.ogg"])
def test_the_words_are_the_speakers(name: str, bedside: Device) -> None:
    transcript = heard(speak(bedside, name))
    assert transcript.state == State.READY
    assert transcript.text == GOLDEN[name]["beam5_vad"]
    assert joined(transcript.heard()) == transcript.text
    assert transcript.engine == "faster-whisper"


def test_word_times_are_in_order_and_inside_the_audio(bedside: Device) -> None:
    transcript = heard(speak(bedside, "memo-003.ogg"))
    times = [time for word in transcript.heard() for time in (word.start, word.end)]
    assert times == sorted(times)
    assert times[0] >= 0
    assert times[-1] <= (transcript.audio_seconds or 0)


@pytest.mark.parametrize("name", ["hard-silence.ogg", "hard-noise.ogg", "hard-click.ogg", "hard-music.ogg"])
def test_where_nobody_speaks_no_word_is_invented(name: str, bedside: Device) -> None:
    memo = speak(bedside, name)
    transcript = heard(memo)
    assert transcript.state == State.NO_SPEECH
    assert transcript.text == ""
    assert transcript.words == []
    assert audio_path(memo).read_bytes() == (MEMOS / name).read_bytes()


def test_the_playback_copy_lies_beside_the_untouched_original(bedside: Device) -> None:
    memo = speak(bedside, "hard-browser.webm")
    heard(memo)
    assert audio_path(memo).read_bytes() == (MEMOS / "hard-browser.webm").read_bytes()
    with av.open(str(playback_path(memo))) as copy:
        assert copy.duration


def test_what_cannot_be_read_fails_in_a_sentence_and_is_kept(bedside: Device) -> None:
    memo = send(bedside, b"OggS" + bytes(2000), client_id="broken")
    transcript = heard(memo)
    assert transcript.state == State.FAILED
    assert transcript.error.startswith("It could not be read")
    assert audio_path(memo).stat().st_size == 2004


def test_a_missing_file_is_said(bedside: Device) -> None:
    memo = speak(bedside, "memo-001.ogg")
    audio_path(memo).unlink()
    assert "missing" in heard(memo).error


def test_damage_is_never_passed_for_whole(bedside: Device) -> None:
    whole = made(8.0, "flac", "flac", rate=16_000)
    transcript = heard(send(bedside, whole[: len(whole) // 2], client_id="half"))
    assert [warning for warning in transcript.warnings if warning.startswith("damaged")]


def test_too_long_is_refused_by_its_sound_not_by_its_size(bedside: Device, settings: Settings) -> None:
    settings.MAX_AUDIO_SECONDS = 5.0
    memo = send(bedside, made(60.0, "flac", "flac"), client_id="long-tone")
    assert heard(memo).state == State.FAILED


def test_an_engine_that_stops_leaves_the_memo_waiting(bedside: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise RuntimeError("out of memory")

    memo = speak(bedside, "memo-001.ogg")
    monkeypatch.setattr(type(engine()), "transcribe", stop)
    transcript = heard(memo)
    assert transcript.state == State.WAITING
    assert "tried again" in transcript.error


def test_the_same_sound_gives_the_same_words(bedside: Device) -> None:
    with (MEMOS / "memo-004.ogg").open("rb") as recording:
        samples = decode(recording, "ogg", max_seconds=60).samples
    options = Options(languages=("en",), temperatures=(0.0,))
    assert engine().transcribe(samples, options) == engine().transcribe(samples, options)
