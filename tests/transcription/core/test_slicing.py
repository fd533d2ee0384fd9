"""Slices of a long recording: all of it, in order, none too long, and always the same ones."""

from itertools import pairwise

import numpy as np
from faster_whisper.audio import decode_audio
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from config.demo.sample_memos import MEMOS
from transcription.core.slicing import (
    MAX_SLICE_SECONDS,
    SEARCHED_SECONDS,
    is_long,
    join_slices,
    main_language,
    next_end,
    shifted,
)
from transcription.core.words import SAMPLE_RATE, Word, joined

Samples = NDArray[np.int16]
MOST = int(MAX_SLICE_SECONDS * SAMPLE_RATE)


def ends(samples: Samples, start: int = 0) -> list[int]:
    found = [start]
    while found[-1] < len(samples):
        found.append(next_end(samples, found[-1]))
    return found


def noise(seconds: float, *, loud: int, seed: int = 1) -> Samples:
    return np.random.default_rng(seed).normal(0, loud, int(seconds * SAMPLE_RATE)).astype(np.int16)


@settings(max_examples=15, deadline=None)
@given(
    parts=st.lists(st.tuples(st.floats(0.1, 50), st.sampled_from([0, 3, 300, 9000])), min_size=1, max_size=4),
    seed=st.integers(0, 99),
    resumed=st.integers(0, 5),
)
def test_slices_cover_everything_in_order_and_a_resumed_hearing_cuts_where_the_first_did(
    parts: list[tuple[float, int]], seed: int, resumed: int
) -> None:
    samples = np.concatenate([noise(seconds, loud=loud, seed=seed) for seconds, loud in parts])
    cut = ends(samples)
    assert cut[-1] == len(samples)
    lengths = [end - start for start, end in pairwise(cut)]
    assert max(lengths) <= MOST
    assert all(length >= MOST - SEARCHED_SECONDS * SAMPLE_RATE for length in lengths[:-1])
    saved = cut[min(resumed, len(cut) - 1)]
    assert ends(samples, round(saved / SAMPLE_RATE * SAMPLE_RATE)) == cut[cut.index(saved) :]


def test_a_recording_of_one_window_is_left_whole() -> None:
    assert not is_long(len(noise(30, loud=300)))
    assert ends(noise(MAX_SLICE_SECONDS, loud=300)) == [0, MOST]


def test_speech_is_cut_in_a_pause() -> None:
    spoken = [np.asarray(decode_audio(str(MEMOS / f"memo-00{number}.ogg"))) for number in range(1, 10)]
    pause = np.zeros(SAMPLE_RATE // 2, dtype=np.float32)
    floats = np.concatenate([piece for memo in spoken for piece in (memo, pause)])
    samples = (floats * 32767).astype(np.int16)
    around = SAMPLE_RATE // 20
    for end in ends(samples)[1:-1]:
        assert np.abs(floats[end - around : end + around]).max() < np.abs(floats).max() / 20


def test_without_a_pause_the_quietest_moment_is_taken() -> None:
    samples = decode_speech_without_pauses()
    quiet = slice(12 * SAMPLE_RATE, 12 * SAMPLE_RATE + SAMPLE_RATE // 8)
    samples[quiet] //= 50
    assert abs(next_end(samples, 0) - 12 * SAMPLE_RATE) < SAMPLE_RATE // 2


def decode_speech_without_pauses() -> Samples:
    """Return one vowel-like stretch of speech over and over, for 40 s."""
    speech = np.asarray(decode_audio(str(MEMOS / "memo-003.ogg")))
    loudness = np.convolve(np.abs(speech), np.ones(4000), mode="valid")
    vowel = speech[int(loudness.argmax()) :][:4000]
    return (np.tile(np.concatenate([vowel, vowel[::-1]]), 80)[: 40 * SAMPLE_RATE] * 32767).astype(np.int16)


def test_words_go_on_after_a_space_where_their_language_has_spaces() -> None:
    first, second = [Word("One", 0.0, 0.5, 0.9)], [Word("two", 1.0, 1.5, 0.9)]
    assert joined(join_slices([("en", first), ("en", []), ("en", shifted(second, 30.0))])) == "One two"
    assert joined(join_slices([("ja", first), ("ja", second)])) == "Onetwo"
    assert shifted(second, 30.0) == [Word("two", 31.0, 31.5, 0.9)]


def test_the_language_is_that_of_most_words() -> None:
    word = Word("word", 0.0, 0.5, 0.9)
    assert main_language([("cy", []), ("en", [word, word]), ("de", [word])]) == "en"
    assert main_language([("de", []), ("en", [])]) == "de"
