"""Silence that is long is passed over and not heard; what may be a whisper never is."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.support.channels import hissing, humming, spoken
from tests.support.sounds import coloured, level, whispered
from transcription.core.engines.protocol import Heard, Options
from transcription.core.hearing import hear_long
from transcription.core.silence import MIN_PASSED_SECONDS, STRETCH_SECONDS, is_steady, silence_end
from transcription.core.slicing import to_int16
from transcription.core.words import SAMPLE_RATE, Word

Samples = NDArray[np.float32]
STRETCH = round(STRETCH_SECONDS * SAMPLE_RATE)
FAINT = 10 ** (-65 / 20)
NOTHING = Options(languages=("en",), vad=True, window="auto")


def minutes(count: float, noise: float = 0.0) -> Samples:
    return hissing(round(60 * count * SAMPLE_RATE), noise)


def word(seconds: float = 0.4) -> Samples:
    """Return the loudest of somebody's words, or so."""
    speech, size = spoken(), round(seconds * SAMPLE_RATE)
    loud = int(np.convolve(np.square(speech), np.ones(size), "valid").argmax())
    return speech[loud : loud + size]


def in_noise(sound: Samples, signal_to_noise: float, seed: int = 1) -> Samples:
    """Return a stretch of white noise with a sound in its middle that is so many dB above it."""
    noise = hissing(STRETCH, float(np.sqrt(np.square(sound).mean())) * 10 ** (-signal_to_noise / 20), seed)
    begin = (STRETCH - len(sound)) // 2
    noise[begin : begin + len(sound)] += sound
    return noise


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("noise", ["zeros", "the last bit", "hiss", "loud hiss", "pink", "hum"])
def test_noise_that_rises_nowhere_is_steady(noise: str, seed: int) -> None:
    chance = np.random.default_rng(seed)
    made: dict[str, Callable[[], Samples]] = {
        "zeros": lambda: minutes(STRETCH_SECONDS / 60),
        "the last bit": lambda: chance.integers(-1, 2, STRETCH).astype(np.float32) / np.float32(32768),
        "hiss": lambda: hissing(STRETCH, FAINT, seed),
        "loud hiss": lambda: hissing(STRETCH, 0.1, seed),
        "pink": lambda: np.float32(0.001) * coloured(chance, STRETCH, slope=1.0).astype(np.float32),
        "hum": lambda: humming(STRETCH, 0.01) + hissing(STRETCH, FAINT, seed),
    }
    assert is_steady(made[noise]())


@pytest.mark.parametrize("signal_to_noise", [20, 5, 0, -3])
@pytest.mark.parametrize("voice", ["spoken", "whispered"])
def test_a_word_is_not_even_where_noise_is_as_loud(voice: str, signal_to_noise: float) -> None:
    chance = np.random.default_rng(3)
    for seed in range(5):
        said = word() if voice == "spoken" else whispered(chance, word()).astype(np.float32)
        assert not is_steady(in_noise(said, signal_to_noise, seed))
        assert not is_steady(in_noise(said * np.float32(0.001 / level_of(said)), signal_to_noise, seed))


def level_of(sound: Samples) -> float:
    return float(10 ** (level(sound) / 20))


def test_whoever_speaks_or_whispers_without_a_pause_is_not_steady() -> None:
    speech = np.tile(spoken(), 3)
    for voice in (speech, whispered(np.random.default_rng(1), speech).astype(np.float32)):
        for start in range(0, len(voice) - STRETCH, STRETCH // 4):
            for noise in (0.0, level_of(voice), 1.7 * level_of(voice)):
                assert not is_steady(voice[start : start + STRETCH] + hissing(STRETCH, noise))


class Ear:
    """Hears one word in whatever it is given, and remembers how much that was."""

    def __init__(self) -> None:
        self.seconds = list[float]()

    def __call__(self, samples: Samples, window: str) -> Heard:
        del window
        self.seconds.append(len(samples) / SAMPLE_RATE)
        loud = float(np.abs(samples).argmax()) / SAMPLE_RATE
        return Heard([Word(" hm", loud, loud + 0.2, 0.9)], "en", [])


@pytest.mark.parametrize("noise", [0.0, FAINT])
def test_of_hours_of_silence_nothing_is_heard(noise: float) -> None:
    ear = Ear()
    heard = hear_long(to_int16(np.tile(minutes(10, noise), 12)), ear, NOTHING)
    assert not ear.seconds
    assert heard.words == []


@pytest.mark.parametrize("noise", [0.0, FAINT])
@pytest.mark.parametrize("at", [0.0, 31.0, 299.9, 600.0, 1195.0])
def test_a_whispered_word_in_long_silence_is_heard_where_it_was_said(noise: float, at: float) -> None:
    sound, said = minutes(20, noise), whispered(np.random.default_rng(2), word()).astype(np.float32)
    said *= np.float32(2 * FAINT / level_of(said))
    begin = round(at * SAMPLE_RATE)
    sound[begin : begin + len(said)] += said
    ear = Ear()
    heard = hear_long(to_int16(sound), ear, NOTHING)
    assert sum(ear.seconds) < 70
    assert any(at <= one.start < at + 0.4 for one in heard.words)


def test_whoever_asks_for_all_of_it_has_all_of_it_heard() -> None:
    ear = Ear()
    hear_long(to_int16(minutes(2)), ear, NOTHING._replace(vad=False))
    assert sum(ear.seconds) == pytest.approx(120)


def test_shorter_pauses_are_cut_as_ever() -> None:
    pause = minutes((MIN_PASSED_SECONDS - STRETCH_SECONDS) / 60)
    sound = to_int16(np.concatenate([pause, np.tile(spoken(), 2)]))
    assert silence_end(sound, 0) == 0
    assert silence_end(to_int16(minutes(1)), 0) == len(minutes(1))


def test_what_is_left_at_the_end_belongs_to_the_silence_before_it() -> None:
    for left in (1, 100, 5000, STRETCH - 1):
        sound = to_int16(hissing(8 * STRETCH + left, FAINT))
        assert silence_end(sound, 0) == len(sound)
