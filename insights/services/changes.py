"""What came, changed or went since a program last asked, by a cursor; see `insights.models.changes`."""

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet

from capture.core.errors import Refusal
from capture.models import Memo, Sit, User
from capture.services.paging import read_cursor, write_cursor
from capture.services.read_memos import memo_rows, memos_with_device, sit_rows
from insights.models import Change, ChangedKind, ChangeFeed, ChangeNote, Idea, Topic
from insights.services.read_ideas import idea_rows, topic_row

LISTING = "changes"
NOTES_AT_ONCE = 400
"""So many notes get their numbers in one transaction, which takes some milliseconds."""
Row = dict[str, Any]


class ChangePage(NamedTuple):
    """Changes in their order, the cursor behind them, and whether there are more."""

    rows: list[Row]
    cursor: str
    has_more: bool


def changes_since(user: User, cursor: str | None, limit: int) -> ChangePage:
    """Return what changed since a cursor, each thing once, as it is now. None: since ever.

    Nothing is told of hidden topics and their ideas but that they are gone. Raises Refusal: 400 for a foreign cursor,
    410 for one of before a backup was restored.
    """
    feed, _is_new = ChangeFeed.objects.get_or_create(user=user)
    after = _number_of(user, feed, cursor)
    _number_notes(user)
    found = list(Change.objects.filter(user=user, number__gt=after).order_by("number")[: limit + 1])
    page = found[:limit]
    has_more = len(found) > limit or ChangeNote.objects.filter(user=user).exists()
    last = page[-1].number if page else after
    return ChangePage(list(_told(user, page, after)), write_cursor(user, LISTING, [feed.key.hex, last]), has_more)


def _number_of(user: User, feed: ChangeFeed, cursor: str | None) -> int:
    if not cursor:
        return 0
    key, number = read_cursor(user, LISTING, cursor)
    if key != feed.key.hex:
        raise Refusal("cursor-over")
    return int(number)


def count_long_feeds() -> int:
    """Return of how many users more was noted than a request numbers."""
    return len(_long_feeds())


def number_long_feeds() -> bool:
    """Number what was noted of users whose programs do not ask. Returns whether there is more."""
    for user in User.objects.filter(pk__in=_long_feeds()):
        ChangeFeed.objects.get_or_create(user=user)
        _number_notes(user)
    return bool(_long_feeds())


def _long_feeds() -> list[int]:
    noted = ChangeNote.objects.filter(user__in=User.objects.all()).order_by().values("user")
    return list(noted.annotate(number=Count("pk")).filter(number__gt=NOTES_AT_ONCE).values_list("user", flat=True))


def _number_notes(user: User) -> None:
    """Give the oldest notes their numbers, all above any that was given: one request at a time does."""
    if not ChangeNote.objects.filter(user=user).exists():
        return
    with transaction.atomic():
        feed = ChangeFeed.objects.select_for_update().get(user=user)
        notes = list(ChangeNote.objects.filter(user=user).order_by("pk")[:NOTES_AT_ONCE])
        changed = dict.fromkeys((note.kind, note.object_id) for note in reversed(notes))
        numbered = [
            Change(user=user, kind=kind, object_id=key, number=number, first_number=number)
            for number, (kind, key) in enumerate(reversed(changed), feed.last_number + 1)
        ]
        Change.objects.bulk_create(
            numbered, update_conflicts=True, unique_fields=["user", "kind", "object_id"], update_fields=["number"]
        )
        ChangeNote.objects.filter(pk__in=[note.pk for note in notes]).delete()
        feed.last_number += len(numbered)
        feed.save(update_fields=["last_number"])


def _told(user: User, changes: Iterable[Change], after: int) -> Iterable[Row]:
    """Yield what is told of changes; of what came and went since the cursor, nothing."""
    changes = list(changes)
    there = _things(user, changes)
    for change in changes:
        is_new = change.first_number > after
        thing = there.get((change.kind, change.object_id))
        if thing or not is_new:
            what = "gone" if thing is None else "new" if is_new else "changed"
            yield {"kind": change.kind, "id": change.object_id, "change": what, "content": thing}


def _things(user: User, changes: Iterable[Change]) -> dict[tuple[str, UUID], Row]:
    """Return what is told of the things that are there, by kind and key: a fixed number of queries."""
    keys: dict[str, list[UUID]] = {kind: [] for kind in ChangedKind.values}
    for change in changes:
        keys[change.kind].append(change.object_id)
    ideas = Idea.objects.of(user).exclude(topic__hidden=True).for_reading()
    topics = Topic.objects.of(user).in_sight().filter(pk__in=keys[ChangedKind.TOPIC])
    rows = {
        ChangedKind.IDEA: idea_rows(user, list(ideas.filter(pk__in=keys[ChangedKind.IDEA]))),
        ChangedKind.TOPIC: [topic_row(user, topic) for topic in topics],
        ChangedKind.MEMO: memo_rows(user, list(memos_with_device(user).filter(pk__in=keys[ChangedKind.MEMO]))),
        ChangedKind.SIT: sit_rows(user, list(Sit.objects.of(user).filter(pk__in=keys[ChangedKind.SIT]))),
    }
    return {(kind, row["id"]): row for kind, found in rows.items() for row in found}


def begin_feeds_anew() -> None:
    """Let all who follow read all anew: what came after the backup that was restored is not known here."""
    things: dict[ChangedKind, QuerySet[Any]] = {
        ChangedKind.IDEA: Idea.objects.all(),
        ChangedKind.TOPIC: Topic.objects.all(),
        ChangedKind.MEMO: Memo.objects.all(),
        ChangedKind.SIT: Sit.objects.all(),
    }
    with transaction.atomic():
        for table in (Change, ChangeFeed, ChangeNote):
            table.objects.all().delete()
        for kind, found in things.items():
            keys = found.values_list("user", "pk")
            notes = [ChangeNote(user_id=user, kind=kind, object_id=key) for user, key in keys]
            ChangeNote.objects.bulk_create(notes, batch_size=NOTES_AT_ONCE)
