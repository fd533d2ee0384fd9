"""A user's map of topics, as placing sees it: built from the rows, and kept by this process while it holds true."""

import threading
import uuid
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Max

from capture.models import User
from insights.core import embedding
from insights.core.topics import apply_constraints
from insights.core.topics.constraints import Bound
from insights.core.topics.index import Map, Thought
from insights.core.topics.suggest import Pupil
from insights.core.topics.tokens import words_of
from insights.models import Arrangement, Author, Idea, Topic
from insights.services.constraints import bound_of
from insights.services.feature_cache import thoughts

KEPT = 4
"""Maps of the users that were placed for last; some 8 KB an idea."""
LESSONS = 100
"""Decisions, the latest, from which a user's weights are fitted when a map is built."""

_kept: OrderedDict[tuple[int, str], "Ground"] = OrderedDict()
_lock = threading.Lock()


class State(NamedTuple):
    """What a map was built from: it holds true while these are the same. A deleted memo changes the second."""

    version: int
    ideas: int
    latest: datetime | None


class Ground(NamedTuple):
    """A user's map at one version of their arrangement. Ideas and topics are called by their primary keys.

    model: whose vectors it was laid by.
    """

    state: State
    model: str
    here: Map
    pupil: Pupil


class _Stand(NamedTuple):
    """An idea, and where it stands."""

    pk: UUID
    topic_id: UUID | None
    placed_by: str


def take(user: User, embedder: embedding.Embedder) -> Ground:
    """Return the user's map, for the caller alone. Whoever does not give it back has changed it for nobody."""
    # The version is read first: whatever changes after that makes the write fail.
    arrangement, _ = Arrangement.objects.get_or_create(user=user)
    there = Idea.objects.of(user).with_vectors_of(embedder.model)
    state = State(arrangement.version, *there.aggregate(n=Count("pk"), latest=Max("placed_at")).values())
    with _lock:
        ground = _kept.pop((user.pk, embedder.model), None)
    if ground is not None and ground.state == state:
        return ground
    return Ground(state, embedder.model, *_built(user, embedder, ground and ground.here))


def give_back(user: User, embedder: embedding.Embedder, ground: Ground, new: int, now: datetime) -> None:
    """Keep a map whose changes were written: the next version, with some new ideas, all placed just now."""
    state = State(ground.state.version + 1, ground.state.ideas + new, now if new else ground.state.latest)
    give_back_unchanged(user, embedder, ground._replace(state=state))


def give_back_unchanged(user: User, embedder: embedding.Embedder, ground: Ground) -> None:
    """Keep a map that was only looked at."""
    with _lock:
        _kept[user.pk, embedder.model] = ground
        while len(_kept) > KEPT:
            _kept.popitem(last=False)


def _built(user: User, embedder: embedding.Embedder, former: Map | None) -> tuple[Map, Pupil]:
    standing = list(Idea.objects.of(user).with_vectors_of(embedder.model).in_order().values_list(*_Stand._fields))
    here = _filled(thoughts(user, embedder, [key for key, *_ in standing]), embedder, former)
    topics = Topic.objects.of(user).order_by("created_at", "pk")
    for topic in topics:
        here.make(topic.pk, touched=topic.named_by == Author.PERSON)
    ideas = [_Stand(*row) for row in standing if row[0] in here.index]
    for idea in ideas:
        index = here.index[idea.pk]
        here.settled[index] = idea.placed_by == Author.PERSON
        if idea.topic_id in here.topics:
            here.put(index, idea.topic_id)
            here.topics[idea.topic_id].touched |= here.settled[index]
        elif here.settled[index]:
            here.waiting.pop(index)
    _bind(here, bound_of(user))
    here.sum_up()
    _seed(here, topics, embedder)
    pupil = Pupil()
    for idea in [idea for idea in ideas if idea.placed_by == Author.PERSON and idea.topic_id][-LESSONS:]:
        pupil.note(here, here.index[idea.pk], idea.topic_id)
    pupil.fit()
    return here, pupil


def _filled(ideas: Sequence[Thought], embedder: embedding.Embedder, former: Map | None) -> Map:
    """Return a map of ideas without topics: made of the one of before, where all that it knows come first."""
    here, known = Map(embedder.background(), uuid.uuid4), 0
    keys = [one.key for one in former.thoughts] if former else []
    if former and keys == [one.key for one in ideas[: len(keys)]]:
        here, known = former, len(keys)
        here.start_over()
    here.fill(ideas[known:])
    return here


def _bind(here: Map, said: Bound) -> None:
    """Let hold what is not to be seen from where ideas stand now. Of ideas of deleted memos nothing is known here."""
    for key in said.touched & here.topics.keys():
        here.topics[key].touched = True
    here.barred = {here.index[idea]: set(keys) for idea, keys in said.barred.items() if keys and idea in here.index}
    here.apart, here.whole = set(said.apart), set(said.whole)
    for members in said.buried.values():
        here.bury(here.index[idea] for idea in members if idea in here.index)


def _seed(here: Map, topics: Iterable[Topic], embedder: embedding.Embedder) -> None:
    """Let a topic that a person made and that is empty be known by its name and what they said of it."""
    bare = [topic for topic in topics if topic.named_by == Author.PERSON and not here.topics[topic.pk].members]
    about = [f"{topic.name}. {topic.sentence}".strip() for topic in bare]
    for topic, text, vector in zip(bare, about, embedder.embed(about) if about else (), strict=True):
        seed = Thought(("about", topic.pk), vector, words_of(text, "en", embedder.rarity))
        apply_constraints.move(here, here.add(seed), topic.pk)
