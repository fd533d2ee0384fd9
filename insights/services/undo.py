"""Taking back what was said last: what it changed is as it was before; the rows of both stay."""

from collections import defaultdict
from itertools import count
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Lower
from django.utils import timezone

from capture.models import User
from insights.models import EDGE_KINDS, Author, Correction, CorrectionQuerySet, Idea, Proposal, Topic
from insights.services.correction_log import RowValues, bump_version

UPDATE_ROWS = 1000
"""Ideas whose keys stand in one question to the database."""
NAME_STEM_CHARACTERS = 110
"""Letters of a name that are kept before a number."""


def last_corrections(user: User) -> list[Correction]:
    """Return up to two corrections of the latest batch that can be undone."""
    undoable = Correction.objects.of(user).undoable().select_related("topic", "from_topic")
    last = undoable.last()
    # Where the edges of an idea were changed, all else of that click only follows.
    if last is None or last.kind in EDGE_KINDS:
        return [last] if last else []
    return list(undoable.filter(batch=last.batch)[:2])


def _last_undoable(user: User) -> CorrectionQuerySet:
    undoable = Correction.objects.of(user).undoable()
    last = undoable.last()
    return undoable.filter(batch=last.batch) if last else undoable.none()


def undo_batch(user: User, batch: UUID) -> bool:
    """Take back a user's latest click. Returns False, with nothing changed, where another one is the latest."""
    said = list(_last_undoable(user))
    with transaction.atomic():
        bump_version(user.pk)
        if not said or said[0].batch != batch or _last_undoable(user).last() != said[-1]:
            return False
        for table, restore in (("Topic", _restore_topics), ("Idea", _restore_ideas), ("Proposal", _restore_answers)):
            restore(user, {key: was for word in said for key, was in word.was(table).items()})
        Correction.objects.create(user=user, kind=Correction.Kind.UNDONE, batch=batch)
    return True


def _restore_topics(user: User, rows: RowValues) -> None:
    for key, was in rows.items():
        mine = Topic.objects.filter(user=user, pk=key)
        if was is None:
            # The machine may have put ideas into it since.
            Idea.objects.filter(topic__in=mine).update(topic=None, placed_by=Author.MACHINE)
            mine.update(deleted_at=timezone.now())
        elif topic := mine.first():
            _rename_conflicting(user, topic, was.get("name", topic.name))
            mine.update(**was)


def _rename_conflicting(user: User, topic: Topic, name: str) -> None:
    """Give another name to a topic to which the machine gave this one since."""
    named = Topic.objects.of(user).annotate(plain=Lower("name"))
    other = named.exclude(pk=topic.pk).filter(plain=Lower(Value(name))).first()
    if other is not None:
        names = (f"{name[:NAME_STEM_CHARACTERS]} {number}" for number in count(2))
        free = next(one for one in names if not named.filter(plain=Lower(Value(one))).exists())
        Topic.objects.filter(pk=other.pk).update(name=free)


def _restore_ideas(user: User, rows: RowValues) -> None:
    """Put ideas where they stood; into the topic that took in that one since, or nowhere if it is gone.

    Ideas that were made of others make room for these again. One that is erased is brought back by its own undoing.
    """
    alike: defaultdict[tuple[Any, ...], list[str]] = defaultdict(list)
    made = [key for key, was in rows.items() if was is None]
    Idea.objects.filter(user=user, pk__in=made).update(is_replaced=True)
    for key, was in rows.items():
        if was is not None:
            alike[was["topic_id"], was["placed_by"], was.get("is_replaced", False)].append(key)
    for (topic, placed_by, is_replaced), keys in alike.items():
        for some in range(0, len(keys), UPDATE_ROWS):
            ideas = Idea.objects.filter(user=user, pk__in=keys[some : some + UPDATE_ROWS], erased=None)
            ideas.update(topic=_current_topic(user, topic), placed_by=placed_by, is_replaced=is_replaced)


def _current_topic(user: User, key: str | None) -> UUID | None:
    topic = Topic.objects.filter(user=user, pk=key).first() if key else None
    while topic is not None and topic.merged_into_id is not None:
        topic = topic.merged_into
    return topic.pk if topic is not None and topic.deleted_at is None else None


def _restore_answers(user: User, rows: RowValues) -> None:
    for answered in Proposal.objects.filter(user=user, pk__in=list(rows)):
        # A split of the same topic may be asked again since.
        Proposal.objects.filter(topic=answered.topic_id, other=answered.other_id, answer="").delete()
        Proposal.objects.filter(pk=answered.pk).update(**(rows[str(answered.pk)] or {}))
