"""One person's ideas and topics: where each idea stands, and what a person said that binds."""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import compress
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from insights.core.embedding.protocol import Background, Vector
from insights.core.topics.arrays import Lists, Postings, Rows, split_by
from insights.core.topics.space import Space
from insights.core.topics.tokens import pieces, stems

Key = Hashable
"""What an idea or a topic is called by whoever keeps it. A topic's never changes."""

LOOKED_AT = 64
"""Members of a topic, the latest, that are looked at one by one; the mean over all of them needs no look at any."""
LEAST_WIDTH = 3
"""Columns for the members of topics that have fewer."""
WAITING_LOOKED_AT = 256
"""Unsorted ideas, the latest, among which a new one looks for company."""
NOWHERE = -1
"""The row of an idea that stands in no topic."""

USUAL = 0.2
"""Mean similarity of a usual topic's members to one another."""


class IdeaFeatures(NamedTuple):
    """An idea as placing sees it. words: what it says, each with its rarity (`tokens.words_of`).

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
    """members: positions of ideas, in the order in which they came. row: of `TopicIndex.totals`.

    touched: whether a person named it, or said of an idea that it belongs here; only they merge or split it then.
    cohesion: mean similarity of its members to one another, as of the last consolidation.
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


class Keys(Sequence[Key]):
    """What ideas are called by, in order, and where each is. Of a UUID its 16 bytes are kept, for there are many."""

    def __init__(self, stored: Iterable[bytes] = ()) -> None:
        self._names: list[Any] = list(stored)
        self._positions: dict[Any, int] = dict(zip(self._names, range(len(self._names)), strict=True))

    def __len__(self) -> int:
        return len(self._names)

    def __getitem__(self, position: Any) -> Any:
        if isinstance(position, slice):
            return [self[one] for one in range(*position.indices(len(self)))]
        name = self._names[position]
        return UUID(bytes=name) if isinstance(name, bytes) else name

    def __iter__(self) -> Iterator[Key]:
        return (self[position] for position in range(len(self)))

    def __contains__(self, key: object) -> bool:
        return self.find(key) is not None

    def find(self, key: Key) -> int | None:
        """Return where an idea is, or None."""
        return self._positions.get(key.bytes if isinstance(key, UUID) else key)

    def append(self, key: Key) -> None:
        """Add an idea."""
        name = key.bytes if isinstance(key, UUID) else key
        self._positions[name] = len(self._names)
        self._names.append(name)

    def drop_last(self) -> None:
        """Forget the last one."""
        del self._positions[self._names.pop()]

    def only(self, kept: NDArray[np.bool_]) -> "Keys":
        """Return the keys of some ideas."""
        return Keys(compress(self._names, kept.tolist()))

    def stored(self) -> bytes:
        """Return the bytes of all keys, which are UUIDs."""
        return b"".join(self._names)


class TopicIndex:
    """The state of one person. Ideas are added in the order in which they were spoken, and known by their position.

    background: of the model whose vectors these are. new_key: gives each founded topic its name.
    """

    def __init__(self, background: Background, new_key: Callable[[], Key]) -> None:
        self.space = Space(background)
        self.new_key = new_key
        self.keys = Keys()
        self.put_up_with = 0
        """Ideas that were there at first: only what came later can be dropped."""
        self.stems = Lists.of(np.uint64)
        """Of each idea's words, each with its rarity."""
        self.said_in = Postings.of(self.stems)
        """The ideas in which a stem was said, in order."""
        self.memos, self.contexts = Rows.of(None, np.int64), Rows.of(None, np.int64)
        """Of each idea, as numbers that are the same where these are the same; 0 for none."""
        self.context_counts: dict[int, int] = {}
        self.rows = Rows.of(None, np.int32)
        """The row of each idea's topic, or NOWHERE."""
        self.settled = Rows.of(None, np.bool_)
        """Whether a person said where it belongs; unsorted by their own word, it is left so."""
        self.waiting: dict[int, None] = {}
        """The unsorted ideas that may be placed, in the order in which they came."""
        self.topics: dict[Key, Topic] = {}
        self.barred: dict[int, set[Key]] = {}
        """Topics of which a person said that an idea does not belong there."""
        self.apart: set[frozenset[Key]] = set()
        """Pairs of topics never to be merged."""
        self.whole: set[Key] = set()
        """Topics that are not proposed to be split."""
        self.graves: list[Grave] = []
        self._no_rows()

    def __len__(self) -> int:
        return len(self.keys)

    def add(self, features: IdeaFeatures) -> int:
        """Take in an idea, unsorted, and return its position."""
        position = self._take_in(features)
        self.space.lay_last()
        return position

    def fill(self, ideas: Iterable[IdeaFeatures]) -> None:
        """Take in many ideas at once, unsorted."""
        for features in ideas:
            self._take_in(features)
        # What is known now is found faster in one piece.
        self.said_in, self.space.having = Postings.of(self.stems), Postings.of(self.space.pieces)
        self.put_up_with = len(self)
        self.lay_anew()

    def _take_in(self, features: IdeaFeatures) -> int:
        position = self.space.add(features.vector, pieces(features.words))
        found = stems(features.words)
        self.stems.append(found.hashes, found.rarity)
        self.said_in.append(found.hashes.tolist(), position)
        self.memos.append(number_of(features.memo))
        context = number_of(features.context)
        self.contexts.append(context)
        self.context_counts[context] = self.context_counts.get(context, 0) + 1
        self.keys.append(features.key)
        self.rows.append(NOWHERE)
        self.settled.append(False)
        self.waiting[position] = None
        return position

    def drop_last(self) -> None:
        """Forget the idea that was taken in last, as if it had never been; it was added, and not filled in."""
        position = len(self) - 1
        if self.rows[position] != NOWHERE:
            self.put(position, None)
        self.waiting.pop(position, None)
        self.barred.pop(position, None)
        self.said_in.drop(self.stems.at(position)[0].tolist())
        self.stems.cut(position)
        self.context_counts[int(self.contexts[position])] -= 1
        self.keys.drop_last()
        for rows in (self.memos, self.contexts, self.rows, self.settled):
            rows.cut(position)
        self.space.drop_last()

    def only(self, kept: NDArray[np.bool_]) -> "TopicIndex":
        """Return an index of some of the ideas, all of them laid anew, and of all topics. What binds is to be told."""
        some = TopicIndex(self.space.background, self.new_key)
        some.space, some.keys, some.stems = self.space.only(kept), self.keys.only(kept), self.stems.only(kept)
        some.said_in, some.put_up_with = Postings.of(some.stems), len(some.keys)
        some.memos.replace(self.memos.all[kept])
        some.contexts.replace(self.contexts.all[kept])
        some.count_contexts()
        for topic in self.topics.values():
            some.make(topic.key, touched=topic.touched)
        to = {topic.row: some.topics[key].row for key, topic in self.topics.items()} | {NOWHERE: NOWHERE}
        rows = np.array([to[row] for row in self.rows.all[kept].tolist()], dtype=np.int32)
        some.arrange(rows, self.settled.all[kept])
        some.sum_up()
        return some

    def count_contexts(self) -> None:
        """Count anew how many ideas were spoken in each context."""
        found, counts = np.unique(self.contexts.all, return_counts=True)
        self.context_counts = dict(zip(found.tolist(), counts.tolist(), strict=True))

    def arrange(self, rows: NDArray[np.int32], settled: NDArray[np.bool_]) -> None:
        """Let all ideas stand in topics, by the topics' rows; nothing is added up (`sum_up`)."""
        self.rows.replace(rows)
        self.settled.replace(settled)
        for topic, members in zip(self.by_row, split_by(rows, len(self.by_row)), strict=True):
            topic.members = members
        self.waiting = dict.fromkeys(np.flatnonzero((rows == NOWHERE) & ~settled).tolist())
        self.latest.forget_all()

    def position_of(self, key: Key) -> int:
        """Return where an idea is. Raises KeyError."""
        if (position := self.keys.find(key)) is None:
            raise KeyError(key)
        return position

    def topic_of(self, position: int) -> Key | None:
        """Return the key of the topic in which an idea stands, or None."""
        row = int(self.rows[position])
        return None if row == NOWHERE else self.by_row[row].key

    def homes(self) -> list[Key | None]:
        """Return the topic of each idea, in order."""
        keys: list[Key | None] = [*(topic.key for topic in self.by_row), None]
        return [keys[row] for row in self.rows.all.tolist()]

    def settle(self, position: int, *, by_person: bool) -> None:
        """Keep whether a person said where an idea belongs."""
        self.settled.all[position] = by_person
        self.latest.forget(int(self.rows[position]))

    def make(self, key: Key, *, touched: bool = False) -> Topic:
        """Make a topic without ideas."""
        self.topics[key] = Topic(key, 0, touched=touched)
        self._give_row(self.topics[key])
        return self.topics[key]

    def _no_rows(self) -> None:
        self.totals, self.sizes = Rows.of(self.space.width), Rows.of(None)
        self.by_row: list[Topic] = []
        """The topics whose sums and sizes these are; one that is gone is left there, empty."""
        self.latest = LatestMembers(self)

    def _give_row(self, topic: Topic) -> None:
        topic.row = len(self.by_row)
        self.by_row.append(topic)
        self.totals.append(self.space.points.all[topic.members].sum(axis=0, dtype=np.float64))
        self.sizes.append(len(topic.members))

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
        if (left := int(self.rows[position])) != NOWHERE:
            self._weigh(left, position, -1)
            self.by_row[left].members.remove(position)
        self.waiting.pop(position, None)
        if key is not None:
            topic = self.topics[key]
            self.rows.all[position] = topic.row
            self._weigh(topic.row, position, 1)
            topic.members.append(position)
        else:
            self.rows.all[position] = NOWHERE
            if not self.settled[position]:
                self.waiting[position] = None

    def stand(self, position: int, key: Key | None, *, by_person: bool) -> None:
        """Let an idea stand where it was put, by the machine or by a person."""
        self.settle(position, by_person=by_person)
        if self.topic_of(position) != key:
            self.put(position, key)
        self.waiting.pop(position, None)
        if key is None and not by_person:
            self.waiting[position] = None

    def leave_only(self, keys: Collection[Key]) -> None:
        """Let the topics be these, in this order. What stands in another one is unsorted."""
        for key in self.topics.keys() - set(keys):
            for position in list(self.topics[key].members):
                self.put(position, None)
        self.topics = {key: self.topics[key] for key in keys}

    def _weigh(self, row: int, position: int, sign: int) -> None:
        self.totals.all[row] += sign * self.space.points.all[position]
        self.sizes.all[row] += sign
        self.latest.forget(row)

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
            self.rows.all[topic.members] = topic.row
        self.measure_cohesion()
        self.graves = [
            Grave(grave.members, points[sorted(grave.members)].sum(axis=0, dtype=np.float64)) for grave in self.graves
        ]

    def restore_order(self, grown: Iterable[Key | None]) -> None:
        """Let the members of topics that grew, and what waits, be in the order of the ideas."""
        for key in self.topics.keys() & set(grown):
            self.topics[key].members.sort()
            self.latest.forget(self.topics[key].row)
        self.waiting = dict.fromkeys(sorted(self.waiting))

    def measure_cohesion(self) -> None:
        """Measure how alike the members of each topic are, by the sums of their points."""
        squares = np.einsum("ij,ij->i", self.totals.all, self.totals.all, dtype=np.float64)
        for topic in self.topics.values():
            topic.cohesion = self._cohesion(float(squares[topic.row]), len(topic.members))

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
        total = total.astype(np.float64)
        return self._cohesion(float(total @ total), size)

    def _cohesion(self, square: float, size: int) -> float:
        if size < 2:  # noqa: PLR2004 - a pair
            return USUAL
        return (square - size * self.space.own) / (size * (size - 1))


def number_of(key: Key | None) -> int:
    """Return a number that is the same for the same memo or context, in every process; 0 for none."""
    if key is None or key == "":
        return 0
    name = key.bytes if isinstance(key, UUID) else str(key).encode()
    return int.from_bytes(blake2b(name, digest_size=8).digest(), "little", signed=True) or 1


class Known(NamedTuple):
    """The members by which topics are known, topics by members. members: shape (k, w), `counts` of each row.

    meaning: of each member, times the idea's own. middle: how long the mean of the members' meanings is, shape (k,).
    w: as many as the largest of these topics needs, at least LEAST_WIDTH and at most LOOKED_AT.
    """

    members: NDArray[np.int32]
    counts: NDArray[np.int32]
    meaning: NDArray[np.float32]
    middle: NDArray[np.float64]


class LatestMembers:
    """Of each topic the latest members, by which it is known: those that a person put there, else all of them.

    They are kept as a table, with the points of those that were asked for, and only what changed is made anew.
    """

    def __init__(self, index: TopicIndex) -> None:
        self._index = index
        self._meanings = len(index.space.background.common)
        self._members = Rows.of(LOOKED_AT, np.int32)
        self._counts = Rows.of(None, np.int32)
        self._blocks = np.zeros((0, LOOKED_AT, self._meanings), np.float32)
        self._middles = Rows.of(None, np.float64)
        self._stale: set[int] = set()
        self._unread: set[int] = set()

    def forget(self, row: int) -> None:
        """Look at a topic again when it is asked for next: its members changed."""
        if row != NOWHERE:
            self._stale.add(row)

    def forget_all(self) -> None:
        """Look at all topics again."""
        self._stale.update(range(len(self._index.by_row)))

    def last(self) -> NDArray[np.int32]:
        """Return the last of the members by which each topic is known, by rows; of an empty one it means nothing."""
        self._refresh()
        last: NDArray[np.int32] = self._members.all[np.arange(len(self._counts)), np.maximum(self._counts.all - 1, 0)]
        return last

    def without(self, position: int) -> NDArray[np.int32]:
        """Return by which members an idea's own topic is known beside the idea itself."""
        index = self._index
        latest = [one for one in index.by_row[int(index.rows[position])].members[-LOOKED_AT:] if one != position]
        return self._known(latest)

    def known(self, rows: NDArray[np.intp], position: int) -> Known:
        """Return by which members topics are known to an idea."""
        self._refresh()
        index, d = self._index, self._meanings
        for row in self._unread.intersection(rows.tolist()):
            members = self._members.all[row, : self._counts[row]]
            self._blocks[row, : len(members)] = points = index.space.points.all[members, :d]
            self._middles.all[row] = _middle(points)
        self._unread.difference_update(rows.tolist())
        counts = self._counts.all[rows]
        width = max(LEAST_WIDTH, int(counts.max()))
        members = self._members.all[rows, :width]
        point = index.space.points.all[position, :d]
        meaning = np.zeros((len(rows), width), np.float32)
        for row, count, found in zip(rows.tolist(), counts.tolist(), meaning, strict=True):
            np.dot(self._blocks[row, :count], point, out=found[:count])
        middle = self._middles.all[rows]
        for own in np.flatnonzero(rows == index.rows[position]).tolist():
            others = self.without(position)
            points = index.space.points.all[others, :d]
            members[own, : len(others)], counts[own] = others, len(others)
            meaning[own, : len(others)], middle[own] = points @ point, _middle(points)
        return Known(members, counts, meaning, middle)

    def _known(self, latest: Sequence[int]) -> NDArray[np.int32]:
        members = np.array(latest, dtype=np.int32)
        settled = self._index.settled.all[members]
        return members[settled] if settled.any() else members

    def _refresh(self) -> None:
        if (lacking := len(self._index.by_row) - len(self._counts)) > 0:
            self._stale.update(range(len(self._counts), len(self._index.by_row)))
            self._members.extend(np.zeros((lacking, LOOKED_AT), np.int32))
            self._counts.extend(np.zeros(lacking, np.int32))
            self._middles.extend(np.zeros(lacking))
        if len(self._blocks) < len(self._counts):
            # Pages of zeros that nobody writes into take no memory.
            blocks = np.zeros((2 * len(self._counts), LOOKED_AT, self._meanings), np.float32)
            blocks[: len(self._blocks)] = self._blocks
            self._blocks = blocks
        for row in self._stale:
            known = self._known(self._index.by_row[row].members[-LOOKED_AT:])
            self._counts.all[row] = len(known)
            self._members.all[row] = 0  # An idea that is gone has no place to look at.
            self._members.all[row, : len(known)] = known
        self._unread |= self._stale
        self._stale.clear()


def _middle(points: NDArray[np.float32]) -> float:
    return float(np.linalg.norm(points.mean(axis=0))) if len(points) else 0.0
