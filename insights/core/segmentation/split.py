"""From a transcript to the ideas in it: sentences, and where between them the speaker turned to something else.

A wrong split hurts more than a missed one (it tears a thought apart). In English a small logistic model weighs cue
phrases, pauses, likeness and how sentences begin (`boundary_model`); elsewhere a boundary needs a cue phrase, or a
pause that is long in itself and long for this speaker (`_rule_turns`). Pure: no Django, no settings.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from insights.core.embedding.protocol import Embedder
from insights.core.segmentation import boundary_model
from insights.core.segmentation.announced import begins_along, with_announced_turns
from insights.core.segmentation.cues import has_cue
from insights.core.segmentation.sentences import SentenceRuns, find_sentences
from transcription.core.words import Word, joined

PAUSE_SECONDS = 2.5
"""Seconds between two sentences that part them."""
PAUSE_RATIO = 3.0
"""... and how many times this speaker's usual pause between sentences that must be."""
ALONG_SECONDS = 1.0
"""How much longer a pause seems before "and", where several ideas were announced."""


class Span(NamedTuple):
    """One idea: text[text_start:text_end] of the transcript, and the seconds in which it was spoken."""

    text_start: int
    text_end: int
    audio_start: float
    audio_end: float


def split_ideas(words: Sequence[Word], language: str, embedder: Embedder) -> list[Span]:
    """Return the ideas in a transcript, in order and without overlap, together holding every word.

    words: joined they are the text. language: ISO 639-1. embedder: WordLlama, on whose vectors the weights were fitted.
    """
    if not words:
        return []
    begins = [0, *idea_starts(words, language, embedder), len(words)]
    return [span_of_words(words, first, end) for first, end in pairwise(begins)]


def span_of_words(words: Sequence[Word], first: int, end: int) -> Span:
    """Return the span of the words first..end (exclusive) of a transcript, without white space around it."""
    before, whole = joined(words[:first]), joined(words[first:end])
    start = len(before) + len(whole) - len(whole.lstrip())
    return Span(start, start + len(whole.strip()), words[first].start, words[end - 1].end)


def idea_starts(words: Sequence[Word], language: str, embedder: Embedder) -> list[int]:
    """Return the number of the first word of each idea after the first (see `split_ideas`)."""
    if not words:
        return []
    said = find_sentences(words, language)
    if language == boundary_model.LANGUAGE:
        turned = boundary_model.model_turns(said, words, embedder)
    else:
        turned = _rule_turns(said, words, language)
    return [sentence.first for sentence, turns in zip(said.sentences[1:], turned, strict=True) if turns]


def _rule_turns(heard: SentenceRuns, words: Sequence[Word], language: str) -> list[bool]:
    """Return, for each place between two sentences, whether the speaker turned to something else there."""
    pauses = [words[after.first].start - words[before.last].end for before, after in pairwise(heard.sentences)]
    turned = [
        has_cue(sentence.text, language) or _is_long(place, pauses)
        for place, sentence in enumerate(heard.sentences[1:])
    ]
    scores = [
        pause + ALONG_SECONDS * begins_along(sentence.text, language)
        for pause, sentence in zip(pauses, heard.sentences[1:], strict=True)
    ]
    return with_announced_turns(turned, heard, scores, language, least=-math.inf)


def _is_long(place: int, pauses: Sequence[float]) -> bool:
    """Return whether one pause is long in itself and beside this speaker's others."""
    others = [*pauses[:place], *pauses[place + 1 :]]
    return pauses[place] >= max(PAUSE_SECONDS, PAUSE_RATIO * median(others or [0.0]))
