"""A user's index of topics, as placing sees it: built from the rows, and kept by this process while it holds true."""

import threading
import uuid
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Max

from capture.models import User
from insights.core.embedding.protocol import Embedder
from insights.core.topics.apply_constraints import settle_idea
from insights.core.topics.constraints import Constraints
from insights.core.topics.index import IdeaFeatures, TopicIndex
from insights.core.topics.suggest import Ranker
from insights.core.topics.tokens import words_of
from insights.models import Arrangement, Author, Idea, Topic
from insights.services.constraints import constraints_of
from insights.services.feature_cache import features_of_keys

KEPT = 4
"""Indexes of the users that were placed for last; some 8 KB an idea."""
LESSONS = 100
"""Decisions, the latest, from which a user's weights are fitted when an index is built."""

_kept: OrderedDict[tuple[int, str], "UserIndex"] = OrderedDict()
_lock = threading.Lock()


class Basis(NamedTuple):
    """What an index was built from: it holds true while these are the same. A deleted memo changes the second."""

    version: int
    ideas: int
    latest: datetime | None


@dataclass(frozen=True)
class UserIndex:
    """A user's index at one version of their arrangement. Ideas and topics are called by their primary keys.

    model: whose vectors it was laid by.
    """

    basis: Basis
    model: str
    index: TopicIndex
    ranker: Ranker


class _Stand(NamedTuple):
    """An idea, and where it stands."""

    pk: UUID
    topic_id: UUID | None
    placed_by: str


def take(user: User, embedder: Embedder) -> UserIndex:
    """Return the user's index, for the caller alone. Whoever does not give it back has changed it for nobody."""
    # The version is read first: whatever changes after that makes the write fail.
    arrangement, _ = Arrangement.objects.get_or_create(user=user)
    there = Idea.objects.of(user).with_vectors_of(embedder.model)
    basis = Basis(arrangement.version, *there.aggregate(n=Count("pk"), latest=Max("placed_at")).values())
    with _lock:
        state = _kept.pop((user.pk, embedder.model), None)
    if state is not None and state.basis == basis:
        return state
    return UserIndex(basis, embedder.model, *_built(user, embedder, state.index if state else None))


def give_back(user: User, embedder: Embedder, state: UserIndex, new: int, now: datetime) -> None:
    """Keep an index whose changes were written: the next version, with some new ideas, all placed just now."""
    basis = Basis(state.basis.version + 1, state.basis.ideas + new, now if new else state.basis.latest)
    give_back_unchanged(user, embedder, replace(state, basis=basis))


def give_back_unchanged(user: User, embedder: Embedder, state: UserIndex) -> None:
    """Keep an index that was only looked at."""
    with _lock:
        _kept[user.pk, embedder.model] = state
        while len(_kept) > KEPT:
            _kept.popitem(last=False)


def _built(user: User, embedder: Embedder, former: TopicIndex | None) -> tuple[TopicIndex, Ranker]:
    standing = list(Idea.objects.of(user).with_vectors_of(embedder.model).in_order().values_list(*_Stand._fields))
    index = _filled(features_of_keys(user, embedder, [key for key, *_ in standing]), embedder, former)
    topics = Topic.objects.of(user).order_by("created_at", "pk")
    for topic in topics:
        index.make(topic.pk, touched=topic.named_by == Author.PERSON)
    ideas = [_Stand(*row) for row in standing if row[0] in index.positions]
    for idea in ideas:
        position = index.positions[idea.pk]
        index.settle(position, by_person=idea.placed_by == Author.PERSON)
        if idea.topic_id in index.topics:
            index.put(position, idea.topic_id)
            index.topics[idea.topic_id].touched |= index.settled[position]
        elif index.settled[position]:
            index.waiting.pop(position)
    _bind(index, constraints_of(user))
    index.sum_up()
    _seed(index, topics, embedder)
    ranker = Ranker()
    for idea in [idea for idea in ideas if idea.placed_by == Author.PERSON and idea.topic_id][-LESSONS:]:
        ranker.note(index, index.positions[idea.pk], idea.topic_id)
    ranker.fit()
    return index, ranker


def _filled(ideas: Sequence[IdeaFeatures], embedder: Embedder, former: TopicIndex | None) -> TopicIndex:
    """Return an index of ideas without topics: made of the one of before, where all that it knows come first."""
    index, known = TopicIndex(embedder.background(), uuid.uuid4), 0
    keys = [one.key for one in former.ideas] if former else []
    if former and keys == [one.key for one in ideas[: len(keys)]]:
        index, known = former, len(keys)
        index.start_over()
    index.fill(ideas[known:])
    return index


def _bind(index: TopicIndex, said: Constraints) -> None:
    """Let hold what is not to be seen from where ideas stand now. Of ideas of deleted memos nothing is known here."""
    for key in said.touched & index.topics.keys():
        index.topics[key].touched = True
    index.barred = {
        index.positions[idea]: set(keys) for idea, keys in said.barred.items() if keys and idea in index.positions
    }
    index.apart, index.whole = set(said.apart), set(said.whole)
    for members in said.buried.values():
        index.bury(index.positions[idea] for idea in members if idea in index.positions)


def _seed(index: TopicIndex, topics: Iterable[Topic], embedder: Embedder) -> None:
    """Let a topic that a person made and that is empty be known by its name and what they said of it."""
    bare = [topic for topic in topics if topic.named_by == Author.PERSON and not index.topics[topic.pk].members]
    about = [f"{topic.name}. {topic.sentence}".strip() for topic in bare]
    for topic, text, vector in zip(bare, about, embedder.embed(about) if about else (), strict=True):
        seed = IdeaFeatures(("about", topic.pk), vector, words_of(text, "en", embedder.rarity))
        settle_idea(index, index.add(seed), topic.pk)
