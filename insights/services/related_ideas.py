"""What is near to an idea or to all of a recording, across topics, and the words by which it is near."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from capture.models import Memo, User
from insights.core.search.shared_words import shared_words
from insights.models import Idea
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
    """An idea that is near to another, and the words that both share, if there are any."""

    idea: Idea
    words: list[str]


def related_to_idea(idea: Idea) -> list[RelatedIdea]:
    """Return the ideas of other recordings that are nearest to one, the nearest first. Raises NotAtHand."""
    return _related(idea.user, [idea], idea.memo)


def related_to_memo(memo: Memo) -> list[RelatedIdea]:
    """Return the ideas of other recordings that are nearest to any of a recording's. Raises NotAtHand."""
    ideas = Idea.objects.of(memo.user).filter(transcript__memo=memo).with_memo().in_order()
    return _related(memo.user, list(ideas[:IDEAS_OF_MEMO]), memo)


def _related(user: User, ideas: Iterable[Idea], memo: Memo) -> list[RelatedIdea]:
    model = serving_model(user)
    known = known_meanings(user, model)
    best: dict[UUID, tuple[float, Idea]] = {}
    for idea in ideas:
        vector = known.vector_of(idea.pk)
        near = [] if vector is None else find_near(user, model, vector, SearchFilters(), NEAR_IDEAS + SPARE_IDEAS)
        for key, likeness in near:
            if likeness >= max(MIN_LIKENESS, best[key][0] if key in best else 0.0):
                best[key] = likeness, idea
    elsewhere = Idea.objects.of(user).exclude(transcript__memo=memo).without_vectors().with_memo().with_peaks()
    found = elsewhere.in_bulk(sorted(best, key=lambda key: -best[key][0]))
    nearest = sorted(found, key=lambda key: -best[key][0])[:NEAR_IDEAS]
    return [RelatedIdea(found[key], _words_of_both(best[key][1], found[key])) for key in nearest]


def _words_of_both(idea: Idea, other: Idea) -> list[str]:
    return shared_words(other.said, idea.said, other.transcript.language, idea.transcript.language)
