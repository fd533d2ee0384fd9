"""Deleting old originals, where the owner of the machine asks for that: their playback copies stay."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from capture.models import Memo
from capture.storage import stores
from capture.storage.protocol import playback_path_of

BATCH_MEMOS = 100


def delete_old_originals(heard: QuerySet[Memo], before: datetime) -> int:
    """Delete the originals of memos received before a time whose playback copies are there; return how many.

    heard: memos that have been written down well. Raises StoreUnreachable.
    """
    due = heard.filter(received_at__lt=before, original_gone_at=None, deleted_at=None).order_by("received_at")
    return sum(_delete_original(memo) for memo in due[:BATCH_MEMOS])


def _delete_original(memo: Memo) -> bool:
    try:
        has_copy = stores.find_stored(playback_path_of(memo.path)).size > 0
    except FileNotFoundError:
        return False
    # Said before it is done: a receipt is asked of the row, and must not fall between the two.
    if has_copy and Memo.objects.filter(pk=memo.pk, original_gone_at=None).update(original_gone_at=timezone.now()):
        stores.remove_original(memo.path)
        return True
    return False
