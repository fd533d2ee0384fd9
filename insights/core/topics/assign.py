"""Each new idea at once: into the best topic, or unsorted until it has company.

Better unsorted than wrong: a person sorts an unsorted idea with one tap, but has to find a wrong one first.
"""

from collections.abc import Sequence
from itertools import chain, islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from insights.core.topics.idea_keys import Key
from insights.core.topics.idea_traits import IdeaFeatures
from insights.core.topics.index import TopicIndex
from insights.core.topics.latest_members import LOOKED_AT
from insights.core.topics.space import products
from insights.core.topics.topic import Topic

JOIN = 0.145
"""Least similarity to a topic's members at which an idea joins them."""
FOUND = 0.33
"""Least similarity of two unsorted ideas at which they found a topic."""
NEAREST = 0.8
"""Share of that similarity which the three nearest members have in it, beside the mean over all."""
CLEARLY = 0.045
"""By how much the best topic must be ahead of the second."""
TIGHT = 0.104
"""How much more is asked by a topic, as a share of how alike its own members are."""
CANDIDATES = 4
"""Topics, the likest on average, whose nearest members are looked at."""
NEIGHBOURS = 3
WAITING_LOOKED_AT = 256
"""Unsorted ideas, the latest, among which a new one looks for company."""
NONE = -1.0
"""How well nothing fits."""


class Placed(NamedTuple):
    """idea: its index. topic: None where unsorted. company: the idea that waited with which a topic was founded."""

    idea: int
    topic: Key | None
    company: int | None = None


def assign_idea(index: TopicIndex, features: IdeaFeatures) -> Placed:
    """Take in an idea and place it. Nothing that stands in a topic is moved. The cost is flat in the number of ideas.

    Average linkage (Sokal and Michener 1958) against each topic's members, and the nearest of them.
    """
    position = index.add(features)
    return put_where_it_belongs(index, position)


def put_where_it_belongs(index: TopicIndex, position: int) -> Placed:
    """Place an idea that is there and unsorted."""
    point = index.space.points.all[position]
    best, second = _best_two(index, position, point)
    if best[0] >= JOIN and best[0] - second >= CLEARLY:
        index.put(position, best[1])
        return Placed(position, best[1])
    company, alike = _company(index, position, point)
    if company is None or alike < max(FOUND, best[0]):
        return Placed(position, None)
    return Placed(position, index.create_topic([company, position]).key, company)


def _best_two(index: TopicIndex, position: int, point: NDArray[np.float32]) -> tuple[tuple[float, Key | None], float]:
    """Return how well the best topic fits, which it is, and how well the second does."""
    sizes = index.sizes.all
    means = products(index.totals.all, point) / np.maximum(sizes, 1)
    means[sizes == 0] = NONE
    for key in index.barred.get(position, set()) & index.topics.keys():
        means[index.topics[key].row] = NONE
    likest = [row for row in np.argsort(-means)[:CANDIDATES].tolist() if means[row] > NONE]
    if not likest:
        return (NONE, None), NONE
    topics = [index.by_row[row] for row in likest]
    fits = _fits(index, topics, means[likest], point)
    best = max(range(len(fits)), key=fits.__getitem__)
    return (fits.pop(best), topics[best].key), max(fits, default=NONE)


def _fits(
    index: TopicIndex, topics: Sequence[Topic], means: NDArray[np.float64], point: NDArray[np.float32]
) -> list[float]:
    looked_at = [topic.members[-LOOKED_AT:] for topic in topics]
    alike = products(index.space.points.all[list(chain.from_iterable(looked_at))], point)
    fits, end = [], 0
    for topic, mean, members in zip(topics, means.tolist(), looked_at, strict=True):
        begin, end = end, end + len(members)
        near = mean
        if len(members) > NEIGHBOURS:
            near = float(np.partition(alike[begin:end], -NEIGHBOURS)[-NEIGHBOURS:].sum()) / NEIGHBOURS
        fits.append((1 - NEAREST) * mean + NEAREST * near - TIGHT * topic.cohesion)
    return fits


def _company(index: TopicIndex, position: int, point: NDArray[np.float32]) -> tuple[int | None, float]:
    """Return the waiting idea that is likest to this one, and how alike it is."""
    if index.resembles_deleted(position, JOIN):
        return None, NONE
    others = [other for other in islice(reversed(index.waiting), WAITING_LOOKED_AT) if other != position]
    alike = products(index.space.points.all[others], point)
    for i in np.argsort(-alike):
        if alike[i] < FOUND:
            break
        if not index.resembles_deleted(others[i], JOIN):
            return others[i], float(alike[i])
    return None, NONE
