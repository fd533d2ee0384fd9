"""From a transcript to the ideas in it: sentences, and where between them the speaker turned to something else.

A wrong split hurts more than a missed one (it tears a thought apart). In English a small logistic model weighs cue
phrases, pauses, likeness and how sentences begin (`boundary_model`); elsewhere a boundary needs a cue phrase, or a
pause that is long in itself and long for this speaker (`rules`). Pure: no Django, no settings.
"""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from insights.core.embedding.protocol import Embedder
from insights.core.segmentation import boundary_model, rules
from insights.core.segmentation.sentences import find_sentences
from transcription.core.words import Word, joined


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
    places = [0, *accumulate(len(word.text) for word in words)]
    begins = [0, *idea_starts(words, language, embedder), len(words)]
    spans = []
    for first, end in pairwise(begins):
        whole = joined(words[first:end])
        start = places[first] + len(whole) - len(whole.lstrip())
        spans.append(Span(start, start + len(whole.strip()), words[first].start, words[end - 1].end))
    return spans


def idea_starts(words: Sequence[Word], language: str, embedder: Embedder) -> list[int]:
    """Return the number of the first word of each idea after the first (see `split_ideas`)."""
    if not words:
        return []
    said = find_sentences(words, language)
    if language == boundary_model.LANGUAGE:
        turned = boundary_model.model_turns(said, words, embedder)
    else:
        turned = rules.rule_turns(said, words, language)
    return [sentence.first for sentence, turns in zip(said.sentences[1:], turned, strict=True) if turns]
