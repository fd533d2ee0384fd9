"""Where nobody speaks nothing is written down; and speech that is quiet, or lies in light noise, is."""

import json
import re
from collections import Counter
from collections.abc import Callable
from difflib import SequenceMatcher
from functools import cache

import numpy as np
import pytest
from numpy.random import Generator, default_rng

from config.demo.sample_memos import MEMOS, MICRO_WHISPER
from tests.support.faults.counts import either, figure
from tests.support.sounds import NOBODY, Samples, noisy, quieter, whispered
from transcription.core.decoding.decode import decode
from transcription.core.engines.faster_whisper import FasterWhisper
from transcription.core.engines.protocol import Heard, Options
from transcription.core.engines.vad import MARGIN_SECONDS, MIN_SILENCE_SECONDS, find_speech
from transcription.core.words import SAMPLE_RATE, joined

pytestmark = pytest.mark.alone

CLIPS = either(36, 1000)
MOST_WITH_WORDS = 0.001
MOST_LOST = 0.01
STEADY = Options(languages=("en",), temperatures=(0.0,))
"""The temperatures that Whisper falls back to sample; at 0 the same sound has the same words."""
SPOKEN = json.loads((MEMOS / "manifest.json").read_text())["memos"][: either(10, 48)]

Harder = Callable[[Generator, Samples], Samples]
"""Makes speech harder to hear."""
HARD_TO_HEAR: dict[str, Harder] = {
    "30 dB quieter": lambda _chance, spoken: quieter(spoken, 30),
    "in light noise, a room's, 30 dB below": lambda chance, spoken: noisy(chance, spoken, 30, slope=1),
}
VERY_HARD_TO_HEAR: dict[str, Harder] = {
    "50 dB quieter": lambda _chance, spoken: quieter(spoken, 50),
    "in noise 10 dB below": lambda chance, spoken: noisy(chance, spoken, 10, slope=1),
    "whispered": whispered,
    "whispered, 30 dB quieter": lambda chance, spoken: quieter(whispered(chance, spoken), 30),
    "whispered in noise 20 dB below": lambda chance, spoken: noisy(chance, whispered(chance, spoken), 20, slope=1),
}


@pytest.fixture(scope="module")
def whisper() -> FasterWhisper:
    return FasterWhisper(str(MICRO_WHISPER), model="micro", workers=1, threads=1)


@cache
def samples(name: str) -> Samples:
    with (MEMOS / name).open("rb") as recording:
        return decode(recording, "ogg", max_seconds=60).samples


@cache
def plainly_right(whisper: FasterWhisper, name: str, text: str) -> frozenset[int]:
    return frozenset(right(text, whisper.transcribe(samples(name), STEADY)))


def right(text: str, heard: Heard) -> set[int]:
    """Return the numbers of the words of a text that were heard as they were said."""
    said, found = ([*re.findall(r"[\w']+", one.lower())] for one in (text, joined(heard.words)))
    same = SequenceMatcher(None, said, found, autojunk=False).get_matching_blocks()
    return {number for block in same for number in range(block.a, block.a + block.size)}


def test_where_nobody_speaks_no_word_is_written_down(whisper: FasterWhisper) -> None:
    """All fall-back temperatures are used, as in real life: the more, the more may be invented."""
    with_words, let_through = Counter[str](), Counter[str]()
    for number in range(CLIPS):
        chance, sound = default_rng([5, number]), NOBODY[number % len(NOBODY)]
        clip = sound(chance, int(chance.uniform(1, 12) * SAMPLE_RATE))
        let_through[sound.__name__] += bool(find_speech(clip, vad=True).regions)
        with_words[sound.__name__] += bool(whisper.transcribe(clip, Options()).words)
    figure("clips without speech that have words", with_words.total(), "clips", of=CLIPS, taken_for_speech=let_through)
    assert with_words.total() <= MOST_WITH_WORDS * CLIPS, with_words


@pytest.mark.parametrize("name", HARD_TO_HEAR)
def test_quiet_speech_and_speech_in_light_noise_is_heard(whisper: FasterWhisper, name: str) -> None:
    """No word that was heard in the plain recording may be lost: beyond one in a hundred, which is chance."""
    had = lost = 0
    for number, memo in enumerate(SPOKEN):
        spoken = HARD_TO_HEAR[name](default_rng([6, number]), samples(memo["file"]))
        plain = plainly_right(whisper, memo["file"], memo["text"])
        had, lost = had + len(plain), lost + len(plain - right(memo["text"], whisper.transcribe(spoken, STEADY)))
    figure(f"words lost, {name}", 100 * lost / had, "%", of=had)
    assert lost <= MOST_LOST * had


@pytest.mark.parametrize("name", VERY_HARD_TO_HEAR)
def test_whatever_is_said_is_listened_to(name: str) -> None:
    """What Silero cuts out nobody hears. Whether Whisper understands a whisper is for its size to say."""
    had = cut = 0
    for number, memo in enumerate(SPOKEN):
        spoken = VERY_HARD_TO_HEAR[name](default_rng([7, number]), samples(memo["file"]))
        regions = find_speech(spoken, vad=True).regions
        for _word, start, end in (word for segment in memo["segments"] for word in segment["words"]):
            heard = sum(max(0.0, min(end, one.end) - max(start, one.start)) for one in regions)
            had, cut = had + 1, cut + (heard < (end - start) / 2)
    figure(f"words cut out, {name}", 100 * cut / had, "%", of=had)
    assert cut <= MOST_LOST * had


def test_no_word_lies_in_a_pause_and_all_are_in_order_inside_the_audio(whisper: FasterWhisper) -> None:
    chance = default_rng(8)
    for before, after in zip(SPOKEN[:-1:2], SPOKEN[1::2], strict=False):
        first, second = samples(before["file"]), samples(after["file"])
        still = np.zeros(int(chance.uniform(2 * MIN_SILENCE_SECONDS, 6) * SAMPLE_RATE), np.float32)
        heard = whisper.transcribe(noisy(chance, np.concatenate([first, still, second]), 45, slope=1), STEADY)
        instants = [instant for word in heard.words for instant in (word.start, word.end)]
        assert instants == sorted(instants)
        assert 0 <= instants[0] <= instants[-1] <= (len(first) + len(still) + len(second)) / SAMPLE_RATE
        begins, ends = (
            before["segments"][-1]["end"],
            (len(first) + len(still)) / SAMPLE_RATE + after["segments"][0]["start"],
        )
        assert all(
            word.end <= begins + MARGIN_SECONDS + 0.2 or word.start >= ends - MARGIN_SECONDS - 0.2
            for word in heard.words
        )
