"""By what a topic is known that a person named: its name and sentence; in an empty one they stand as if an idea."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from insights.core.embedding.protocol import Vector
from insights.core.topics.apply_constraints import settle_idea
from insights.core.topics.idea_traits import IdeaFeatures
from insights.core.topics.index import TopicIndex
from insights.core.topics.tokens import words_of
from insights.core.topics.topic import about_text
from insights.models import Author
from insights.services.index_rows import ListedTopic, NotAtHand, UserRows


class TopicSeed(NamedTuple):
    """By what a topic is known beside its ideas. vector, words: of the text."""

    text: str
    vector: Vector
    words: dict[str, float]


def make_seeds(
    rows: UserRows, listed: Mapping[UUID, ListedTopic], known: dict[UUID, TopicSeed]
) -> dict[UUID, TopicSeed]:
    """Return the seeds of the topics that a person named. known: those made before, used again. Raises NotAtHand.

    Where nothing changed it is `known` itself.
    """
    seeds: dict[UUID, TopicSeed] = {}
    lacking: dict[UUID, str] = {}
    for key, one in listed.items():
        if one.named_by == Author.PERSON:
            text, before = about_text(one.name, one.sentence), known.get(key)
            if before is not None and before.text == text:
                seeds[key] = before
            else:
                lacking[key] = text
    if not lacking:
        return known if len(seeds) == len(known) else seeds
    if rows.at_once:
        raise NotAtHand
    embedder = rows.load_embedder()
    for (key, text), vector in zip(lacking.items(), embedder.embed(list(lacking.values())), strict=True):
        seeds[key] = TopicSeed(text, vector, words_of(text, "en", embedder.rarity))
    return seeds


def add_seeds(index: TopicIndex, seeds: Mapping[UUID, TopicSeed]) -> None:
    """Add the seeds of empty topics to an index, as ideas that a person put there."""
    for key in sorted(key for key in seeds if not index.topics[key].members):
        _, vector, words = seeds[key]
        settle_idea(index, index.add(IdeaFeatures(("about", key), vector, words)), key)


def drop_seeds(index: TopicIndex) -> set[UUID]:
    """Remove the seeds from an index, and the ideas that were added after them; returns these ideas."""
    seeds = [index.keys.find(("about", key)) for key in index.topics]
    first = min((position for position in seeds if position is not None), default=len(index))
    dropped = [key for key in index.keys[first:] if isinstance(key, UUID)]
    while len(index) > first:
        index.drop_last()
    return set(dropped)
