"""What is heard in a short window is what would have been heard in the padded one, or the padded one decides."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from difflib import SequenceMatcher
from itertools import chain, pairwise, repeat
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from faster_whisper import WhisperModel
from faster_whisper.audio import decode_audio
from faster_whisper.transcribe import TranscriptionOptions
from pytest_django import Settings

from capture.models import Device
from config.demo.sample_memos import MEMOS, MICRO_WHISPER
from config.ops.checks import check_window
from tests.bench.random_whisper import Size, write
from tests.support.recordings import speak
from transcription.core.engines.faster_whisper import FasterWhisper
from transcription.core.engines.protocol import Heard, Options
from transcription.core.engines.short_window import (
    MIN_FRAMES,
    NOTHING,
    ROOMY_FRAMES,
    WINDOW_FRAMES,
    MelFilters,
    ShortWindowModel,
)
from transcription.core.word_error_rate import word_error_rate
from transcription.core.words import SAMPLE_RATE, joined
from transcription.worker.next_memo import transcribe_next
from transcription.worker.state import WorkerState

if TYPE_CHECKING:
    from numpy.typing import NDArray

Decode = Callable[..., tuple[Any, float, float, float]]
ENGLISH = Options(languages=("en",), temperatures=(0.0,))
FULL = ENGLISH._replace(window="full")
TRUE = {memo["file"]: memo["text"] for memo in json.loads((MEMOS / "manifest.json").read_text())["memos"]}
SAID = "word0 word1"


def samples(name: str) -> "NDArray[np.float32]":
    return np.asarray(decode_audio(str(MEMOS / name)), np.float32)


@pytest.fixture(scope="module")
def micro() -> FasterWhisper:
    return FasterWhisper(str(MICRO_WHISPER), model="micro", workers=2, threads=1)


@pytest.fixture(scope="module")
def polyglot(tmp_path_factory: pytest.TempPathFactory) -> FasterWhisper:
    """A small model that hears English, and always the same words."""
    folder = tmp_path_factory.mktemp("polyglot")
    write(folder, Size(layers=2, width=64, heads=2))
    return FasterWhisper(str(folder), model="polyglot", workers=1, threads=1)


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many frames the encoder was given, for each time it was."""
    frames, encode = [], WhisperModel.encode

    def counted(self: WhisperModel, features: "NDArray[np.float32]") -> Any:
        frames.append(features.shape[-1])
        return encode(self, features)

    monkeypatch.setattr(WhisperModel, "encode", counted)
    return frames


def test_the_words_and_their_times_are_those_of_the_padded_window(micro: FasterWhisper, encoded: list[int]) -> None:
    both: dict[str, tuple[Heard, Heard]] = {}
    for name in TRUE:
        speech = samples(name)
        heard = micro.transcribe(speech, ENGLISH)
        assert max(encoded) < WINDOW_FRAMES
        encoded.clear()
        both[name] = heard, micro.transcribe(speech, FULL)
        assert set(encoded) == {WINDOW_FRAMES}
        encoded.clear()
    assert {heard.window for heard, _padded in both.values()} == {"short"}
    short, padded = (
        word_error_rate((TRUE[name], joined(heard[which].words)) for name, heard in both.items()) for which in (0, 1)
    )
    assert short <= padded + 0.003
    off = [apart for heard in both.values() for apart in times_apart(*heard)]
    assert len(off) > 750
    assert sum(apart <= 0.15 for apart in off) >= 0.95 * len(off)


def times_apart(one: Heard, other: Heard) -> Iterator[float]:
    """Yield by how many seconds the words that both heard differ."""
    texts, others = ([word.text for word in heard.words] for heard in (one, other))
    for here, there, size in SequenceMatcher(a=texts, b=others, autojunk=False).get_matching_blocks():
        for word, same in zip(one.words[here : here + size], other.words[there : there + size], strict=True):
            yield max(abs(word.start - same.start), abs(word.end - same.end))


def test_inside_long_audio_no_window_is_trimmed_but_the_last(micro: FasterWhisper, encoded: list[int]) -> None:
    heard = micro.transcribe(samples("hard-long.ogg")[: 70 * SAMPLE_RATE], ENGLISH)
    assert heard.window == "full"
    *inside, last = encoded
    assert len(inside) >= 2
    assert set(inside) == {WINDOW_FRAMES}
    assert MIN_FRAMES <= last < WINDOW_FRAMES
    assert all(word.start <= later.start for word, later in pairwise(heard.words))


def test_audio_that_fills_the_window_is_heard_as_ever(micro: FasterWhisper, encoded: list[int]) -> None:
    speech = samples("hard-long.ogg")[: 29 * SAMPLE_RATE]
    short, full = ENGLISH._replace(vad=False), FULL._replace(vad=False)
    assert micro.transcribe(speech, short) == micro.transcribe(speech, full)
    assert set(encoded) <= {WINDOW_FRAMES, MIN_FRAMES}


def _repeating(decode: Decode, *call: Any) -> Any:
    """A real decode that is led to say again and again what it said."""
    *others, options = call
    return decode(*others, replace(options, repetition_penalty=0.2))


def _said(tokens: list[int], mean_log_probability: float = -0.2, compression_ratio: float = 1.2) -> Decode:
    def decoded(*_: Any) -> tuple[Any, float, float, float]:
        result = SimpleNamespace(sequences_ids=[tokens], no_speech_prob=0.0)
        return result, mean_log_probability, 0.0, compression_ratio

    return decoded


RUNAWAYS: dict[str, Decode] = {
    "a real one": _repeating,
    "without an end": _said([*range(50), *[1268] * 174]),
    "without a word": _said([1268, 1268]),
    "faster than anybody speaks": _said(list(range(200))),
    "a short loop": _said([5, 6, 7, 8, 7, 8, 7, 8]),
    "a repetitive text": _said([5, 6], compression_ratio=3.0),
    "an unsure text": _said([5, 6], mean_log_probability=-1.5),
    "a time behind the window": _said([1269, 5, 6, 1269 + 900]),
}


@pytest.mark.parametrize("runaway", RUNAWAYS)
def test_a_runaway_is_caught_and_the_padded_window_decides(
    runaway: str, micro: FasterWhisper, encoded: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    speech, decode = samples("memo-007.ogg"), WhisperModel.generate_with_fallback
    padded = micro.transcribe(speech, FULL)
    encoded.clear()

    def runs_away(model: WhisperModel, output: Any, *call: Any) -> Any:
        if output.shape[1] < WINDOW_FRAMES // 2:
            return RUNAWAYS[runaway](decode, model, output, *call)
        return decode(model, output, *call)

    monkeypatch.setattr(WhisperModel, "generate_with_fallback", runs_away)
    heard = micro.transcribe(speech, ENGLISH)
    assert encoded == [MIN_FRAMES, ROOMY_FRAMES, WINDOW_FRAMES]
    assert heard == padded
    assert heard.window == "full"


def test_the_language_is_detected_in_the_encoding_in_which_the_words_are_heard(
    polyglot: FasterWhisper, encoded: list[int]
) -> None:
    heard = polyglot.transcribe(samples("memo-007.ogg"), Options())
    assert heard.language == "en"
    assert joined(heard.words).startswith(SAID)
    assert encoded == [MIN_FRAMES]
    polyglot.transcribe(samples("memo-007.ogg"), Options(window="full"))
    assert encoded == [MIN_FRAMES, WINDOW_FRAMES]


def test_only_a_language_that_is_spoken_is_detected(polyglot: FasterWhisper, encoded: list[int]) -> None:
    assert polyglot.transcribe(samples("memo-007.ogg"), Options(languages=("de", "fr"))).language in {"de", "fr"}
    assert encoded == [MIN_FRAMES]


def test_a_language_that_is_doubtful_is_detected_in_the_padded_window(
    polyglot: FasterWhisper, encoded: list[int]
) -> None:
    heard = polyglot.transcribe(samples("memo-007.ogg"), Options(languages=("de", "fr", "it", "es")))
    assert heard.language in {"de", "fr", "it", "es"}
    assert (encoded, heard.window) == ([MIN_FRAMES, WINDOW_FRAMES], "full")


def test_two_languages_in_one_recording_are_heard_apart(
    polyglot: FasterWhisper, encoded: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    speech, pause = samples("hard-long.ogg")[: 6 * SAMPLE_RATE], np.zeros(2 * SAMPLE_RATE, np.float32)
    both = np.concatenate([speech, pause, speech])
    found = chain([("de", 0.95)], repeat(("fr", 0.9)))
    monkeypatch.setattr(ShortWindowModel, "language_of", lambda *_: next(found))
    heard = polyglot.transcribe(both, Options(languages=("de", "fr")))
    assert joined(heard.words).count(SAID) == 2
    assert len(encoded) == 2
    assert max(encoded) < WINDOW_FRAMES
    assert heard.words[-1].start > 8
    once = polyglot.transcribe(both, Options(languages=("de",)))
    assert joined(once.words).count(SAID) == 1


def test_one_language_is_not_detected(polyglot: FasterWhisper, encoded: list[int]) -> None:
    assert polyglot.transcribe(samples("memo-007.ogg"), Options(languages=("de",))).language == "de"
    assert encoded == [MIN_FRAMES]


def test_where_nobody_speaks_nothing_is_encoded(polyglot: FasterWhisper, encoded: list[int]) -> None:
    assert polyglot.transcribe(samples("hard-silence.ogg"), Options(languages=("de", "fr"))).words == []
    assert encoded == []


def test_where_silero_hears_nobody_the_padded_window_is_never_asked(
    micro: FasterWhisper, encoded: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WhisperModel, "generate_with_fallback", _said([5, 6], mean_log_probability=-1.5))
    noise = np.random.default_rng(1).standard_normal(3 * SAMPLE_RATE).astype(np.float32) * 0.05
    assert micro.transcribe(noise, ENGLISH).words == []
    assert encoded == [MIN_FRAMES]


def _opened(micro: FasterWhisper, *seconds: float, voiced: float = 1.0) -> ShortWindowModel:
    """A call of the model in which windows that hold so much sound were opened, one after the other."""
    frames = np.full(100, voiced, np.float32)
    model = ShortWindowModel(micro._whisper, languages=("en",), trims=True, voiced=frames)
    model._content_frames = 300
    for held in seconds:
        _open(model, held)
    return model


def _open(model: ShortWindowModel, seconds: float) -> None:
    window = np.zeros((model.feature_extractor.mel_filters._filters.shape[0], WINDOW_FRAMES), np.float32)
    window[:, : round(100 * seconds)] = 0.1
    model.encode(window)


def _decoded(model: ShortWindowModel, text: str = "one two") -> Any:
    unset: dict[str, Any] = {one.name: None for one in fields(TranscriptionOptions)}
    tokenizer: Any = SimpleNamespace(eot=1000, timestamp_begin=1269, no_timestamps=1268, decode=lambda _tokens: text)
    return model.generate_with_fallback(None, [1], tokenizer, TranscriptionOptions(**unset))


@pytest.mark.parametrize(("voiced", "sure", "heard"), [(1.0, -0.3, True), (1.0, -0.9, False), (0.0, -0.3, False)])
def test_what_is_left_behind_the_last_word_counts_where_it_has_a_voice_and_whisper_is_sure(
    voiced: float, sure: float, heard: bool, micro: FasterWhisper, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = _opened(micro, 3, 1, voiced=voiced)
    monkeypatch.setattr(WhisperModel, "generate_with_fallback", _said([5, 6], mean_log_probability=sure))
    assert (_decoded(model) is not NOTHING) is heard


@pytest.mark.parametrize(("again", "heard"), [([5, 6, 7], False), ([7, 8, 9], True)])
def test_a_longer_rest_counts_as_ever_unless_it_says_again_what_was_said(
    again: list[int], heard: bool, micro: FasterWhisper, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = _opened(micro, 3)
    monkeypatch.setattr(WhisperModel, "generate_with_fallback", _said([4, 5, 6, 7]))
    _decoded(model)
    _open(model, 2.5)
    monkeypatch.setattr(WhisperModel, "generate_with_fallback", _said(again, mean_log_probability=-0.9))
    assert (_decoded(model) is not NOTHING) is heard


def test_what_is_said_twice_is_heard_with_more_room(
    micro: FasterWhisper, encoded: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WhisperModel, "generate_with_fallback", _said([5, 6, 7, 5, 6]))
    model = _opened(micro, 3)
    _decoded(model, " Please call Stella. Please call Stella")
    assert (encoded, model.window) == ([MIN_FRAMES, ROOMY_FRAMES], "short")


def test_where_hardly_a_word_comes_of_much_voice_a_larger_window_decides(
    micro: FasterWhisper, encoded: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WhisperModel, "generate_with_fallback", _said([5, 6]))
    model = _opened(micro, 3)
    _decoded(model)
    assert (encoded, model.window) == ([MIN_FRAMES, ROOMY_FRAMES, WINDOW_FRAMES], "full")
    encoded.clear()
    _decoded(_opened(micro, 3, voiced=0.0))
    assert encoded == [MIN_FRAMES]


def test_a_window_that_holds_all_is_heard_without_times_and_no_longer_than_anybody_speaks(
    micro: FasterWhisper, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, said = [], _said([5, 6, 7, 8])

    def noted(_model: WhisperModel, _output: Any, prompt: list[int], _tokenizer: Any, options: Any) -> Any:
        asked.append((prompt, options.max_new_tokens))
        return said()

    monkeypatch.setattr(WhisperModel, "generate_with_fallback", noted)
    _decoded(_opened(micro, 3))
    assert asked == [([1, 1268], 2 * (5 + 30 + 1) - 2)]


def test_calls_at_the_same_time_do_not_hear_each_other(micro: FasterWhisper) -> None:
    clips = [samples(name) for name in ("memo-002.ogg", "memo-007.ogg", "memo-009.ogg", "memo-014.ogg")]
    alone = [micro.transcribe(clip, ENGLISH) for clip in clips]
    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(lambda clip: micro.transcribe(clip, ENGLISH), clips)) == alone


def test_mels_are_the_same_in_pieces() -> None:
    chance = np.random.default_rng(3)
    filters, magnitudes = (chance.random(shape, dtype=np.float32) for shape in ((80, 201), (201, 517)))
    np.testing.assert_allclose(MelFilters(filters) @ magnitudes, filters @ magnitudes, rtol=1e-5)


@pytest.mark.parametrize(("setting", "window"), [("auto", "short"), ("full", "full")])
def test_the_setting_decides_and_the_transcript_says_which(
    worker: WorkerState, setting: str, window: str, bedside: Device, settings: Settings
) -> None:
    settings.WHISPER_WINDOW = setting
    memo = speak(bedside, "memo-007.ogg")
    assert transcribe_next(worker)
    assert memo.transcripts.get().window == window


def test_a_window_that_nobody_knows_is_found(settings: Settings) -> None:
    assert check_window() == []
    settings.WHISPER_WINDOW = "short"
    assert [error.id for error in check_window()] == ["stillnote.E005"]
    assert "auto or full" in check_window()[0].msg
