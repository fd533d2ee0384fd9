"""Removing what nobody got a receipt for: what failed connections, servers and power supplies leave."""

import hashlib
import logging
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from capture.core.errors import Refusal
from capture.models import Memo, Tombstone, User
from capture.services.deduplication import keyed_sha256
from capture.storage import stores
from capture.storage.filesystem import ensure_incoming_folder
from capture.storage.folder import files_older_than
from capture.storage.protocol import PLAYBACK_SUFFIX, Store
from capture.tus.cleanup import delete_expired_uploads, delete_stray_files
from capture.tus.finish import finish_left_uploads

log = logging.getLogger(__name__)

LEFTOVER_SECONDS = 24 * 60 * 60
"""Longer than any upload takes: what is younger may still be under way."""


def delete_leftovers() -> int:
    """Delete old files that belong to no memo, and return how many.

    Of the 256 audio folders one is looked at each time, so that a round costs nothing that anybody would notice.
    """
    before = time.time() - LEFTOVER_SECONDS
    arrived = list(files_older_than(ensure_incoming_folder(), before))
    for file in arrived:
        file.unlink(missing_ok=True)
    return len(arrived) + sum(_delete_orphans(store, before) for store in stores.stores()) + delete_stray_files(before)


def finish_or_delete_uploads(now: datetime) -> int:
    """Finish complete uploads that a failure left, delete expired ones, and return how many were deleted."""
    finish_left_uploads(now)
    return delete_expired_uploads(now)


def _delete_orphans(store: Store, before: float) -> int:
    swept = 0
    try:
        for orphan in _orphans(store.old(before)):
            with suppress(FileNotFoundError):  # its deletion was just being finished
                _remove_or_put_aside(store, orphan)
            swept += 1
    except Refusal as refusal:
        log.warning("Leftovers stay for another round (%s)", refusal.code)
    return swept


def _orphans(old: Iterable[str]) -> list[str]:
    """Return old files, originals and playback copies, whose row was never committed or is gone."""
    paths = {file: file.removesuffix(PLAYBACK_SUFFIX) for file in old}
    kept = set(Memo.objects.filter(path__in=set(paths.values())).values_list("path", flat=True))
    return [file for file, path in paths.items() if path not in kept]


def _remove_or_put_aside(store: Store, orphan: str) -> None:
    """Remove a file whose memo was deleted or that is here twice. The only copy of something is put aside instead.

    A database that was put back to an older day knows nothing of later memos, and somebody has receipts for them.
    """
    if orphan.endswith(PLAYBACK_SUFFIX) or _is_accounted_for(store, orphan):
        store.remove(orphan)
    else:
        store.put_aside(orphan)


def _is_accounted_for(store: Store, orphan: str) -> bool:
    """Return whether these bytes were deleted, or every user has them: nothing says whose file it is."""
    found = hashlib.sha256()
    with store.opened(orphan, lambda: None) as file:
        while chunk := file.read(256 * 1024):
            found.update(chunk)
    sha256 = found.hexdigest()
    if Tombstone.objects.filter(sha256_keyed=keyed_sha256(sha256)).exists():
        return True
    return not User.objects.exclude(memos__sha256=sha256).exists()
