"""Each new idea at once: into the best topic, or unsorted until it has company.

Better unsorted than wrong: a person sorts an unsorted idea with one tap, but has to find a wrong one first.
"""

from collections.abc import Mapping, Sequence
from itertools import chain, islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from insights.core.topics.idea_keys import Key
from insights.core.topics.idea_traits import IdeaFeatures
from insights.core.topics.index import TopicIndex
from insights.core.topics.space import products
from insights.core.topics.topic import Topic

ASSIGN_SIMILARITY = 0.17
"""Least similarity to a topic's members at which an idea joins them."""
PAIR_SIMILARITY = 0.33
"""Least similarity of two unsorted ideas at which a topic is created of them."""
NEAREST_SHARE = 0.8
"""Share of that similarity which the three nearest members have in it, beside the mean over all."""
ASSIGN_MARGIN = 0.045
"""By how much the best topic must be ahead of the second."""
COHESION_SHARE = 0.104
"""How much more is asked by a topic, as a share of how alike its own members are."""
CANDIDATE_TOPICS = 4
"""Topics, the likest on average, whose nearest members are looked at."""
NEAREST_MEMBERS = 3
"""Members of a topic, the likest to an idea, by which the two are compared beside the mean."""
NEAREST_AMONG_MEMBERS = 64
"""Members of a topic, the latest, among which these are looked for."""
COMPANY_IDEAS = 256
"""Unsorted ideas, the latest, among which a new one looks for company."""
NO_FIT = -1.0
"""How well a topic fits that is empty or barred."""


class Placed(NamedTuple):
    """The result of placing one idea. idea: its position. topic: None where it stays unsorted.

    company: the unsorted idea with which it makes a new topic.
    """

    idea: int
    topic: Key | None
    company: int | None = None


def assign_idea(index: TopicIndex, features: IdeaFeatures) -> Placed:
    """Add an idea to the index and place it; other ideas that are in a topic stay there.

    The cost grows with the number of topics and of deleted topics, and not with that of ideas.

    Average linkage (Sokal and Michener 1958) against each topic's members, and the nearest of them.
    """
    position = index.add(features)
    return assign_unsorted(index, position)


def assign_unsorted(index: TopicIndex, position: int) -> Placed:
    """Place an unsorted idea that is already in the index: into a topic, or into a new one with another that waits."""
    point = index.space.points.all[position]
    best, second = _best_two(index, position, point)
    if best[0] >= ASSIGN_SIMILARITY and best[0] - second >= ASSIGN_MARGIN:
        index.put(position, best[1])
        return Placed(position, best[1])
    company, alike = _company(index, position, point)
    if company is None or alike < max(PAIR_SIMILARITY, best[0]):
        return Placed(position, None)
    return Placed(position, index.create_topic([company, position]).key, company)


def _best_two(index: TopicIndex, position: int, point: NDArray[np.float32]) -> tuple[tuple[float, Key | None], float]:
    """Return how well the best topic fits, which it is, and how well the second does."""
    sizes = index.sizes.all
    sums = products(index.totals.all, point)
    means = sums / np.maximum(sizes, 1)
    means[sizes == 0] = NO_FIT
    named: dict[int, float] = {}
    if len(young := index.young_rows()):
        near = products(index.name_points.all[young], point)
        means[young] = (sums[young] + near) / (sizes[young] + 1)
        named = dict(zip(young.tolist(), near.tolist(), strict=True))
    for key in index.barred.get(position, set()) & index.topics.keys():
        means[index.topics[key].row] = NO_FIT
    likest = [row for row in np.argsort(-means)[:CANDIDATE_TOPICS].tolist() if means[row] > NO_FIT]
    if not likest:
        return (NO_FIT, None), NO_FIT
    topics = [index.by_row[row] for row in likest]
    fits = _fits(index, topics, means[likest], named, point)
    best = max(range(len(fits)), key=fits.__getitem__)
    return (fits.pop(best), topics[best].key), max(fits, default=NO_FIT)


def _fits(
    index: TopicIndex,
    topics: Sequence[Topic],
    means: NDArray[np.float64],
    named: Mapping[int, float],
    point: NDArray[np.float32],
) -> list[float]:
    """Return how well topics fit. named: by the row of a topic that is known by its name too, how alike that is."""
    looked_at = [topic.members[-NEAREST_AMONG_MEMBERS:] for topic in topics]
    alike = products(index.space.points.all[list(chain.from_iterable(looked_at))], point)
    fits, end = [], 0
    for topic, mean, members in zip(topics, means.tolist(), looked_at, strict=True):
        begin, end = end, end + len(members)
        near, known = mean, alike[begin:end]
        if topic.row in named:
            known = np.append(known, named[topic.row])
        if len(known) > NEAREST_MEMBERS:
            near = float(np.partition(known, -NEAREST_MEMBERS)[-NEAREST_MEMBERS:].sum()) / NEAREST_MEMBERS
        fits.append((1 - NEAREST_SHARE) * mean + NEAREST_SHARE * near - COHESION_SHARE * topic.cohesion)
    return fits


def _company(index: TopicIndex, position: int, point: NDArray[np.float32]) -> tuple[int | None, float]:
    """Return the waiting idea that is likest to this one, and how alike it is."""
    if index.resembles_deleted(position, ASSIGN_SIMILARITY):
        return None, NO_FIT
    others = [other for other in islice(reversed(index.waiting), COMPANY_IDEAS) if other != position]
    alike = products(index.space.points.all[others], point)
    for i in np.argsort(-alike):
        if alike[i] < PAIR_SIMILARITY:
            break
        if not index.resembles_deleted(others[i], ASSIGN_SIMILARITY):
            return others[i], float(alike[i])
    return None, NO_FIT
