"""The rows of a user that their index of topics is made from, and what is asked of them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from capture.models import Memo, User
from insights.core.embedding.protocol import Embedder
from insights.core.topics.decisions import IdeaPlace
from insights.models import Arrangement, Author, Correction, Idea, IdeaQuerySet, Topic
from insights.services import embedders
from insights.services.idea_features import BATCH_KEYS


class NotAtHand(Exception):
    """A worker has to make the index's file ready first: that takes too long for a page, and too much memory."""


class Basis(NamedTuple):
    """The state of the rows that an index was made from: it is current while they are the same. ideas: hidden ones too.

    hidden: memos whose deletion can still be undone, and when they were deleted. dated: those of which a person said
    when they were spoken, and when that was: an index has its ideas in the order in which they were spoken.
    """

    version: int
    model: str
    ideas: int
    hidden: frozenset[tuple[UUID, datetime | None]]
    dated: frozenset[tuple[UUID, datetime]] = frozenset()


class ListedTopic(NamedTuple):
    """What a user's list of topics has of one."""

    named_by: str
    name: str
    sentence: str


@dataclass
class UserRows:
    """The rows of a user, and the embedder, which is loaded only where something is to be compared anew.

    model: by whose vectors ideas are compared. at_once: a page waits, so raise NotAtHand rather than take long or load
    the embedder.
    """

    user: User
    model: str
    loaded: Embedder | None = None
    at_once: bool = False

    def load_embedder(self) -> Embedder:
        """Return the embedder of the model; loads it the first time."""
        if self.loaded is None:
            self.loaded = embedders.load_embedder(self.model)
            self.loaded.background()
        return self.loaded

    def ensure_basis(self) -> Basis:
        """Return the state of the rows now; adds the user's arrangement where there is none yet."""
        # The version is read first: whatever changes after that makes the write fail.
        arrangement, _ = Arrangement.objects.get_or_create(user=self.user)
        ideas = Idea.objects.filter(user=self.user).unreplaced().count()
        hidden = Memo.objects.hidden(self.user).values_list("pk", "deleted_at")
        dated = Memo.objects.dated_by_hand(self.user).values_list("pk", "recorded_at")
        return Basis(arrangement.version, arrangement.vector_model, ideas, frozenset(hidden), frozenset(dated))

    def visible_ideas(self) -> set[UUID]:
        """Return the ideas that a person may see and that can be compared."""
        return set(Idea.objects.of(self.user).with_vectors_of(self.model).values_list("pk", flat=True))

    def places_of(self, keys: Collection[UUID]) -> dict[UUID, IdeaPlace]:
        """Return where some ideas stand."""
        ideas = Idea.objects.filter(user=self.user)
        rows = ideas.filter(pk__in=keys) if len(keys) <= BATCH_KEYS else ideas
        return {key: place for key, place in _read_places(rows) if key in keys}

    def places_changed_since(self, version: int) -> dict[UUID, IdeaPlace]:
        """Return where the ideas stand that came to stand there by a version of the arrangement or later."""
        changed = Idea.objects.filter(user=self.user).unreplaced().arranged_since(version)
        return dict(_read_places(changed))

    def topics(self) -> dict[UUID, ListedTopic]:
        """Return the user's topics, the oldest first."""
        rows = Topic.objects.of(self.user).order_by("created_at", "pk").values_list("pk", *ListedTopic._fields)
        return {key: ListedTopic(*row) for key, *row in rows}

    def last_correction(self) -> list[Any]:
        """Return key and time of what the user said last: another database with this user has other corrections."""
        last = Correction.objects.of(self.user).order_by("pk").values_list("pk", "at").last()
        return [last[0], last[1].isoformat()] if last else []

    def has_correction(self, last: list[Any]) -> bool:
        """Return whether what `last_correction` returned once is still there; where that was nothing, it is."""
        return not last or Correction.objects.of(self.user).filter(pk=last[0], at=last[1]).exists()


def _read_places(ideas: IdeaQuerySet) -> Iterator[tuple[UUID, IdeaPlace]]:
    for key, topic, placed_by, is_doubtful in ideas.values_list("pk", "topic", "placed_by", "is_doubtful"):
        # What is doubtful waits for a person, as what they left unsorted does: it founds nothing, and joins nothing.
        is_left_alone = is_doubtful and topic is None
        yield key, IdeaPlace(topic, by_person=placed_by == Author.PERSON or is_left_alone)
