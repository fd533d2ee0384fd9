"""Ideas found by their meaning: the vectors of one user's index file, which all processes map, and those since.

Nothing is built here: without a file, a few ideas are read from their rows, and for more a worker makes it ready.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import NamedTuple
from uuid import UUID

import numpy as np
from django.db.models import Count, Max

from capture.models import User
from insights.core.embedding.protocol import Vector, from_bytes
from insights.core.search.meanings import Meanings, NearIdea, key_number
from insights.models import Arrangement, Idea, SearchEntry
from insights.services import embedders, process_state
from insights.services.index_rows import NotAtHand, UserRows
from insights.services.index_storage import read_meanings_file
from insights.services.reembed import serving_model
from insights.services.search_filters import SearchFilters, narrow_ideas

KEPT_USERS = 4
"""Whose meanings a process keeps: those who searched last."""
MOST_FROM_ROWS = 2000
"""Ideas whose vectors are read from their rows while a page waits; for more, a file is to be there."""
LEAST_COSINE = 0.2
"""Below it nothing is told as near: WordLlama and MiniLM give unrelated sentences less, nearly always."""


class _EditsSeen(NamedTuple):
    """By which it is seen whether other ideas have vectors of their own words by now."""

    number: int
    last: int | None


@dataclass(frozen=True)
class KnownMeanings:
    """What a user's ideas mean by a model, at a version of their arrangement, and as of which edits."""

    model: str
    version: int
    edits: _EditsSeen
    meanings: Meanings


def find_by_meaning(user: User, text: str, filters: SearchFilters, most: int) -> list[NearIdea]:
    """Return a user's ideas that mean nearly what a text does, the nearest first. Raises NotAtHand and Unavailable."""
    if not text.strip():
        return []
    model = serving_model(user)
    (vector,) = embedders.load_embedder(model).embed([text])
    return find_near(user, model, vector, filters, most)


def find_near(user: User, model: str, vector: Vector, filters: SearchFilters, most: int) -> list[NearIdea]:
    """Return a user's ideas that are nearest to a vector of a model, among those that filters leave."""
    known, shown = known_meanings(user, model), narrow_ideas(user, filters)
    near = known.near(vector, 2 * most)
    allowed = set(shown.filter(pk__in=[one.key for one in near]).values_list("pk", flat=True))
    if len(allowed) < most <= len(near) // 2:
        allowed = set(shown.values_list("pk", flat=True))
        near = known.near(vector, most, np.array([key_number(key) for key in allowed], dtype=np.uint64))
    return [one for one in near if one.key in allowed and one.cosine >= LEAST_COSINE][:most]


def known_meanings(user: User, model: str) -> Meanings:
    """Return what a user's ideas mean as their rows have it now. Raises NotAtHand."""
    kept = process_state.current.meanings
    arrangement = Arrangement.objects.filter(user=user).values_list("version", flat=True).first() or 0
    own = SearchEntry.objects.of(user).with_own_vectors(model).order_by()
    edits = _EditsSeen(*own.aggregate(number=Count("pk"), last=Max("pk")).values())
    known: KnownMeanings | None = kept.get(user.pk)
    if known is None or known.model != model or known.edits != edits or known.version > arrangement:
        known = _from_file(user, model, arrangement, edits)
    if known.version != arrangement:
        known = _brought_up_to_date(user, known, arrangement)
    kept[user.pk] = known
    with suppress(KeyError):
        kept.move_to_end(user.pk)
        while len(kept) > KEPT_USERS:
            kept.popitem(last=False)
    return known.meanings


def _from_file(user: User, model: str, version: int, edits: _EditsSeen) -> KnownMeanings:
    found = read_meanings_file(UserRows(user, model), version)
    if found is None:
        ideas = Idea.objects.of(user).with_vectors_of(model)
        if ideas.count() > MOST_FROM_ROWS:
            raise NotAtHand
        found = 0, Meanings(np.zeros((0, 16), np.uint8), np.zeros((0, 1), np.float32))
    as_of, meanings = found
    return KnownMeanings(model, version, edits, replace(meanings, later=_later(user, model, meanings, as_of)))


def _brought_up_to_date(user: User, known: KnownMeanings, version: int) -> KnownMeanings:
    try:
        came = _later(user, known.model, known.meanings, known.version)
    except NotAtHand:
        return _from_file(user, known.model, version, known.edits)
    later = {**known.meanings.later, **came}
    if len(later) > MOST_FROM_ROWS:
        return _from_file(user, known.model, version, known.edits)
    return replace(known, version=version, meanings=known.meanings.with_later(later))


def _later(user: User, model: str, known: Meanings, since: int) -> dict[UUID, Vector]:
    """Return the vectors of ideas that came since a version of the arrangement, and of all whose words were edited.

    Raises NotAtHand where too many came.
    """
    ideas = Idea.objects.of(user).with_vectors_of(model)
    came = known.without_known(list(ideas.arranged_since(since).values_list("pk", flat=True)))
    if len(came) > MOST_FROM_ROWS:
        raise NotAtHand
    stored = {idea.pk: idea.vector_of(model) for idea in ideas.filter(pk__in=came)}
    own = SearchEntry.objects.of(user).with_own_vectors(model).values_list("idea", "vector")
    stored |= {key: bytes(vector) for key, vector in own}
    whole = {key: vector for key, vector in stored.items() if vector}
    if not whole:
        return {}
    width = len(next(iter(whole.values()))) // 4
    return dict(zip(whole, from_bytes(list(whole.values()), width), strict=True))
