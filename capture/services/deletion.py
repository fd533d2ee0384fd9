"""Deleting a memo: hidden at once, gone for good when its undo time is over, remembered only by a tombstone."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypedDict

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from capture.models import Memo, Tombstone, UnseenOriginal, User
from capture.services.deduplication import keyed_sha256, lock_identity
from capture.signals import memo_deleted
from capture.storage import stores


class TombstoneRow(TypedDict):
    """A tombstone outside of the database: who, and under which id."""

    user: str
    client_id: str
    sha256_keyed: str


def delete_memo(memo: Memo) -> None:
    """Hide a memo everywhere, at once."""
    Memo.objects.filter(pk=memo.pk, deleted_at=None).update(deleted_at=timezone.now())


def restore_memo(memo: Memo) -> None:
    """Undo a deletion, while there is still something to undo."""
    Memo.objects.filter(pk=memo.pk).update(deleted_at=None)


def purge_deleted(now: datetime) -> int:
    """Remove for good what was deleted longer ago than the undo time, and return how many memos that were."""
    gone = Memo.objects.past_undo(now - timedelta(seconds=settings.UNDO_SECONDS))
    return sum(_purge_memo(memo) for memo in gone)


def _purge_memo(memo: Memo) -> bool:
    with lock_identity(memo.user_id):
        still_deleted = Memo.objects.select_for_update(no_key=False).filter(pk=memo.pk, deleted_at=memo.deleted_at)
        if not still_deleted.exists():
            return False
        if not UnseenOriginal.objects.filter(memo=memo).exists():  # else the bytes may still come, for the first time
            _bury(memo)
        Memo.objects.filter(pk=memo.pk).delete()
        transaction.on_commit(lambda: stores.remove_recording(memo.path))
        transaction.on_commit(lambda: _announce_deleted(memo), robust=True)
    return True


def _bury(memo: Memo) -> None:
    hashed = keyed_sha256(memo.sha256)
    names = [memo.client_id, *memo.aliases.values_list("client_id", flat=True)]
    tombstones = [Tombstone(user_id=memo.user_id, client_id=name, sha256_keyed=hashed) for name in names]
    Tombstone.objects.bulk_create(tombstones, ignore_conflicts=True)


def _announce_deleted(memo: Memo) -> None:
    memo_deleted.send_robust(sender=Memo, id=memo.user_id)


def tombstone_rows() -> list[TombstoneRow]:
    """Return every tombstone, to be applied to an older copy of this database."""
    rows = Tombstone.objects.values_list("user__username", "client_id", "sha256_keyed")
    return [TombstoneRow(user=user, client_id=name, sha256_keyed=hashed) for user, name, hashed in rows]


def apply_tombstones(rows: Iterable[TombstoneRow]) -> int:
    """Delete again, for good, what was deleted after this copy was made. Returns how many memos that were."""
    long_ago = timezone.now() - timedelta(days=365)
    for row in rows:
        user = User.objects.filter(username=row["user"]).first()
        if user is None:
            continue
        buried = Memo.objects.filter(user=user, client_id=row["client_id"])
        if not buried.update(deleted_at=long_ago):
            Tombstone.objects.get_or_create(
                user=user, client_id=row["client_id"], defaults={"sha256_keyed": row["sha256_keyed"]}
            )
    return purge_deleted(timezone.now())
