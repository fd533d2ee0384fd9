"""Find words that were perhaps never said: Whisper writes where it hears nothing. No word is removed."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from statistics import fmean
from typing import NamedTuple

from transcription.core.engines.vad import Speech
from transcription.core.warnings.phrases import letters_and_digits, phantoms
from transcription.core.warnings.spans import UNSAID, Doubt, merge_doubts
from transcription.core.words import Word

REPETITIVE = 2.4
"""Compression ratio above which Whisper repeats itself (Radford et al. 2022, section 4.5)."""
UNSURE = -1.0
"""Mean log-probability of a segment's tokens below which Whisper's own decoding counts as failed (ibid.)."""
MAYBE_NO_SPEECH = 0.6
"""Probability of the no-speech token (Radford et al. 2022, section 4.5)."""
GUESSED_NO_SPEECH = 0.25
"""The same, where Whisper is unsure of the words too: with it, of 81 inventions in everyday sounds 63 were found, and
of 457 clips of people one was taken for such."""
WHISPER_NO_SPEECH, WHISPER_SURE, WHISPER_REPETITIVE = 0.2, -0.8, 2.0
"""Where Silero hears nobody at all: the no-speech probability below which, the mean log-probability above which, and
the compression ratio below which somebody whispers. Three of four real whispers were, and none of 37 inventions; dogs
bark "don't, don't, don't"."""
SAID_SCORE, SURE_SCORE = -0.65, -0.3
"""Scores of a window (see `said_score`) below which perhaps nobody speaks, and below which it was hard to hear. At
these no clip of 147 is lost, and of 194 everyday sounds four keep a text, all marked (docs/exactness.md)."""

MIN_VOICED_SHARE = 0.1
"""Share of a segment's words in which a voice must be heard; less, and perhaps nobody speaks."""
STILL_VOICED_SHARE, STILL_NO_SPEECH = 0.5, 0.2
"""A segment with less voice, or more of the no-speech token, is still enough for a known phantom to be one."""

UNLIKELY_WORD, GLIMPSED_SECONDS, GLIMPSED_WORD = 0.03, 0.06, 0.2
"""Probability below which a word is doubted by itself, and that of one that hardly lasts: of 1,453 words of 61 clips of
people none has less, of names that Whisper took out of its prompt most."""
MOST_LETTERS_A_SECOND, FEW_LETTERS = 40, 12
"""Letters in a second in which words are said, more than which nobody speaks: in the clips of people it is at most 25.
So few letters tell nothing."""

MAX_PHRASE_WORDS = 12
"""Words of a phrase that is looked for again and again."""
TIMES, TIMES_A_WORD = 4, 6
"""How often in a row a phrase, or one word, is no longer said but written: people do say "no, no, no, no"."""


class Segment(NamedTuple):
    """Words first..last (exclusive) that were written down together, and what Whisper says of them."""

    first: int
    last: int
    compression_ratio: float
    log_probability: float
    no_speech: float


def whispered_segments(words: Sequence[Word], segments: Sequence[Segment]) -> tuple[list[Word], list[Segment]]:
    """Return what is sure enough to have been whispered where Silero hears nobody, and its words."""
    sure = [
        one
        for one in segments
        if one.no_speech < WHISPER_NO_SPEECH
        and one.log_probability > WHISPER_SURE
        and one.compression_ratio < WHISPER_REPETITIVE
    ]
    kept, moved = list[Word](), list[Segment]()
    for one in sure:
        moved.append(one._replace(first=len(kept), last=len(kept) + one.last - one.first))
        kept += words[one.first : one.last]
    return [word._replace(text=word.text.lstrip()) for word in kept[:1]] + kept[1:], moved


def find_doubts(words: Sequence[Word], segments: Sequence[Segment], heard: Speech) -> list[Doubt]:
    """Return what is doubtful about the words, each doubt with those that it is about."""
    runs = list(repeated(words))
    still = {
        number
        for one in segments
        if one.no_speech > STILL_NO_SPEECH or _voiced_share(one, words, heard) < STILL_VOICED_SHARE
        for number in range(one.first, one.last)
    }
    by_itself = (Doubt("unsure", number, number + 1) for number, word in enumerate(words) if _is_unlikely(word))
    of_segments = _of_segments(words, segments, runs, heard)
    return list(merge_doubts([*runs, *of_segments, *by_itself, *phantoms(words, still)]))


def _is_unlikely(word: Word) -> bool:
    is_glimpsed = word.end - word.start < GLIMPSED_SECONDS and word.probability < GLIMPSED_WORD
    return is_glimpsed or word.probability < UNLIKELY_WORD


def _of_segments(
    words: Sequence[Word], segments: Sequence[Segment], runs: Sequence[Doubt], heard: Speech
) -> Iterator[Doubt]:
    windows = groupby(segments, key=lambda one: (one.log_probability, one.no_speech))
    for window in (list(same) for _, same in windows):
        score = said_score(window, words, heard)
        for one in window:
            is_placed = any(run.first < one.last and one.first < run.last for run in runs)
            if one.compression_ratio > REPETITIVE and not is_placed:
                yield Doubt("repetitive", one.first, one.last)
            if one.log_probability < UNSURE or score < SURE_SCORE:
                yield Doubt("unsure", one.first, one.last)
            is_guessed = one.log_probability < UNSURE and one.no_speech > GUESSED_NO_SPEECH
            is_voiceless = not heard.is_still and _voiced_share(one, words, heard) < MIN_VOICED_SHARE
            is_impossible = is_voiceless or _is_too_fast(words[one.first : one.last])
            if one.no_speech > MAYBE_NO_SPEECH or is_guessed or is_impossible or score < SAID_SCORE:
                yield Doubt(UNSAID, one.first, one.last)


def said_score(window: Sequence[Segment], words: Sequence[Word], heard: Speech) -> float:
    """Return how likely it is that somebody said what was heard in one window: the higher, the likelier.

    Three witnesses, in equal parts: Silero's probability of a voice at the words (in [0, 1]), and the mean
    log-probability and the no-speech probability that Whisper has of the window. Where Silero hears nobody at all, it
    is no witness, and whoever kept the words was sure of them (`whispered_segments`).
    """
    if heard.is_still:
        return 0.0
    said = [word for one in window for word in words[one.first : one.last]]
    voice = fmean(heard.probability(word.start, word.end) for word in said)
    return voice + window[0].log_probability - window[0].no_speech


def _voiced_share(one: Segment, words: Sequence[Word], heard: Speech) -> float:
    """Return how much of its words has a voice in it, in [0, 1]: a sentence may go on after a long pause."""
    return fmean(heard.voice(word.start, word.end) for word in words[one.first : one.last])


def _is_too_fast(words: Sequence[Word]) -> bool:
    letters = sum(len(letters_and_digits(word.text)) for word in words)
    return letters > FEW_LETTERS and letters > MOST_LETTERS_A_SECOND * sum(word.end - word.start for word in words)


def repeated(words: Sequence[Word]) -> Iterator[Doubt]:
    """Yield where a phrase, or a word, comes again and again without anything between."""
    said = [letters_and_digits(word.text) for word in words]
    first = 0
    while first < len(said):
        spans = (
            _repetitions(said, first, length) * length
            for length in range(1, min(MAX_PHRASE_WORDS, len(said) - first) + 1)
        )
        last = first + max(spans, default=0)
        if last > first:
            yield Doubt("repetitive", first, last)
        first = max(last, first + 1)


def _repetitions(said: Sequence[str], first: int, length: int) -> int:
    """Return how often the phrase of that length is there in a row, or 0 where that is no more than people do."""
    phrase, times = said[first : first + length], 1
    if not any(phrase):
        return 0
    while said[first + times * length : first + (times + 1) * length] == phrase:
        times += 1
    return times if times >= (TIMES if length > 1 else TIMES_A_WORD) else 0
