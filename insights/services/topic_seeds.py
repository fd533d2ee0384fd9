"""What stands for an empty topic in an index: its name and what its person said of it, as if that were an idea."""

from typing import NamedTuple
from uuid import UUID

from insights.core.embedding.protocol import Vector
from insights.core.topics.apply_constraints import settle_idea
from insights.core.topics.idea_traits import IdeaFeatures
from insights.core.topics.index import TopicIndex
from insights.core.topics.tokens import words_of
from insights.models import Author
from insights.services.index_rows import NotAtHand, UserRows


class TopicSeed(NamedTuple):
    """By what an empty topic is known. vector, words: of the text."""

    text: str
    vector: Vector
    words: dict[str, float]


def make_seeds(rows: UserRows, index: TopicIndex, known: dict[UUID, TopicSeed]) -> dict[UUID, TopicSeed]:
    """Return the seeds of the topics that a person made and that are empty. known: those made before, used again.

    Raises NotAtHand.
    """
    bare = {key for key, topic in index.topics.items() if not topic.members}
    if not bare:
        return {}
    named = {key: one for key, one in rows.topics().items() if one.named_by == Author.PERSON}
    about = {key: f"{one.name}. {one.sentence}".strip() for key, one in named.items() if key in bare}
    seeds = {key: known[key] for key, text in about.items() if key in known and known[key].text == text}
    lacking = about.keys() - seeds.keys()
    if lacking and rows.at_once:
        raise NotAtHand
    for key in sorted(lacking):
        (vector,) = rows.load_embedder().embed([about[key]])
        seeds[key] = TopicSeed(about[key], vector, words_of(about[key], "en", rows.load_embedder().rarity))
    return seeds


def add_seeds(index: TopicIndex, seeds: dict[UUID, TopicSeed]) -> None:
    """Add the seeds of empty topics to an index, as ideas that a person put there."""
    for key, (_, vector, words) in sorted(seeds.items()):
        seed = IdeaFeatures(("about", key), vector, words)
        settle_idea(index, index.add(seed), key)


def drop_seeds(index: TopicIndex) -> set[UUID]:
    """Remove the seeds from an index, and the ideas that were added after them; returns these ideas."""
    seeds = [index.keys.find(("about", key)) for key in index.topics]
    first = min((position for position in seeds if position is not None), default=len(index))
    dropped = [key for key in index.keys[first:] if isinstance(key, UUID)]
    while len(index) > first:
        index.drop_last()
    return set(dropped)
