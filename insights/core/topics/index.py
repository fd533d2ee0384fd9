"""One person's ideas and topics: where each idea stands, and what a person said that binds."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from insights.core.embedding.protocol import Background, Vector
from insights.core.topics.space import Rows, Space
from insights.core.topics.tokens import pieces, stems

Key = Hashable
"""What an idea or a topic is called by whoever keeps it. A topic's never changes."""

LOOKED_AT = 64
"""Members of a topic, the latest, that are looked at one by one; the mean over all of them needs no look at any."""
WAITING_LOOKED_AT = 256
"""Unsorted ideas, the latest, among which a new one looks for company."""


USUAL = 0.2
"""Mean similarity of a usual topic's members to one another."""


class IdeaFeatures(NamedTuple):
    """An idea as placing sees it. words: what it says, each with its rarity (`words.words_of`).

    vector: unit length. memo: the one it was spoken in. day: when, in days. context: night, walk and the like.
    """

    key: Key
    vector: Vector
    words: Mapping[str, float]
    memo: Key | None = None
    day: float | None = None
    context: str = ""


@dataclass
class Topic:
    """members: indices of ideas, in the order in which they came. row: of `TopicIndex.totals`, the sum of their points.

    touched: whether a person named it, or said of an idea that it belongs here; only they merge or split it then.
    cohesion: mean similarity of its members to one another, as of the last tidying.
    """

    key: Key
    row: int
    members: list[int] = field(default_factory=list)
    touched: bool = False
    cohesion: float = USUAL


class Grave(NamedTuple):
    """Where a deleted topic lay. members: the ideas that stood in it, which never found a topic again by themselves."""

    members: frozenset[int]
    total: NDArray[np.float64]


class TopicIndex:
    """The state of one person. Ideas are added in the order in which they were spoken, and known by their index.

    background: of the model whose vectors these are. new_key: gives each founded topic its name.
    """

    def __init__(self, background: Background, new_key: Callable[[], Key]) -> None:
        self.space = Space(background)
        self.new_key = new_key
        self.ideas: list[IdeaFeatures] = []
        self.keys: list[Key] = []
        self.said_in: defaultdict[str, list[int]] = defaultdict(list)
        """The ideas in which a stem was said, in order."""
        self.contexts: Counter[str] = Counter()
        self.positions: dict[Key, int] = {}
        self.start_over()

    def start_over(self) -> None:
        """Forget all topics and what was said of them. The ideas stay, unsorted."""
        self.topic_of: list[Key | None] = [None] * len(self.ideas)
        self.settled = [False] * len(self.ideas)
        """Whether a person said where it belongs; unsorted by their own word, it is left so."""
        self.topics: dict[Key, Topic] = {}
        self._no_rows()
        self.waiting: dict[int, None] = dict.fromkeys(range(len(self.ideas)))
        """The unsorted ideas that may be placed, in the order in which they came."""
        self.barred: dict[int, set[Key]] = {}
        """Topics of which a person said that an idea does not belong there."""
        self.apart: set[frozenset[Key]] = set()
        """Pairs of topics never to be merged."""
        self.whole: set[Key] = set()
        """Topics that are not proposed to be split."""
        self.graves: list[Grave] = []

    def add(self, features: IdeaFeatures) -> int:
        """Take in an idea, unsorted, and return its index."""
        position = self._take_in(features)
        self.space.lay_last()
        return position

    def fill(self, ideas: Iterable[IdeaFeatures]) -> None:
        """Take in many ideas at once, unsorted."""
        for features in ideas:
            self._take_in(features)
        self.lay_anew()

    def _take_in(self, features: IdeaFeatures) -> int:
        position = self.space.add(features.vector, pieces(features.words))
        self.ideas.append(features)
        self.keys.append(features.key)
        for stem in stems(features.words):
            self.said_in[stem].append(position)
        self.contexts[features.context] += 1
        self.positions[features.key] = position
        self.topic_of.append(None)
        self.settled.append(False)
        self.waiting[position] = None
        return position

    def settle(self, position: int, *, by_person: bool) -> None:
        """Keep whether a person said where an idea belongs."""
        self.settled[position] = by_person

    def make(self, key: Key, *, touched: bool = False) -> Topic:
        """Make a topic without ideas."""
        self.topics[key] = Topic(key, 0, touched=touched)
        self._give_row(self.topics[key])
        return self.topics[key]

    def _no_rows(self) -> None:
        self.totals, self.sizes = Rows(self.space.width), Rows(1)
        self.by_row: list[Topic] = []
        """The topics whose sums and sizes these are; one that is gone is left there, empty."""

    def _give_row(self, topic: Topic) -> None:
        topic.row = len(self.by_row)
        self.by_row.append(topic)
        self.totals.append(self.space.points.all[topic.members].sum(axis=0, dtype=np.float64))
        self.sizes.append(np.array([len(topic.members)]))

    def total(self, topic: Topic) -> NDArray[np.float32]:
        """Return the sum of the points of a topic's members, shape (d,)."""
        total: NDArray[np.float32] = self.totals.all[topic.row]
        return total

    def found(self, members: Iterable[int]) -> Topic:
        """Make a topic of ideas that agree."""
        topic = self.make(self.new_key())
        for position in sorted(members):
            self.put(position, topic.key)
        return topic

    def put(self, position: int, key: Key | None) -> None:
        """Let an idea stand in a topic and in no other, or in none."""
        if (left := self.topic_of[position]) is not None:
            self._weigh(self.topics[left], position, -1)
            self.topics[left].members.remove(position)
        self.topic_of[position] = key
        self.waiting.pop(position, None)
        if key is not None:
            self._weigh(self.topics[key], position, 1)
            self.topics[key].members.append(position)
        elif not self.settled[position]:
            self.waiting[position] = None

    def _weigh(self, topic: Topic, position: int, sign: int) -> None:
        self.totals.all[topic.row] += sign * self.space.points.all[position]
        self.sizes.all[topic.row] += sign

    def lay_anew(self) -> None:
        """Lay all ideas by what is known now. What stands where does not change."""
        self.space.lay_anew()
        self.sum_up()

    def sum_up(self) -> None:
        """Add up anew what stands in each topic, and measure how alike it is."""
        points = self.space.points.all
        self._no_rows()
        for topic in self.topics.values():
            topic.members.sort()
            self._give_row(topic)
            topic.cohesion = self.cohesion(self.total(topic), len(topic.members))
        self.graves = [
            Grave(grave.members, points[sorted(grave.members)].sum(axis=0, dtype=np.float64)) for grave in self.graves
        ]

    def bury(self, members: Iterable[int]) -> None:
        """Keep in mind where a deleted topic lay, by the ideas that stood in it."""
        positions = frozenset(members)
        self.graves.append(Grave(positions, self.space.points.all[sorted(positions)].sum(axis=0, dtype=np.float64)))

    def is_buried(self, position: int, alike: float) -> bool:
        """Return whether an idea was in a deleted topic, or is on average at least so alike to one that was."""
        point = self.space.points.all[position]
        return any(
            position in grave.members or float(grave.total @ point) / max(len(grave.members), 1) >= alike
            for grave in self.graves
        )

    def cohesion(self, total: NDArray[np.floating], size: int) -> float:
        """Return the mean similarity of a topic's members to one another; of a single one, that of a usual topic."""
        if size < 2:  # noqa: PLR2004 - a pair
            return USUAL
        total = total.astype(np.float64)
        return float((total @ total - size * self.space.own) / (size * (size - 1)))
