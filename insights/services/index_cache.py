"""A user's index of topics, as placing and suggesting see it: kept by this process, mapped from a file, or built.

Whoever asks for it gets it as the rows have it now: what changed since (`IdeaQuerySet.arranged_since`) is carried out
on what is there. The file is a copy and nothing else: without it, or with one that is damaged, of another model or of
another version of the code, the index is built from the rows.
"""

import logging
import threading
import uuid
from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from capture.models import Memo, User
from insights.core.embedding.protocol import Embedder, Vector
from insights.core.topics.apply_constraints import settle_idea
from insights.core.topics.constraints import Constraints
from insights.core.topics.index import NOWHERE, IdeaFeatures, Key, TopicIndex
from insights.core.topics.index_file import Damaged, read_index, unfinished_file, write_index
from insights.core.topics.suggest import Ranker
from insights.core.topics.tokens import words_of
from insights.models import Arrangement, Author, Correction, Idea, Topic
from insights.services import embedders
from insights.services.constraints import KnownConstraints, read_constraints
from insights.services.idea_features import BATCH_KEYS, read_features
from insights.services.reembed import serving_model

KEPT_INDEXES = 4
"""Of the users that were asked for last."""
FIRST_LESSONS = 100
"""Decisions, the latest, from which a user's weights are fitted where an index is built."""
SMALL_IDEAS = 2000
"""Up to so many ideas all are laid anew whenever one comes or goes; of more, at night."""
AT_ONCE_IDEAS = 10_000
"""Up to so many ideas an index that is there is put up without some of them while a page waits."""
TAIL_IDEAS = 256
"""So many of the ideas that came last can be taken out without putting up all others anew."""
NEW_IDEAS, NEW_SHARE = 100, 0.02
"""New ideas after which the file is written again: so many, and so much of all."""
NEW_VERSIONS, IDEAS_A_VERSION = 50, 1000
"""Changes of the arrangement after which it is: so many, or one for so many ideas."""


NEW_AT_ONCE_IDEAS, VERSIONS_AT_ONCE = 100, 100
"""So many new ideas, or changes, are carried out while a page waits."""
LOCK_SECONDS = 0.1
"""How long a page waits for another thread that has the index."""
BUILT_AT_ONCE_IDEAS = 200
"""Up to so many ideas an index is built from the rows while a page waits."""

log = logging.getLogger(__name__)


class NotAtHand(Exception):
    """The index has to be built: that takes longer than a page waits."""


class Basis(NamedTuple):
    """What an index was made of: it holds true while these are the same. ideas: of all there are, those not seen too.

    hidden: memos whose deletion can still be undone, and when they were deleted.
    """

    version: int
    model: str
    ideas: int
    hidden: frozenset[tuple[UUID, datetime | None]]


class Seed(NamedTuple):
    """By what an empty topic is known. vector, words: of the text."""

    text: str
    vector: Vector
    words: dict[str, float]


@dataclass(frozen=True)
class UserIndex:
    """A user's index at one version of their arrangement. Ideas and topics are called by their primary keys.

    model: whose vectors it was laid by. outside: how many ideas are not in it, for they are not to be seen, or not to
    be compared. seeds: by what empty topics are known. stored: how many ideas the file has, and as of which version.
    """

    basis: Basis
    model: str
    index: TopicIndex
    ranker: Ranker
    known: KnownConstraints | None = None
    outside: int = 0
    seeds: dict[UUID, Seed] = field(default_factory=dict)
    stored: tuple[int, int] = (0, 0)


@dataclass
class KeptIndexes:
    """The indexes that this process keeps, and a lock for each user: one thread at a time brings theirs up to date."""

    _kept: OrderedDict[tuple[int, str], UserIndex] = field(default_factory=OrderedDict)
    _locks: defaultdict[int, threading.Lock] = field(default_factory=lambda: defaultdict(threading.Lock))
    _lock: threading.Lock = field(default_factory=threading.Lock)
    loaded_models: set[str] = field(default_factory=set)
    """Models whose embedders this process has loaded."""

    def lock_of(self, user: User) -> threading.Lock:
        """Return the lock of a user."""
        with self._lock:
            return self._locks[user.pk]

    def take(self, user: User, model: str) -> UserIndex | None:
        """Return the index that is kept, for the caller alone."""
        with self._lock:
            return self._kept.pop((user.pk, model), None)

    def keep(self, user: User, state: UserIndex) -> None:
        """Keep an index, and no more than some."""
        with self._lock:
            self._kept[user.pk, state.model] = state
            while len(self._kept) > KEPT_INDEXES:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        """Forget all of them."""
        with self._lock:
            self._kept.clear()


kept = KeptIndexes()


def take_index(user: User, embedder: Embedder) -> UserIndex:
    """Return the user's index, for the caller alone. Whoever does not give it back has changed it for nobody."""
    with kept.lock_of(user):
        return _current(_Source(user, embedder.model, embedder))


@contextmanager
def open_index(user: User, model: str, *, at_once: bool = False) -> Iterator[UserIndex]:
    """Give the user's index, to be looked at and not changed; others of this process wait.

    at_once: raise NotAtHand rather than build it.
    """
    lock = kept.lock_of(user)
    if not lock.acquire(timeout=LOCK_SECONDS if at_once else -1):
        raise NotAtHand  # another thread is building it
    try:
        state = _current(_Source(user, model, at_once=at_once))
        yield state
        kept.keep(user, state)
    finally:
        lock.release()


def give_back(user: User, state: UserIndex, new: int) -> None:
    """Keep an index whose changes were written: the next version, with some new ideas."""
    basis = state.basis
    basis = basis._replace(version=basis.version + 1, model=state.model, ideas=basis.ideas + new)
    give_back_unchanged(user, replace(state, basis=basis))


def give_back_unchanged(user: User, state: UserIndex) -> None:
    """Keep an index that was only looked at, and write the file again where that is far behind."""
    ideas, version = state.stored
    is_behind = len(state.index) - ideas > max(NEW_IDEAS, NEW_SHARE * len(state.index))
    if is_behind or state.basis.version - version > max(NEW_VERSIONS, len(state.index) // IDEAS_A_VERSION):
        state = store_index(user, state)
    kept.keep(user, state)


def store_index(user: User, state: UserIndex) -> UserIndex:
    """Write the file of an index, if it still is what the rows say. Returns it as one that was written."""
    source = _Source(user, state.model)
    if source.basis() != state.basis:
        return state
    return _seeded(_written_to_file(source, _brought_up_to_date(source, state, state.basis)))


def renew_file(user_id: int) -> None:
    """Let nothing be left in a user's file that is not in the rows any more. What cannot be written anew is removed."""
    user = User.objects.filter(pk=user_id).first()
    if user is None or not file_of(user_id).exists():
        remove_file(user_id)
        return
    is_renewed = False
    try:
        with kept.lock_of(user):
            state = store_index(user, _current(_Source(user, serving_model(user))))
            kept.keep(user, state)
            is_renewed = state.stored[1] == state.basis.version
    finally:
        if not is_renewed:
            remove_file(user.pk)


def remove_file(user_id: int) -> None:
    """Remove a user's file."""
    for path in (file_of(user_id), unfinished_file(file_of(user_id))):
        path.unlink(missing_ok=True)


@receiver(post_delete, sender=User, dispatch_uid="remove_index_file")
def _remove_file_of_deleted(instance: User, **_told: Any) -> None:
    user_id = instance.pk
    transaction.on_commit(lambda: remove_file(user_id))


def file_of(user_id: int) -> Path:
    """Return where the file of a user's index is, if there is one."""
    return Path(settings.HOME) / "indexes" / f"{user_id}.index"


@dataclass
class _Source:
    """The rows of a user, and the embedder, which is loaded only where something is to be compared anew."""

    user: User
    model: str
    loaded: Embedder | None = None
    at_once: bool = False

    @property
    def embedder(self) -> Embedder:
        if self.loaded is None:
            self.loaded = embedders.load_embedder(self.model)
            self.loaded.background()
        kept.loaded_models.add(self.model)
        return self.loaded

    def is_loaded(self) -> bool:
        """Return whether this process has the embedder at hand: to load one takes a second."""
        return self.model in kept.loaded_models

    def basis(self) -> Basis:
        # The version is read first: whatever changes after that makes the write fail.
        arrangement, _ = Arrangement.objects.get_or_create(user=self.user)
        ideas = Idea.objects.filter(user=self.user).count()
        hidden = Memo.objects.hidden(self.user).values_list("pk", "deleted_at")
        return Basis(arrangement.version, arrangement.vector_model, ideas, frozenset(hidden))

    def shown(self) -> set[UUID]:
        """Return the ideas that are to be seen and can be compared."""
        return set(Idea.objects.of(self.user).with_vectors_of(self.model).values_list("pk", flat=True))

    def standing(self, keys: Collection[UUID]) -> "dict[UUID, _Stand]":
        """Return where some ideas stand."""
        ideas = Idea.objects.filter(user=self.user)
        rows = ideas.filter(pk__in=keys) if len(keys) <= BATCH_KEYS else ideas
        standing = rows.values_list("pk", *_Stand._fields)
        return {key: _Stand(topic, placed_by) for key, topic, placed_by in standing if key in keys}

    def last_said(self) -> list[Any]:
        """Return what the user said last: another database with this user has other words."""
        last = Correction.objects.of(self.user).order_by("pk").values_list("pk", "at").last()
        return [last[0], last[1].isoformat()] if last else []

    def is_said(self, last: list[Any]) -> bool:
        return not last or Correction.objects.of(self.user).filter(pk=last[0], at=last[1]).exists()


def _current(source: _Source) -> UserIndex:
    """Return the user's index as the rows have it now. Raises NotAtHand."""
    basis = source.basis()
    state = kept.take(source.user, source.model)
    if state is not None and state.basis == basis:
        return state
    state = state or _read_from_file(source, basis)
    if state is not None:
        if source.at_once and basis.version - state.basis.version > VERSIONS_AT_ONCE:
            raise NotAtHand
        return _seeded(_brought_up_to_date(source, state, basis))
    if source.at_once and basis.ideas > BUILT_AT_ONCE_IDEAS:
        raise NotAtHand
    return _seeded(_written_to_file(source, _built(source, basis)))


def _read_from_file(source: _Source, basis: Basis) -> UserIndex | None:
    mine = {"user": source.user.pk, "joined": source.user.date_joined.isoformat(), "model": source.model}

    def is_wanted(about: dict[str, Any]) -> bool:
        is_mine = all(about[name] == value for name, value in mine.items())
        return is_mine and about["version"] <= basis.version and source.is_said(about["said"])

    try:
        stored = read_index(file_of(source.user.pk), uuid.uuid4, is_wanted)
    except Damaged:
        return None
    about, index = stored.about, stored.index
    hidden = frozenset((UUID(memo), datetime.fromisoformat(at)) for memo, at in about["hidden"])
    as_of = Basis(about["version"], about["serving"], about["ideas"], hidden)
    seeds = {
        UUID(key): Seed(text, np.array(vector, dtype=np.float32), words)
        for key, (text, vector, words) in about["seeds"].items()
    }
    return UserIndex(
        as_of, source.model, index, stored.ranker, None, about["outside"], seeds, (len(index), as_of.version)
    )


def _written_to_file(source: _Source, state: UserIndex) -> UserIndex:
    basis, user = state.basis, source.user
    about = {
        "user": user.pk,
        "joined": user.date_joined.isoformat(),
        "model": state.model,
        "version": basis.version,
        "serving": basis.model,
        "ideas": basis.ideas,
        "hidden": sorted((str(memo), at.isoformat()) for memo, at in basis.hidden if at is not None),
        "outside": state.outside,
        "seeds": {str(key): (text, vector.tolist(), words) for key, (text, vector, words) in state.seeds.items()},
        "said": source.last_said(),
    }
    try:
        is_written = write_index(file_of(user.pk), state.index, state.ranker, about)
    except OSError as reason:
        log.warning("The index of a person's topics is not kept in a file: %s", reason.strerror)
        is_written = False
    return replace(state, stored=(len(state.index), basis.version)) if is_written else state


def _built(source: _Source, basis: Basis) -> UserIndex:
    """Return an index that is made of the rows alone."""
    index, ranker = TopicIndex(source.embedder.background(), uuid.uuid4), Ranker()
    keys = source.shown()
    index.fill(read_features(source.user, source.embedder, keys))
    listed = _topics_of(source.user)
    rows = {key: index.make(key).row for key in listed}
    standing = source.standing(keys)
    nowhere = _Stand(None, Author.MACHINE)  # gone a moment ago
    stands = [standing.get(key, nowhere) if isinstance(key, UUID) else nowhere for key in index.keys]
    index.arrange(
        np.array([NOWHERE if one.topic is None else rows.get(one.topic, NOWHERE) for one in stands], dtype=np.int32),
        np.array([one.placed_by == Author.PERSON for one in stands], dtype=np.bool_),
    )
    index.sum_up()
    known = read_constraints(source.user, None)
    _bind(index, known.constraints, listed)
    by_hand = np.flatnonzero(index.settled.all & (index.rows.all != NOWHERE))
    for position in by_hand[-FIRST_LESSONS:].tolist():
        ranker.note(index, position, index.topic_of(position))
    ranker.fit()
    seeds = _seeds(source, index, {})
    return UserIndex(basis, source.model, index, ranker, known, basis.ideas - len(index), seeds)


def _brought_up_to_date(source: _Source, state: UserIndex, basis: Basis) -> UserIndex:
    """Carry out on an index what changed since. What is known of empty topics is taken out (`_seeded` puts it in)."""
    index, ranker = state.index, state.ranker
    changed = Idea.objects.filter(user=source.user).arranged_since(state.basis.version)
    standing = {key: _Stand(topic, by) for key, topic, by in changed.values_list("pk", "topic", "placed_by")}
    unseen = _drop_seeds(index) | {key for key in standing if key not in index.keys}
    is_as_told = (basis.hidden, basis.model) == (state.basis.hidden, state.basis.model)
    if not is_as_told or len(index) + state.outside + len(unseen) != basis.ideas:
        shown = source.shown()
        gone = {key for key in index.keys if isinstance(key, UUID) and key not in shown}
        for key in gone:
            ranker.forget(key)
        if gone:
            index = _without(index, gone, at_once=source.at_once)
        unseen = shown.difference(index.keys)
    if unseen:
        if source.at_once and not (source.is_loaded() and len(unseen) <= NEW_AT_ONCE_IDEAS):
            raise NotAtHand
        for features in read_features(source.user, source.embedder, unseen):
            index.add(features)
        standing |= source.standing(unseen - standing.keys())
    if index.space.laid_with != len(index) <= SMALL_IDEAS:
        index.lay_anew()
    listed = _topics_of(source.user)
    _arrange(index, ranker, standing, listed)
    # With an idea go the rows of what was said of it.
    known = read_constraints(source.user, state.known if index is state.index and is_as_told else None)
    _bind(index, known.constraints, listed)
    index.measure_cohesion()
    seeds = _seeds(source, index, state.seeds)
    return replace(state, basis=basis, index=index, known=known, outside=basis.ideas - len(index), seeds=seeds)


class _Stand(NamedTuple):
    """Where an idea stands, and who said so."""

    topic: UUID | None
    placed_by: str


class _Listed(NamedTuple):
    """A topic that is there."""

    named_by: str
    name: str
    sentence: str


def _topics_of(user: User) -> dict[UUID, _Listed]:
    """Return a user's topics, the oldest first."""
    rows = Topic.objects.of(user).order_by("created_at", "pk").values_list("pk", *_Listed._fields)
    return {key: _Listed(*row) for key, *row in rows}


def _without(index: TopicIndex, gone: set[UUID], *, at_once: bool) -> TopicIndex:
    """Return an index without some ideas, and perhaps without some of those that came last. Raises NotAtHand."""
    index.graves = []
    first = min(index.position_of(key) for key in gone)
    if first >= max(index.put_up_with, len(index) - TAIL_IDEAS):
        while len(index) > first:
            index.drop_last()
        return index
    if at_once and len(index) > AT_ONCE_IDEAS:
        raise NotAtHand
    return index.only(np.array([key not in gone for key in index.keys]))


def _drop_seeds(index: TopicIndex) -> set[UUID]:
    """Take out what is known of empty topics by their names, and the ideas that came after it; returns these."""
    seeds = [index.keys.find(("about", key)) for key in index.topics]
    first = min((position for position in seeds if position is not None), default=len(index))
    dropped = [key for key in index.keys[first:] if isinstance(key, UUID)]
    while len(index) > first:
        index.drop_last()
    return set(dropped)


def _seeds(source: _Source, index: TopicIndex, known: dict[UUID, Seed]) -> dict[UUID, Seed]:
    """Return by what each topic is known that a person made and that is empty: its name, and what they said of it."""
    bare = {key for key, topic in index.topics.items() if not topic.members}
    if not bare:
        return {}
    named = {key: one for key, one in _topics_of(source.user).items() if one.named_by == Author.PERSON}
    about = {key: f"{one.name}. {one.sentence}".strip() for key, one in named.items() if key in bare}
    seeds = {key: known[key] for key, text in about.items() if key in known and known[key].text == text}
    lacking = about.keys() - seeds.keys()
    if lacking and source.at_once and not source.is_loaded():
        raise NotAtHand
    for key in sorted(lacking):
        (vector,) = source.embedder.embed([about[key]])
        seeds[key] = Seed(about[key], vector, words_of(about[key], "en", source.embedder.rarity))
    return seeds


def _seeded(state: UserIndex) -> UserIndex:
    """Put in what is known of empty topics, as ideas that a person put there."""
    for key, (_, vector, words) in sorted(state.seeds.items()):
        seed = IdeaFeatures(("about", key), vector, words)
        settle_idea(state.index, state.index.add(seed), key)
    return state


def _arrange(index: TopicIndex, ranker: Ranker, standing: dict[UUID, _Stand], listed: Collection[UUID]) -> None:
    """Let ideas stand where the rows say, and the topics be those that are listed; what a person decided is learned."""
    new = set(listed).difference(index.topics)
    for key in listed:
        if key in new:
            index.make(key)
    grown = set[Key | None]()
    is_taken_back = False
    for idea, (topic, placed_by) in standing.items():
        if (position := index.keys.find(idea)) is None:
            continue
        home = topic if topic in index.topics else None
        before = index.topic_of(position)
        if placed_by != Author.PERSON or home is None:
            is_taken_back |= ranker.forget(idea)
        elif not index.settled[position] or (before != home and (before is None or before in listed)):
            # Where it stood before was merged into where it stands now: nobody decided anew.
            is_first = index.topics[home].members in ([], [position])
            if not is_first or home in new:
                ranker.note(index, position, None if is_first else home)
        index.stand(position, home, by_person=placed_by == Author.PERSON)
        if before != home:
            grown.add(home)
    index.leave_only(listed)
    index.restore_order(grown)
    _note_first(index, ranker, grown)
    if is_taken_back or ranker.is_due:
        ranker.fit()


def _note_first(index: TopicIndex, ranker: Ranker, grown: Collection[Key | None]) -> None:
    """Learn from what was put into an empty topic, now that there is something else to compare it to."""
    for key in index.topics.keys() & grown:
        members = index.topics[key].members
        if len(members) == 2:  # noqa: PLR2004 - the first, and something else
            for position in members:
                if index.settled[position] and index.keys[position] not in ranker.lessons:
                    ranker.note(index, position, key)


def _bind(index: TopicIndex, said: Constraints, listed: dict[UUID, _Listed]) -> None:
    """Let hold what is not to be seen from where ideas stand now. Of ideas of deleted memos nothing is known here."""
    rows = index.rows.all
    by_hand = np.bincount(rows[index.settled.all & (rows != NOWHERE)], minlength=len(index.by_row))
    for key, topic in index.topics.items():
        is_named = isinstance(key, UUID) and listed[key].named_by == Author.PERSON
        topic.touched = is_named or key in said.touched or bool(by_hand[topic.row])
    barred = ((index.keys.find(idea), keys) for idea, keys in said.barred.items() if keys)
    index.barred = {position: set(keys) for position, keys in barred if position is not None}
    index.apart, index.whole = set(said.apart), set(said.whole)
    index.graves = []
    for members in said.buried.values():
        found = (index.keys.find(idea) for idea in members)
        index.bury(position for position in found if position is not None)
