"""Which topics are near to one, and the words that they share."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from insights.core.topics.idea_keys import Key
from insights.core.topics.index import TopicIndex
from insights.core.topics.tokens import STEM_LETTERS, stem_hash

MIN_LIKENESS = 0.2
"""Cosine of two topics' sums from which on they are told as near: that of a usual topic's members to one another."""
COMPARED_MEMBERS = 100
"""Ideas of a topic, the last that came, whose words are looked at."""
WORDS_TOLD = 3
_LETTERS = re.compile(r"[^\W\d_]+")


class NearTopic(NamedTuple):
    """A topic that is near to another. likeness: the cosine of the sums of their ideas' points, in [-1, 1].

    shared: hashes of the stems that are said in both, those that say most first.
    """

    key: Key
    likeness: float
    shared: list[int]


def near_topics(index: TopicIndex, key: Key, most: int) -> list[NearTopic]:
    """Return the topics that are most like one, the nearest first; none where it has no ideas, or is not there."""
    topic = index.topics.get(key)
    others = [other for other in index.topics.values() if other.members and other.key != key]
    if topic is None or not topic.members or not others:
        return []
    total = index.total(topic)
    sums = np.array([index.total(other) for other in others])
    lengths = np.linalg.norm(sums, axis=1) * np.linalg.norm(total)
    likeness = ((sums @ total) / np.where(lengths > 0, lengths, 1.0)).tolist()
    found = sorted(zip(likeness, range(len(others)), strict=True), reverse=True)[:most]
    here = _stems_of(index, topic.members)
    return [
        NearTopic(others[number].key, like, _shared(here, _stems_of(index, others[number].members)))
        for like, number in found
        if like >= MIN_LIKENESS
    ]


def latest_members(index: TopicIndex, key: Key) -> list[Key]:
    """Return the ideas of a topic whose words are looked at."""
    return [index.keys[position] for position in index.topics[key].members[-COMPARED_MEMBERS:]]


def _stems_of(index: TopicIndex, members: Sequence[int]) -> dict[int, float]:
    """Return how much the stems say that are said in some ideas: by how many say each, and how rare it is."""
    said: Counter[int] = Counter()
    rare: dict[int, float] = {}
    for position in members[-COMPARED_MEMBERS:]:
        hashes, rarity = index.traits.stems.at(position)
        said.update(hashes.tolist())
        rare.update(zip(hashes.tolist(), rarity.tolist(), strict=True))
    return {stem: number * rare[stem] for stem, number in said.items()}


def _shared(here: dict[int, float], there: dict[int, float]) -> list[int]:
    both = here.keys() & there.keys()
    return sorted(both, key=lambda stem: (-min(here[stem], there[stem]), stem))[:WORDS_TOLD]


def spelled(stems: Sequence[int], texts: Iterable[str]) -> list[str]:
    """Return stems as the words that are said most of each; one that stands in no text is left out."""
    wanted = set(stems)
    said: dict[int, Counter[str]] = {stem: Counter() for stem in stems}
    for text in texts:
        for word in _LETTERS.findall(text.lower()):
            stem = stem_hash(word[:STEM_LETTERS])
            if stem in wanted:
                said[stem][word] += 1
    return [max(words, key=lambda word: (words[word], word)) for words in said.values() if words]
