"""Clearing away what nobody got a receipt for: the traces of a connection, a server or a power supply that failed."""

import hashlib
import random
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from capture import storage
from capture.models import Memo, Tombstone
from capture.receiving import keyed
from capture.resumable.finishing import finish_left
from capture.resumable.forgetting import forget_expired, forget_strays

LEFTOVER_SECONDS = 24 * 60 * 60
"""Longer than any upload takes: what is younger may still be under way."""


def sweep_leftovers() -> int:
    """Clear away old files that belong to no memo, and return how many.

    Of the 256 audio folders one is looked at each time, so that a round costs nothing that anybody would notice.
    """
    before = time.time() - LEFTOVER_SECONDS
    arrived = list(_older(storage.incoming_folder(), before))
    for file in arrived:
        file.unlink(missing_ok=True)
    folders = [folder for folder in storage.audio_folder().iterdir() if folder.is_dir()]
    orphans = _without_memo(random.choice(folders), before) if folders else []  # noqa: S311 - not a secret
    for orphan in orphans:
        with suppress(FileNotFoundError):  # its deletion was just being finished
            _clear_away(orphan)
    return len(arrived) + len(orphans) + forget_strays(before)


def sweep_uploads(now: datetime) -> int:
    """Finish resumable uploads that were kept from it, remove those whose time is over, and return how many."""
    finish_left(now)
    return forget_expired(now)


def _older(folder: Path, before: float) -> Iterable[Path]:
    for file in folder.iterdir():
        with suppress(FileNotFoundError):  # kept, or removed, just now
            if file.stat().st_mtime < before:
                yield file


def _without_memo(folder: Path, before: float) -> list[Path]:
    """Return old files, originals and playback copies, whose row was never committed or is gone."""
    paths = {file: f"{folder.name}/{file.name.partition('.')[0]}" for file in _older(folder, before)}
    kept = set(Memo.objects.filter(path__in=set(paths.values())).values_list("path", flat=True))
    return [file for file, path in paths.items() if path not in kept]


def _clear_away(orphan: Path) -> None:
    """Remove what was deleted, or is here twice. What only this file holds is put aside and never removed.

    A database that was put back to an older day knows nothing of later memos, and somebody has receipts for them.
    """
    if orphan.suffix == storage.PLAYBACK_SUFFIX or _is_known(orphan):
        orphan.unlink(missing_ok=True)
    else:
        orphan.rename(storage.unclaimed_folder() / orphan.name)


def _is_known(orphan: Path) -> bool:
    with orphan.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    is_deleted = Tombstone.objects.filter(sha256_keyed=keyed(sha256)).exists()
    return is_deleted or Memo.objects.filter(sha256=sha256).exists()
