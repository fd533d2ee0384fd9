"""What the machine may not do by itself, and asks: to merge what a person touched, to split a topic that is too wide.

It is asked until it is answered: a merge, a split, "keep them apart", or "leave it whole".
"""

from typing import NamedTuple

import numpy as np

from insights.core.topics.consolidate import JOIN_SIMILARITY
from insights.core.topics.idea_keys import Key
from insights.core.topics.index import TopicIndex
from insights.core.topics.topic import Topic

PROPOSED_MERGE_SIMILARITY = 0.09
"""Least mean similarity of two topics, over all pairs of their ideas, at which a merge is proposed."""
WIDE_IDEAS = 12
"""Ideas from which on a topic may be too wide."""
PART_IDEAS = 4
"""Ideas of either part, at least: fewer are moved one by one."""
APART_SIMILARITY = 0.1
"""By how much the two parts are each more alike within than to one another, at least."""


class ProposedMerge(NamedTuple):
    """topic: the older, which would stay. alike: mean similarity over all pairs of their ideas."""

    topic: Key
    other: Key
    alike: float


class ProposedSplit(NamedTuple):
    """members: ideas, by index, that would get a topic of their own; the smaller part."""

    topic: Key
    members: list[int]


class FoundProposals(NamedTuple):
    """What is asked, the clearest first."""

    merges: list[ProposedMerge]
    splits: list[ProposedSplit]


def find_proposals(index: TopicIndex) -> FoundProposals:
    """Return what a person may be asked about their topics."""
    topics = [topic for topic in index.topics.values() if topic.members]
    merges = _find_merges(index, topics)
    return FoundProposals(merges, [split for topic in topics if (split := _find_split(index, topic)) is not None])


def _find_merges(index: TopicIndex, topics: list[Topic]) -> list[ProposedMerge]:
    if not topics:
        return []
    means = np.array([index.total(topic) / len(topic.members) for topic in topics])
    alike = means @ means.T
    found = [
        ProposedMerge(topics[i].key, topics[j].key, float(alike[i, j]))
        for i, j in zip(*np.triu_indices(len(topics), 1), strict=True)
        if alike[i, j] >= PROPOSED_MERGE_SIMILARITY
        and (index.is_touched(topics[i]) or index.is_touched(topics[j]))
        and frozenset((topics[i].key, topics[j].key)) not in index.apart
    ]
    return sorted(found, key=lambda one: -one.alike)


def _find_split(index: TopicIndex, topic: Topic) -> ProposedSplit | None:
    """Cut a topic across the direction in which it is widest (Boley 1998), and return a part that stands apart."""
    if len(topic.members) < WIDE_IDEAS or topic.key in index.whole:
        return None
    points = index.space.points.all[topic.members].astype(np.float64)
    _, _, directions = np.linalg.svd(points - points.mean(axis=0), full_matrices=False)
    side = (points - points.mean(axis=0)) @ directions[0] > 0
    if min(side.sum(), (~side).sum()) < PART_IDEAS:
        return None
    one, other = points[side], points[~side]
    between = float(one.mean(axis=0) @ other.mean(axis=0))
    within = min(index.cohesion(part.sum(axis=0), len(part)) for part in (one, other))
    if between >= JOIN_SIMILARITY or within - between < APART_SIMILARITY:
        return None
    smaller = side if len(one) <= len(other) else ~side
    return ProposedSplit(topic.key, [position for position, there in zip(topic.members, smaller, strict=True) if there])
