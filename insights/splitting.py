"""From a transcript to the ideas in it: sentences, and where between them the speaker turned to something else.

A wrong split hurts more than a missed one (it tears a thought apart), so that a boundary needs a cue phrase, or a pause
that is long in itself and long for this speaker.
"""

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from insights.cue_phrases import CUES, OPENERS
from insights.languages import blank
from transcription.words import Word

if TYPE_CHECKING:
    from spacy.language import Language

PAUSE = 2.5
"""Seconds between two sentences that part them."""
PAUSE_RATIO = 3.0
"""... and how many times this speaker's usual pause between sentences that must be."""
OPENERS_AT_MOST = 3
UNPUNCTUATED_PAUSE = 0.7
"""Seconds that end a sentence in text without punctuation."""
UNPUNCTUATED_WORDS = 40
"""A sentence longer than this on average has lost its punctuation."""


class Span(NamedTuple):
    """One idea: text[text_start:text_end] of the transcript, and the seconds in which it was spoken."""

    text_start: int
    text_end: int
    audio_start: float
    audio_end: float


class _Sentence(NamedTuple):
    first: int
    last: int
    text: str


def split(words: Sequence[Word], language: str) -> list[Span]:
    """Return the ideas in a transcript, in order and without overlap, together holding every word.

    words: joined they are the text. language: ISO 639-1.
    """
    if not words:
        return []
    sentences = _sentences(words, language)
    pauses = [words[after.first].start - words[before.last].end for before, after in pairwise(sentences)]
    ideas = [[sentences[0]]]
    for number, sentence in enumerate(sentences[1:]):
        if has_cue(sentence.text, language) or _is_long(number, pauses):
            ideas.append([sentence])
        else:
            ideas[-1].append(sentence)
    return _spans(words, [(idea[0].first, idea[-1].last) for idea in ideas])


def _is_long(number: int, pauses: Sequence[float]) -> bool:
    """Return whether one pause is long in itself and beside this speaker's others."""
    others = [*pauses[:number], *pauses[number + 1 :]]
    return pauses[number] >= max(PAUSE, PAUSE_RATIO * median(others or [0.0]))


def has_cue(sentence: str, language: str) -> bool:
    """Return whether a sentence begins by announcing something else, a few openers ("oh, and") aside."""
    return bool(_cue(language).match(sentence))


def without_cue(idea: str, language: str) -> str:
    """Return what an idea says after its announcement: what it is about, for whoever compares ideas."""
    return idea[cue.end() :] or idea if (cue := _cue(language).match(idea)) else idea


@cache
def _cue(language: str) -> re.Pattern[str]:
    """Return what matches openers and a cue phrase at the beginning; nothing, in a language without a table."""
    longest_first = sorted(CUES.get(language, ()), key=len, reverse=True)
    cues = "|".join(r"\W+".join(map(re.escape, cue.split())) for cue in longest_first) or r"(?!)"
    openers = "|".join(OPENERS.get(language, ())) or r"(?!)"
    return re.compile(rf"\W*(?:(?:{openers})\b\W*){{0,{OPENERS_AT_MOST}}}(?:{cues})\b\W*", re.IGNORECASE)


@cache
def _sentencizer(language: str) -> "Language":
    """Return spaCy's rules for the ends of sentences."""
    rules = blank(language)
    rules.add_pipe("sentencizer")
    return rules


def _sentences(words: Sequence[Word], language: str) -> list[_Sentence]:
    """Return runs of whole words: spaCy's sentences, or where punctuation is lacking, what lies between pauses."""
    text = "".join(word.text for word in words)
    ends, length = [], 0
    for word in words:
        length += len(word.text)
        ends.append(length)
    sentence_ends = {sentence.end_char for sentence in _sentencizer(language)(text).sents}
    lasts = [number for number, end in enumerate(ends) if end in sentence_ends or end == length]
    if len(words) / len(lasts) > UNPUNCTUATED_WORDS:
        lasts = [
            number
            for number, (word, following) in enumerate(pairwise(words))
            if following.start - word.end >= UNPUNCTUATED_PAUSE
        ] + [len(words) - 1]
    firsts = [0, *(last + 1 for last in lasts[:-1])]
    return [
        _Sentence(first, last, "".join(word.text for word in words[first : last + 1]))
        for first, last in zip(firsts, lasts, strict=True)
    ]


def _spans(words: Sequence[Word], runs: Sequence[tuple[int, int]]) -> list[Span]:
    starts, position = [], 0
    for word in words:
        starts.append(position)
        position += len(word.text)
    spans = []
    for first, last in runs:
        whole = "".join(word.text for word in words[first : last + 1])
        lead = len(whole) - len(whole.lstrip())
        start = starts[first] + lead
        spans.append(Span(start, start + len(whole.strip()), words[first].start, words[last].end))
    return spans
