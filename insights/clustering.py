"""Which topic an idea belongs to: placed at once and for good, or left unsorted until it has company. Pure.

Better unsorted than wrong: a person sorts an unsorted idea with one tap, but has to find a wrong one first.
"""

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from insights.embedding import Vectors

VERSION = 1
"""Raised whenever the same ideas could be placed differently."""

JOIN = 0.12
"""Least mean similarity to a topic's members at which an idea joins them."""
FOUND = 0.22
"""Least similarity of two unsorted ideas at which they found a topic; also of one that is drawn in afterwards."""
COMMON_WEIGHT = 30
"""How many ideas the language's common vector counts for, beside the speaker's own, in what is taken off."""
# The three were chosen on the development streams (plain speech .85 to .93 V, speech at night .67 to .79).

Topic = Hashable


class New(NamedTuple):
    """A topic that does not exist yet, told from others founded at the same time by its number."""

    number: int


class Standing(NamedTuple):
    """The ideas that are there. vectors: shape (n, d). topics: one for each, None where unsorted.

    settled: whether a person said where it belongs; unsorted by their own word, it is left so.
    """

    vectors: Vectors
    topics: Sequence[Topic | None]
    settled: Sequence[bool]


class Placement(NamedTuple):
    """topics: one for each new idea, None where unsorted. drawn_in: unsorted ideas, by index, that have a topic now."""

    topics: list[Topic | None]
    drawn_in: dict[int, Topic]


def place(new: Vectors, standing: Standing, common: NDArray[np.float32]) -> Placement:
    """Place new ideas one after the other. Nothing that stands in a topic is moved.

    new: shape (m, d). common: shape (d,). Average linkage (Sokal and Michener 1958) against each topic's members.
    """
    count = len(standing.topics)
    vectors = np.concatenate([standing.vectors, new]) if count else new
    topics: list[Topic | None] = [*standing.topics, *[None] * len(new)]
    loose = [not settled for settled in standing.settled] + [True] * len(new)
    founded = 0
    for position in range(count, len(vectors)):
        seen = _without(vectors[: position + 1], common)
        alike = seen @ seen[position]
        topic = _best_topic(alike[:position], topics)
        if topic is None:
            partner = _partner(alike[:position], topics, loose)
            if partner is None:
                continue
            topic = New(founded)
            founded += 1
            topics[partner] = topic
        topics[position] = topic
        _draw_in(topic, seen, topics, loose)
    drawn_in = {i: topic for i, topic in enumerate(topics[:count]) if topic is not None and standing.topics[i] is None}
    return Placement(topics[count:], drawn_in)


def _without(vectors: Vectors, common: NDArray[np.float32]) -> Vectors:
    """Take off what all that is said here has in common, and return unit vectors: what is left is what it is about."""
    usual = (common * COMMON_WEIGHT + vectors.sum(axis=0)) / (COMMON_WEIGHT + len(vectors))
    rest = vectors - usual
    lengths = np.linalg.norm(rest, axis=1, keepdims=True)
    unit: Vectors = (rest / np.maximum(lengths, 1e-9)).astype(np.float32)
    return unit


def _best_topic(alike: NDArray[np.float32], topics: Sequence[Topic | None]) -> Topic | None:
    sums: dict[Topic, float] = {}
    sizes: dict[Topic, int] = {}
    for similarity, topic in zip(alike, topics, strict=False):
        if topic is not None:
            sums[topic] = sums.get(topic, 0.0) + float(similarity)
            sizes[topic] = sizes.get(topic, 0) + 1
    means = {topic: total / sizes[topic] for topic, total in sums.items()}
    best = max(means, key=means.__getitem__, default=None)
    return best if best is not None and means[best] >= JOIN else None


def _partner(alike: NDArray[np.float32], topics: Sequence[Topic | None], loose: Sequence[bool]) -> int | None:
    unsorted = [i for i in range(len(alike)) if topics[i] is None and loose[i]]
    best = max(unsorted, key=alike.__getitem__, default=None)
    return best if best is not None and alike[best] >= FOUND else None


def _draw_in(topic: Topic, seen: Vectors, topics: list[Topic | None], loose: Sequence[bool]) -> None:
    """Let the topic that has just grown take in unsorted ideas that are clearly of its kind."""
    members = seen[[i for i in range(len(seen)) if topics[i] == topic]]
    for i in range(len(seen) - 1):
        if topics[i] is None and loose[i] and float((members @ seen[i]).mean()) >= FOUND:
            topics[i] = topic
