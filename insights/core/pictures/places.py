"""Where a topic stands in the sky: chosen once, when it comes, near the topics that are near to it in meaning."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from insights.core.pictures.svg import Point, fractions

GRID = 24
"""Places that are tried, along each side."""
ROOM, MOST_ROOM = 0.62, 0.26
"""How far a topic keeps from others at least, where there is one of them, in sides of the sky; it falls as the square
root of their number. And how far it keeps at most."""
NEAREST_TOPICS = 3
"""So many topics decide where a new one belongs."""
FIRST_ROOM = 0.3
"""How far from the middle a topic may be that is like none."""

Means = NDArray[np.float32]


def choose_place(key: str, mean: Means | None, others: Sequence[tuple[Point, Means | None]]) -> Point:
    """Return the place of a new topic, in sides of the sky from the left and from the top, each in [0, 1].

    key: the topic's; with the same others it is the same place. mean: of what its ideas mean, shape (d,), of any
    length; None where that is not known. others: places and means of the topics that stand.
    It is the free place nearest to the middle of the topics most like it; where none is free, the emptiest one.
    """
    numbers = fractions("place", key)
    target = np.array([0.5 + FIRST_ROOM * (2 * next(numbers) - 1) for _ in range(2)])
    taken = np.array([place for place, _ in others]).reshape(-1, 2)
    near = _like_topics(mean, [one for _, one in others])
    if near:
        weights = np.array([likeness for _, likeness in near])
        target = (taken[[number for number, _ in near]] * weights[:, None]).sum(axis=0) / weights.sum()
    tried = np.array(
        [
            ((row + next(numbers)) / GRID, (column + next(numbers)) / GRID)
            for row in range(GRID)
            for column in range(GRID)
        ]
    )
    far = np.linalg.norm(tried - target, axis=1)
    if len(taken):
        gaps = np.linalg.norm(tried[:, None] - taken[None], axis=2).min(axis=1)
        free = gaps >= min(MOST_ROOM, ROOM / np.sqrt(len(taken)))
        best = np.where(free, far, np.inf).argmin() if free.any() else gaps.argmax()
    else:
        best = far.argmin()
    x, y = tried[best].tolist()
    return round(x, 4), round(y, 4)


def _like_topics(mean: Means | None, others: Sequence[Means | None]) -> list[tuple[int, float]]:
    """Return the topics that are most like one, with how much: cosines, without those that are like it in nothing."""
    if mean is None or not mean.any():
        return []
    found = [
        (number, float(mean @ other) / (float(np.linalg.norm(mean)) * float(np.linalg.norm(other))))
        for number, other in enumerate(others)
        if other is not None and other.any()
    ]
    return sorted((one for one in found if one[1] > 0), key=lambda one: -one[1])[:NEAREST_TOPICS]
