"""What is near to an idea or to all of a recording, across topics, and the words or sentence by which it is near."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

import numpy as np

from capture.models import Memo, User
from insights.core.embedding.protocol import Unavailable, Vector
from insights.core.search.near_sentence import MarkedSentence, cut_into_sentences, surely_said
from insights.core.search.shared_words import shared_words
from insights.models import Idea
from insights.services import embedders
from insights.services.reembed import serving_model
from insights.services.search_filters import SearchFilters
from insights.services.search_meanings import find_near, known_meanings

NEAR_IDEAS, SPARE_IDEAS = 5, 15
"""So many are told; more are asked for, for those of the same recording are not."""
MIN_LIKENESS = 0.35
"""Cosine from which on an idea is told as near to another: both are sentences, unlike what somebody types."""
IDEAS_OF_MEMO = 8
"""Of a recording so many ideas, the first, are compared."""


class RelatedIdea(NamedTuple):
    """An idea that is near to another, and the telling words that both share.

    sentence: where there are none, the nearest of several that it says.
    """

    idea: Idea
    words: list[str]
    sentence: MarkedSentence | None = None


def related_to_idea(idea: Idea) -> list[RelatedIdea]:
    """Return the ideas of other recordings that are nearest to one, the nearest first. Raises NotAtHand."""
    return _related(idea.user, [idea], idea.memo)


def related_to_memo(memo: Memo) -> list[RelatedIdea]:
    """Return the ideas of other recordings that are nearest to any of a recording's. Raises NotAtHand."""
    ideas = Idea.objects.of(memo.user).filter(transcript__memo=memo).with_memo().in_order()
    return _related(memo.user, list(ideas[:IDEAS_OF_MEMO]), memo)


class _Near(NamedTuple):
    """How near an idea is, and to which of those that are asked for: its vector."""

    likeness: float
    to: Idea
    vector: Vector


def _related(user: User, ideas: Iterable[Idea], memo: Memo) -> list[RelatedIdea]:
    model = serving_model(user)
    known = known_meanings(user, model)
    best: dict[UUID, _Near] = {}
    for idea in ideas:
        vector = known.vector_of(idea.pk)
        if vector is None:
            continue
        for key, likeness in find_near(user, model, vector, SearchFilters(), NEAR_IDEAS + SPARE_IDEAS):
            if likeness >= max(MIN_LIKENESS, best[key].likeness if key in best else 0.0):
                best[key] = _Near(likeness, idea, vector)
    elsewhere = Idea.objects.of(user).exclude(transcript__memo=memo).without_vectors().with_memo().with_peaks()
    found = elsewhere.in_bulk(sorted(best, key=lambda key: -best[key].likeness))
    nearest = sorted(found, key=lambda key: -best[key].likeness)[:NEAR_IDEAS]
    related = [RelatedIdea(found[key], _words_of_both(best[key].to, found[key])) for key in nearest]
    return _with_sentences(related, [best[key].vector for key in nearest], model)


def _with_sentences(related: list[RelatedIdea], near_to: Sequence[Vector], model: str) -> list[RelatedIdea]:
    """Return related ideas; those without telling words with their nearest sentence. All are embedded at once."""
    cut = [[] if one.words else cut_into_sentences(one.idea.marked) for one in related]
    several = [sentences if len(sentences) > 1 else [] for sentences in cut]
    if not any(several):
        return related
    try:
        vectors = embedders.load_embedder(model).embed([surely_said(one) for sentences in several for one in sentences])
    except Unavailable:
        return related
    own = np.split(vectors, np.cumsum([len(sentences) for sentences in several])[:-1])
    return [
        one._replace(sentence=sentences[int(np.argmax(rows @ vector))]) if sentences else one
        for one, sentences, rows, vector in zip(related, several, own, near_to, strict=True)
    ]


def _words_of_both(idea: Idea, other: Idea) -> list[str]:
    return shared_words(other.said, idea.said, other.transcript.language, idea.transcript.language)
