"""What waits is tried again, near-duplicates among untouched topics are merged whole, and all else is proposed."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from insights.core.topics.idea_keys import Key
from insights.core.topics.index import TopicIndex

JOIN_SIMILARITY = 0.075
"""Least mean similarity at which an idea that waited joins a topic. Lower than at once: all there is has been seen."""
FOUND_SIMILARITY = 0.154
"""The same for ideas of which a topic is created."""
MERGE_SIMILARITY = 0.15
"""The same for two topics that nobody touched, over all pairs of their ideas."""
TIGHT_SHARE = 0.10
"""How much more is asked by a topic, as a share of how alike its own members are."""
TIGHT_BOTH_SHARE = 0.10
"""The same where two topics are merged, of the geometric mean of both."""
CLEAR_MARGIN = 0.01
"""By how much an idea's best company must be ahead of its second."""
WAITING_IDEAS = 500
"""Unsorted ideas, the latest, that are tried."""
CLOSE_SIMILARITY = 0.2
"""Similarity from which on an idea is drawn towards another, by as much as they are more alike than that."""
DRAWN_BY_IDEAS = 500
"""Ideas, the latest, towards which ideas are drawn."""
NEVER = -9.0


class Consolidated(NamedTuple):
    """placed: ideas that waited, by index, and their topics. merged: pairs of topics, the one that stays first."""

    placed: dict[int, Key]
    merged: list[tuple[Key, Key]]


def consolidate_index(index: TopicIndex) -> Consolidated:
    """Project all ideas anew, and join what is alike on average, the likest first (Sokal and Michener 1958).

    Ideas move only out of unsorted, or with their whole topic into an older one.
    """
    index.project_all()
    groups = _Groups(index)
    while (pair := groups.closest()) is not None:
        groups.join(*pair)
    return groups.settle(index)


class _Groups:
    """Topics and single ideas that wait, and how alike they are; the topics first, the oldest of them first."""

    def __init__(self, index: TopicIndex) -> None:
        topics = [topic for topic in index.topics.values() if topic.members]
        singles = list(index.waiting)[-WAITING_IDEAS:]
        points = _drawn_points(index.space.points.all, index.space.own)
        self.index = index
        self.keys: list[Key | None] = [*(topic.key for topic in topics), *[None] * len(singles)]
        self.merged: list[list[Key]] = [[] for _ in self.keys]
        self.singles: list[list[int]] = [*([] for _ in topics), *([one] for one in singles)]
        self.sizes = np.array([len(topic.members) for topic in topics] + [1] * len(singles), dtype=np.float64)
        self.sums = np.array(
            [points[topic.members].sum(axis=0) for topic in topics] + [points[one] for one in singles], dtype=np.float64
        )
        young = set(index.young_rows().tolist())
        for i, topic in enumerate(topics):
            if topic.row in young:
                self.sums[i] += index.name_points[topic.row]
                self.sizes[i] += 1
        self.is_topic = np.array([True] * len(topics) + [False] * len(singles), dtype=bool)
        self.alive = np.ones(len(self.keys), dtype=bool)
        self.allowed = self._allowed(index, [index.is_touched(topic) for topic in topics], singles)
        self.products = self.sums @ self.sums.T if len(self.keys) else np.zeros((0, 0))

    def _allowed(self, index: TopicIndex, touched: list[bool], singles: list[int]) -> NDArray[np.bool_]:
        allowed = ~np.eye(len(self.keys), dtype=bool)
        fixed = np.array(touched, dtype=bool)
        allowed[: len(fixed), : len(fixed)] &= ~fixed[:, None] & ~fixed[None, :]
        is_deleted = np.array(
            [False] * len(fixed) + [index.resembles_deleted(one, FOUND_SIMILARITY) for one in singles], dtype=bool
        )
        allowed[len(fixed) :, len(fixed) :] &= ~is_deleted[len(fixed) :, None] & ~is_deleted[None, len(fixed) :]
        place = {key: i for i, key in enumerate(self.keys) if key is not None}
        for i, one in enumerate(singles, start=len(fixed)):
            for key in index.barred.get(one, set()) & place.keys():
                allowed[i, place[key]] = allowed[place[key], i] = False
        return allowed

    def closest(self) -> tuple[int, int] | None:
        """Return the two that are furthest above what is asked of them, or None where none are."""
        if len(self.keys) < 2:  # noqa: PLR2004 - a pair
            return None
        above = self.products / np.outer(self.sizes, self.sizes) - self._asked()
        above[~self.allowed | ~self.alive[:, None] | ~self.alive[None, :]] = NEVER
        lone = np.flatnonzero(~self.is_topic & self.alive)
        two = np.partition(above[lone], -2, axis=1)[:, -2:]
        unclear = lone[(two[:, 1] - two[:, 0] < CLEAR_MARGIN) & (two[:, 0] > NEVER)]
        above[unclear] = above[:, unclear] = NEVER
        one, other = divmod(int(above.argmax()), len(self.keys))
        return (one, other) if above[one, other] >= 0 else None

    def _asked(self) -> NDArray[np.float64]:
        within = [self.index.cohesion(total, int(size)) for total, size in zip(self.sums, self.sizes, strict=True)]
        tight = np.maximum(within, 0.0)
        both = self.is_topic[:, None] & self.is_topic[None, :]
        either = self.is_topic[:, None] | self.is_topic[None, :]
        merged = MERGE_SIMILARITY + TIGHT_BOTH_SHARE * np.sqrt(np.outer(tight, tight))
        joined = JOIN_SIMILARITY + TIGHT_SHARE * np.where(self.is_topic[:, None], tight[:, None], tight[None, :])
        return np.where(both, merged, np.where(either, joined, FOUND_SIMILARITY))

    def join(self, one: int, other: int) -> None:
        """Make one of two: a topic takes in what is none, the older takes in the younger."""
        if self.is_topic[other] and (not self.is_topic[one] or other < one):
            one, other = other, one
        self.sums[one] += self.sums[other]
        self.sizes[one] += self.sizes[other]
        self.products[one] += self.products[other]
        self.products[:, one] += self.products[:, other]
        self.allowed[one] &= self.allowed[other]
        self.allowed[:, one] &= self.allowed[:, other]
        self.singles[one] += self.singles[other]
        if (key := self.keys[other]) is not None:
            self.merged[one] += [key, *self.merged[other]]
        self.is_topic[one] = True
        self.alive[other] = False

    def settle(self, index: TopicIndex) -> Consolidated:
        """Write into the index what came together."""
        tidied = Consolidated({}, [])
        for i in np.flatnonzero(self.alive & self.is_topic):
            key = self.keys[i]
            if key is None:
                key = index.add_topic(index.new_key()).key
            for gone in self.merged[i]:
                for position in list(index.topics[gone].members):
                    index.put(position, key)
                del index.topics[gone]
                tidied.merged.append((key, gone))
            for position in self.singles[i]:
                index.put(position, key)
                tidied.placed[position] = key
            topic = index.topics[key]
            topic.members.sort()
            topic.cohesion = index.cohesion(index.total(topic), len(topic.members))
        return tidied


def _drawn_points(points: NDArray[np.float32], own: float) -> NDArray[np.float32]:
    """Return ideas drawn towards those they are clearly like, shape (n, d). own: how alike each is to itself.

    Of two ideas that say the same in other words, others in between tell (Rocchio 1971, without a person's judgement).
    """
    others = points[-DRAWN_BY_IDEAS:]
    pull = points @ others.T
    pull -= CLOSE_SIMILARITY
    np.maximum(pull, 0.0, out=pull)
    np.fill_diagonal(pull[-len(others) :], 0.0)
    drawn = np.asarray(pull @ others, dtype=np.float32)
    drawn += points
    lengths = np.maximum(np.linalg.norm(drawn, axis=1, keepdims=True), 1e-9)
    np.multiply(drawn, own**0.5 / lengths, out=drawn)
    return drawn
