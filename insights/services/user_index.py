"""A user's index of topics as placing and suggesting see it: built from the rows, or brought up to date by them."""

import uuid
from dataclasses import dataclass, field, replace
from uuid import UUID

import numpy as np

from insights.core.topics.constraints import Constraints
from insights.core.topics.decisions import IdeaPlace, apply_decisions
from insights.core.topics.idea_keys import Key
from insights.core.topics.index import TopicIndex
from insights.core.topics.ranker import prior
from insights.core.topics.suggest import Ranker
from insights.core.topics.topic import NOWHERE
from insights.models import Author
from insights.services.constraints import KnownConstraints, read_constraints
from insights.services.idea_features import read_features
from insights.services.index_rows import Basis, ListedTopic, NotAtHand, UserRows
from insights.services.topic_seeds import TopicSeed, add_seeds, drop_seeds, make_seeds

FIRST_LESSONS = 100
"""Decisions, the latest, from which a user's weights are fitted where an index is built."""
SMALL_INDEX_IDEAS = 2000
"""Up to so many ideas all are projected anew whenever one comes or goes; of more, at night."""
TAIL_IDEAS = 256
"""So many of the ideas that came last can be dropped without making the index of the others anew."""
PAGE_REMADE_IDEAS = 2000
"""Up to so many ideas an index is made anew without some of them while a page waits; of more that takes much memory."""


@dataclass(frozen=True)
class UserIndex:
    """A user's index at one version of their arrangement. Ideas and topics are called by their primary keys.

    model: by whose vectors ideas are compared. outside: how many ideas are not in it, for they are hidden or cannot be
    compared. seeds: by what topics are known that the user named. stored: how many ideas the file has, and as of
    which version. lacks_names: whether the file has not all that topics are named by, so that no page can use it.
    """

    basis: Basis
    model: str
    index: TopicIndex
    ranker: Ranker
    known: KnownConstraints | None = None
    outside: int = 0
    seeds: dict[UUID, TopicSeed] = field(default_factory=dict)
    stored: tuple[int, int] = (0, 0)
    lacks_names: bool = False

    @property
    def size(self) -> int:
        """How many ideas are in it."""
        return len(self.index)

    def add_seeds(self) -> "UserIndex":
        """Add the seeds of empty topics to the index; returns it."""
        add_seeds(self.index, self.seeds)
        return self


def build_index(rows: UserRows, basis: Basis) -> UserIndex:
    """Return an index that is made of the rows alone, without its seeds."""
    background = rows.load_embedder().background()
    index, ranker = TopicIndex(background, uuid.uuid4), Ranker(prior(background.kind))
    keys = rows.visible_ideas()
    index.build(read_features(rows.user, rows.load_embedder(), keys))
    listed = rows.topics()
    row_of: dict[Key | None, int] = {key: index.add_topic(key).row for key in listed}
    place_of = rows.places_of(keys)
    nowhere = IdeaPlace(None, by_person=False)  # gone a moment ago
    places = [place_of.get(key, nowhere) if isinstance(key, UUID) else nowhere for key in index.keys]
    index.arrange(
        np.array([row_of.get(one.topic, NOWHERE) for one in places], dtype=np.int32),
        np.array([one.by_person for one in places], dtype=np.bool_),
    )
    index.recompute_totals()
    known = read_constraints(rows.user, None)
    _set_constraints(index, known.constraints, listed)
    seeds = make_seeds(rows, listed, {})
    index.name_topics({key: seed.vector for key, seed in seeds.items()})
    by_hand = np.flatnonzero(index.settled.all & (index.rows.all != NOWHERE))
    for position in by_hand[-FIRST_LESSONS:].tolist():
        ranker.note(index, position, index.topic_of(position))
    ranker.fit()
    return UserIndex(basis, rows.model, index, ranker, known, basis.ideas - len(index), seeds)


def update_index(rows: UserRows, state: UserIndex, basis: Basis) -> UserIndex:
    """Bring an index up to date and return it without its seeds. `state` is not to be used any more.

    Raises NotAtHand.
    """
    index, ranker = state.index, state.ranker
    places = rows.places_changed_since(state.basis.version)
    new = drop_seeds(index) | {key for key in places if key not in index.keys}
    are_same_visible = (basis.hidden, basis.model) == (state.basis.hidden, state.basis.model)
    if not are_same_visible or len(index) + state.outside + len(new) != basis.ideas:
        visible = rows.visible_ideas()
        gone = {key for key in index.keys if isinstance(key, UUID) and key not in visible}
        for key in gone:
            ranker.forget(key)
        if gone:
            index = _remove_ideas(index, gone, at_once=rows.at_once)
        new = visible.difference(index.keys)
    if new:
        if rows.at_once:
            raise NotAtHand
        for features in read_features(rows.user, rows.load_embedder(), new):
            index.add(features)
        places |= rows.places_of(new - places.keys())
    if index.space.projected_count != len(index) <= SMALL_INDEX_IDEAS:
        index.project_all()
    listed = rows.topics()
    seeds = make_seeds(rows, listed, state.seeds)
    lacks_names = state.lacks_names
    if seeds is not state.seeds:
        index.name_topics({key: seed.vector for key, seed in seeds.items()})
        lacks_names |= any(state.seeds.get(key) is not seed for key, seed in seeds.items())
    apply_decisions(index, ranker, places, listed)
    # With an idea go the rows of what was said of it.
    known = read_constraints(rows.user, state.known if index is state.index and are_same_visible else None)
    _set_constraints(index, known.constraints, listed)
    index.update_cohesion()
    return replace(
        state,
        basis=basis,
        index=index,
        known=known,
        outside=basis.ideas - len(index),
        seeds=seeds,
        lacks_names=lacks_names,
    )


def _remove_ideas(index: TopicIndex, gone: set[UUID], *, at_once: bool) -> TopicIndex:
    """Return an index without some ideas, and perhaps without some of those that came last. Raises NotAtHand."""
    index.deleted_topics = []
    first = min(index.position_of(key) for key in gone)
    if first >= max(index.built_count, len(index) - TAIL_IDEAS):
        while len(index) > first:
            index.drop_last()
        return index
    if at_once and len(index) > PAGE_REMADE_IDEAS:
        raise NotAtHand
    return index.only(np.array([key not in gone for key in index.keys]))


def _set_constraints(index: TopicIndex, said: Constraints, listed: dict[UUID, ListedTopic]) -> None:
    """Write into an index what a person said that binds, beside where ideas stand.

    Of ideas of deleted memos nothing is known here.
    """
    rows = index.rows.all
    by_hand = np.bincount(rows[index.settled.all & (rows != NOWHERE)], minlength=len(index.by_row))
    for key, topic in index.topics.items():
        is_named = isinstance(key, UUID) and listed[key].named_by == Author.PERSON
        index.touch(topic, by_person=is_named or key in said.touched or bool(by_hand[topic.row]))
    barred = ((index.keys.find(idea), keys) for idea, keys in said.barred.items() if keys)
    index.barred = {position: set(keys) for position, keys in barred if position is not None}
    index.apart, index.whole = set(said.apart), set(said.whole)
    index.deleted_topics = []
    for members in said.deleted_members.values():
        found = (index.keys.find(idea) for idea in members)
        index.add_deleted_topic(position for position in found if position is not None)
