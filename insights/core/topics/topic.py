"""A topic of an index, and what is remembered of one that a person deleted."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from insights.core.topics.idea_keys import Key

NOWHERE = -1
"""The row of an idea that stands in no topic."""
USUAL_COHESION = 0.2
"""Mean similarity of a usual topic's members to one another."""


def about_text(name: str, sentence: str = "") -> str:
    """Return by what a topic is known that its person named, and perhaps described in a sentence.

    By "This is about boats." ideas find their topic's name better than by "boats." (docs/topics.md).
    """
    return f"This is about {name}. {sentence}".strip()


@dataclass
class Topic:
    """One topic: its ideas, and the row of their running sum.

    members: positions of ideas, in the order in which they came. row: of `TopicIndex.totals`, `sizes` and `touched`.
    cohesion: mean similarity of its members to one another, as of the last consolidation.
    """

    key: Key
    row: int
    members: list[int] = field(default_factory=list)
    cohesion: float = USUAL_COHESION


class DeletedTopic(NamedTuple):
    """A topic that a person deleted. members: the ideas that stood in it: of them the machine makes no new topic.

    total: the sum of their points, shape (d,).
    """

    members: frozenset[int]
    total: NDArray[np.float64]

    def resembles(self, position: int, point: NDArray[np.float32], similarity: float) -> bool:
        """Return whether an idea stood in it, or is on average at least so similar to those that did."""
        return position in self.members or float(self.total @ point) / max(len(self.members), 1) >= similarity
