"""One person's ideas and topics: where each idea stands, and what a person said that binds."""

from collections.abc import Callable, Collection, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from insights.core.embedding.protocol import Background, Vector
from insights.core.topics.arrays import Postings, Rows, split_by
from insights.core.topics.idea_keys import IdeaKeys, Key
from insights.core.topics.idea_traits import IdeaFeatures, IdeaTraits
from insights.core.topics.latest_members import LatestMembers
from insights.core.topics.space import Space
from insights.core.topics.tokens import pieces
from insights.core.topics.topic import NOWHERE, USUAL_COHESION, DeletedTopic, Topic

YOUNG_IDEAS = 8
"""Ideas below which a topic's name counts as one of them."""


class TopicIndex:
    """The ideas and topics of one person. Ideas are added in the order in which they were spoken, and have a position.

    background: of the model whose vectors these are. new_key: gives each founded topic its name.
    """

    def __init__(self, background: Background, new_key: Callable[[], Key]) -> None:
        self.space = Space(background)
        self.new_key = new_key
        self.keys = IdeaKeys()
        self.traits = IdeaTraits()
        self.built_count = 0
        """Ideas that were there when the index was built: only those that were added later can be dropped."""
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
        self.deleted_topics: list[DeletedTopic] = []
        self.names: dict[Key, Vector] = {}
        """What the names mean that a person gave to topics."""
        self._points_of_names: dict[Key, NDArray[np.float32]] = {}
        self._reset_rows()

    def __len__(self) -> int:
        return len(self.keys)

    def add(self, features: IdeaFeatures) -> int:
        """Add an idea, unsorted, and return its position."""
        position = self._append(features)
        self.space.project_last()
        return position

    def build(self, ideas: Iterable[IdeaFeatures]) -> None:
        """Add many ideas at once, unsorted, to an index that has none."""
        for features in ideas:
            self._append(features)
        # What is known now is found faster in one piece.
        self.traits.said_in, self.space.having = Postings.of(self.traits.stems), Postings.of(self.space.pieces)
        self.built_count = len(self)
        self.project_all()

    def _append(self, features: IdeaFeatures) -> int:
        position = self.space.add(features.vector, pieces(features.words))
        self.traits.append(features)
        self.keys.append(features.key)
        self.rows.append(NOWHERE)
        self.settled.append(False)
        self.waiting[position] = None
        return position

    def drop_last(self) -> None:
        """Remove the idea added last. It must have been added after the index was built."""
        position = len(self) - 1
        if self.rows[position] != NOWHERE:
            self.put(position, None)
        self.waiting.pop(position, None)
        self.barred.pop(position, None)
        self.keys.drop_last()
        self.rows.cut(position)
        self.settled.cut(position)
        self.traits.drop_last()
        self.space.drop_last()

    def only(self, kept: NDArray[np.bool_]) -> "TopicIndex":
        """Return a new index of the chosen ideas and all topics, without constraints."""
        some = TopicIndex(self.space.background, self.new_key)
        some.space, some.keys, some.traits = self.space.only(kept), self.keys.only(kept), self.traits.only(kept)
        some.built_count = len(some)
        some.name_topics(self.names)
        for topic in self.topics.values():
            some.add_topic(topic.key, touched=self.is_touched(topic))
        to = {topic.row: some.topics[key].row for key, topic in self.topics.items()} | {NOWHERE: NOWHERE}
        rows = np.array([to[row] for row in self.rows.all[kept].tolist()], dtype=np.int32)
        some.arrange(rows, self.settled.all[kept])
        some.recompute_totals()
        return some

    def arrange(self, rows: NDArray[np.int32], settled: NDArray[np.bool_]) -> None:
        """Set every idea's topic at once, by the topics' rows; call `recompute_totals` afterwards."""
        self.rows.replace(rows)
        self.settled.replace(settled)
        for topic, members in zip(self.by_row, split_by(rows, len(self.by_row)), strict=True):
            topic.members = members
        self.waiting = dict.fromkeys(np.flatnonzero((rows == NOWHERE) & ~settled).tolist())
        self.latest.mark_all_stale()

    def position_of(self, key: Key) -> int:
        """Return the position of an idea. Raises KeyError."""
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
        """Mark whether a person placed this idea."""
        self.settled.all[position] = by_person
        self.latest.mark_stale(int(self.rows[position]))

    def add_topic(self, key: Key, *, touched: bool = False) -> Topic:
        """Add a topic without ideas."""
        self.topics[key] = Topic(key, 0)
        self._append_row(self.topics[key], touched=touched)
        return self.topics[key]

    def is_touched(self, topic: Topic) -> bool:
        """Return whether a person named a topic, or said of an idea that it belongs there."""
        return bool(self.touched[topic.row])

    def touch(self, topic: Topic, *, by_person: bool = True) -> None:
        """Mark whether a person touched a topic: the machine neither merges nor splits it then."""
        self.touched.all[topic.row] = by_person

    def name_topics(self, names: Mapping[Key, Vector]) -> None:
        """Set what the names mean by which a person calls their topics; all other topics have none."""
        if names.keys() != self.names.keys() or any(names[key] is not self.names[key] for key in names):
            self.names = dict(names)
            self._place_names()

    def _place_names(self) -> None:
        """Compute the points of the names, and set them in the rows of their topics."""
        points = self.space.project_names(np.array(list(self.names.values()))) if self.names else ()
        self._points_of_names = dict(zip(self.names, points, strict=True))
        self.name_points.all[:], self.is_named.all[:] = 0.0, False
        for key in self.names.keys() & self.topics.keys():
            row = self.topics[key].row
            self.name_points.all[row], self.is_named.all[row] = self._points_of_names[key], True

    def _reset_rows(self) -> None:
        self.totals, self.sizes, self.touched = Rows.of(self.space.width), Rows.of(None), Rows.of(None, np.bool_)
        self.name_points, self.is_named = Rows.of(self.space.width), Rows.of(None, np.bool_)
        self.by_row: list[Topic] = []
        """The topics whose sums and sizes these are; one that is gone is left there, empty."""
        self.latest = LatestMembers(self)

    def _append_row(self, topic: Topic, *, touched: bool) -> None:
        topic.row = len(self.by_row)
        self.by_row.append(topic)
        self.totals.append(self.space.points.all[topic.members].sum(axis=0, dtype=np.float64))
        self.sizes.append(len(topic.members))
        self.touched.append(touched)
        self.is_named.append(topic.key in self.names)
        self.name_points.append(self._points_of_names.get(topic.key, np.zeros(self.space.width, np.float32)))

    def young_rows(self) -> NDArray[np.intp]:
        """Return the rows of topics of few ideas that a person named: they are known by their names too.

        An empty one is not among them: its name stands in it as an idea, where it is to be found.
        """
        sizes = self.sizes.all
        rows: NDArray[np.intp] = np.flatnonzero(self.is_named.all & (sizes > 0) & (sizes < YOUNG_IDEAS))
        return rows

    def total(self, topic: Topic) -> NDArray[np.float32]:
        """Return the sum of the points of a topic's members, shape (d,)."""
        total: NDArray[np.float32] = self.totals.all[topic.row]
        return total

    def create_topic(self, members: Iterable[int]) -> Topic:
        """Create a topic of some ideas."""
        topic = self.add_topic(self.new_key())
        for position in sorted(members):
            self.put(position, topic.key)
        return topic

    def put(self, position: int, key: Key | None) -> None:
        """Move an idea into a topic, or out of all."""
        if (left := int(self.rows[position])) != NOWHERE:
            self._update_total(left, position, -1)
            self.by_row[left].members.remove(position)
        self.waiting.pop(position, None)
        if key is not None:
            topic = self.topics[key]
            self.rows.all[position] = topic.row
            self._update_total(topic.row, position, 1)
            topic.members.append(position)
        else:
            self.rows.all[position] = NOWHERE
            if not self.settled[position]:
                self.waiting[position] = None

    def restore(self, position: int, key: Key | None, *, by_person: bool) -> None:
        """Set an idea's topic and who placed it."""
        self.settle(position, by_person=by_person)
        if self.topic_of(position) != key:
            self.put(position, key)
        self.waiting.pop(position, None)
        if key is None and not by_person:
            self.waiting[position] = None

    def keep_topics(self, keys: Collection[Key]) -> None:
        """Keep only these topics, in this order, and unsort all other ideas."""
        if list(keys) == list(self.topics):
            return
        for key in self.topics.keys() - set(keys):
            for position in list(self.topics[key].members):
                self.put(position, None)
        self.topics = {key: self.topics[key] for key in keys}

    def _update_total(self, row: int, position: int, sign: int) -> None:
        self.totals.all[row] += sign * self.space.points.all[position]
        self.sizes.all[row] += sign
        self.latest.mark_stale(row)

    def project_all(self) -> None:
        """Recompute every idea's point, and the sums of the topics; which idea is in which topic does not change."""
        self.space.project_all()
        self.recompute_totals()

    def recompute_totals(self) -> None:
        """Add up anew the points of each topic's members, and measure how alike these are."""
        touched = {key: self.is_touched(topic) for key, topic in self.topics.items()}
        self._reset_rows()
        for topic in self.topics.values():
            topic.members.sort()
            self._append_row(topic, touched=touched[topic.key])
            self.rows.all[topic.members] = topic.row
        self._place_names()
        self.update_cohesion()
        members_of_deleted = [topic.members for topic in self.deleted_topics]
        self.deleted_topics = []
        for members in members_of_deleted:
            self.add_deleted_topic(members)

    def restore_order(self, grown: Iterable[Key | None]) -> None:
        """Sort the members of topics that grew, and the ideas that wait, into the order of the ideas."""
        for key in self.topics.keys() & set(grown):
            self.topics[key].members.sort()
            self.latest.mark_stale(self.topics[key].row)
        self.waiting = dict.fromkeys(sorted(self.waiting))

    def update_cohesion(self) -> None:
        """Measure how alike the members of each topic are, by the sums of their points."""
        squares = np.einsum("ij,ij->i", self.totals.all, self.totals.all, dtype=np.float64)
        for topic in self.topics.values():
            topic.cohesion = self._cohesion(float(squares[topic.row]), len(topic.members))

    def add_deleted_topic(self, members: Iterable[int]) -> None:
        """Remember a deleted topic's ideas, so that similar ones do not make it again."""
        positions = frozenset(members)
        total = self.space.points.all[sorted(positions)].sum(axis=0, dtype=np.float64)
        self.deleted_topics.append(DeletedTopic(positions, total))

    def resembles_deleted(self, position: int, similarity: float) -> bool:
        """Return whether an idea stood in a deleted topic, or is on average at least so similar to one's ideas."""
        point = self.space.points.all[position]
        return any(topic.resembles(position, point, similarity) for topic in self.deleted_topics)

    def cohesion(self, total: NDArray[np.floating], size: int) -> float:
        """Return the mean similarity of a topic's members to one another; of a single one, that of a usual topic."""
        total = total.astype(np.float64)
        return self._cohesion(float(total @ total), size)

    def _cohesion(self, square: float, size: int) -> float:
        if size < 2:  # noqa: PLR2004 - a pair
            return USUAL_COHESION
        return (square - size * self.space.own) / (size * (size - 1))
