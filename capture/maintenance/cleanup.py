"""Removing what nobody got a receipt for: what failed connections, servers and power supplies leave."""

import hashlib
import logging
import os
import time
import uuid
from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import datetime
from typing import BinaryIO
from zoneinfo import ZoneInfo

from django.utils import timezone

from capture.core.dates.files import date_of_open_file
from capture.core.errors import Refusal
from capture.maintenance.leftovers import record_leftovers
from capture.models import Memo, Source, Tombstone, User
from capture.services.deduplication import CLAIMED_PREFIX, keyed_sha256
from capture.services.ingest import Sent, ingest_recording
from capture.services.recordings import unclaimed_recordings
from capture.storage import stores
from capture.storage.filesystem import ensure_incoming_folder
from capture.storage.incoming import Incoming, has_writer, open_incoming
from capture.storage.protocol import PLAYBACK_SUFFIX, Store
from capture.storage.state import storage_state
from capture.tus.cleanup import delete_expired_uploads, delete_stray_files
from capture.tus.finish import finish_left_uploads

log = logging.getLogger(__name__)

LEFTOVER_SECONDS = 10 * 60
"""From its last byte to the commit of its row a recording needs less by far."""
ARRIVAL_SECONDS = 24 * 60 * 60
"""Longer than any upload takes, as far as its process still runs; what a dead one left goes at once."""
UNCLAIMED_SECONDS = 30 * 24 * 60 * 60
"""How long the only copy of something is kept of which nobody knows whose it is."""
READ_BYTES = 256 * 1024


def delete_leftovers(reserved: Collection[str] = ()) -> int:
    """Delete or claim files that belong to no memo, and return how many.

    reserved: paths of recordings whose rows are still to be written. Of the 256 audio folders some are looked at each
    time, so that a round costs nothing that anybody would notice.
    """
    before = time.time() - LEFTOVER_SECONDS
    return _delete_files(before) + sum(_settle_orphans(store, before, reserved) for store in stores.stores())


def delete_leftovers_of_last_run(reserved: Collection[str] = ()) -> int:
    """Do the same for all of the data folder, however young, while no service runs on it; return how many."""
    now = time.time()
    return _delete_files(now) + _settle_orphans(stores.data_folder_store(), now, reserved, everywhere=True)


def _delete_files(before: float) -> int:
    files = _delete_abandoned(before) + delete_stray_files(before) + _delete_known_unclaimed()
    record_leftovers(files, is_claimed=False)
    return files


def finish_or_delete_uploads(now: datetime) -> int:
    """Finish complete uploads that a failure left, delete expired ones, and return how many were deleted."""
    finish_left_uploads(now)
    return delete_expired_uploads(now)


def _delete_known_unclaimed() -> int:
    """Delete what lies in `unclaimed/` and is a memo, was deleted as one, or lies there too long; return how many."""
    swept, too_old = 0, time.time() - UNCLAIMED_SECONDS
    digests = storage_state().unclaimed_digests
    for file in unclaimed_recordings():
        with suppress(FileNotFoundError):
            if file not in digests:
                with file.open("rb") as opened:
                    digests[file] = hashlib.file_digest(opened, "sha256").hexdigest()
            if file.stat().st_mtime < too_old or _is_known(digests[file]):
                file.unlink()
                swept += 1
    return swept


def _delete_abandoned(before: float) -> int:
    """Delete what was arriving by processes that are gone, and return how many files that were.

    before: a time of the epoch; what is older goes where its name does not say who writes it.
    """
    swept = 0
    long_ago = time.time() - ARRIVAL_SECONDS
    for file in ensure_incoming_folder().iterdir():
        with suppress(FileNotFoundError):  # kept, or removed, just now
            is_written = has_writer(file)
            if is_written is False or file.stat().st_mtime < (long_ago if is_written else before):
                file.unlink()
                swept += 1
    return swept


def _settle_orphans(store: Store, before: float, reserved: Collection[str], *, everywhere: bool = False) -> int:
    swept = 0
    try:
        for orphan in _orphans(store.old(before, everywhere=everywhere), reserved):
            with suppress(FileNotFoundError):  # its deletion was just being finished
                _settle_orphan(store, orphan)
            swept += 1
    except Refusal as refusal:
        log.warning("Leftovers stay for another round (%s)", refusal.code)
    return swept


def _orphans(old: Iterable[str], reserved: Collection[str]) -> list[str]:
    """Return old files, originals and playback copies, whose row was never committed or is gone."""
    paths = {file: file.removesuffix(PLAYBACK_SUFFIX) for file in old}
    kept = set(Memo.objects.filter(path__in=set(paths.values())).values_list("path", flat=True))
    return [file for file, path in paths.items() if path not in kept and path not in reserved]


def _settle_orphan(store: Store, orphan: str) -> None:
    """Let a file become a memo of whoever sent it, or remove it where it is one or was deleted as one.

    A database that was put back to an older day knows nothing of later memos, and somebody has receipts for them. A
    file of which nobody knows whose it is, and that lies nowhere else, is put aside. Raises Refusal.
    """
    if orphan.endswith(PLAYBACK_SUFFIX):
        store.remove(orphan, and_playback=False)
        return
    is_claimed = False
    try:
        with store.opened(orphan, lambda: None) as file, open_incoming() as arriving:
            while chunk := file.read(READ_BYTES):
                arriving.write(chunk)
            if sender := _sender(orphan):
                is_claimed = _claim(sender, file, arriving)
            elif stores.sender_of(orphan) is None and not _is_known(arriving.sha256):
                store.put_aside(orphan)
                return
    except Refusal as refusal:
        if refusal.concerns_all:
            raise
        store.put_aside(orphan)  # a recording of before, which today would not be one
        return
    record_leftovers(1, is_claimed=is_claimed)
    if not Memo.objects.filter(path=orphan).exists():  # whoever slept between rename and commit woke up meanwhile
        store.remove(orphan)


def _claim(sender: User, file: BinaryIO, arriving: Incoming) -> bool:
    """Let bytes become a memo of whoever sent them, and return whether they did: they may be one, or deleted as one.

    file: in which they lay. Raises Refusal.
    """
    now = timezone.now()
    modified = os.fstat(file.fileno()).st_mtime
    file.seek(0)
    found = date_of_open_file("", file, modified, ZoneInfo(sender.time_zone), now)
    sent = Sent(client_id=f"{CLAIMED_PREFIX}{uuid.uuid4()}", recorded_at=found.at.isoformat())
    return bool(arriving.bytes) and ingest_recording(sender, None, Source.API, arriving, sent).created


def _is_known(sha256: str) -> bool:
    """Return whether bytes are a memo of anybody's, or were deleted as one."""
    deleted = Tombstone.objects.filter(sha256_keyed=keyed_sha256(sha256))
    return deleted.exists() or Memo.objects.with_seen_originals().filter(sha256=sha256).exists()


def _sender(orphan: str) -> User | None:
    """Return who sent a file: by its name, or because there is nobody else; or None."""
    user_id = stores.sender_of(orphan)
    if user_id is not None:
        return User.objects.filter(pk=user_id).first()
    everybody = list(User.objects.all()[:2])
    return everybody[0] if len(everybody) == 1 else None
