"""Clearing away what nobody got a receipt for: the traces of a connection, a server or a power supply that failed."""

import random
import time
from collections.abc import Iterable
from pathlib import Path

from capture import storage
from capture.models import Memo

LEFTOVER_SECONDS = 24 * 60 * 60
"""Longer than any upload takes: what is younger may still be under way."""


def sweep_leftovers() -> int:
    """Remove old files that never became a memo, and return how many.

    Of the 256 audio folders one is looked at each time, so that a round costs nothing that anybody would notice.
    """
    before = time.time() - LEFTOVER_SECONDS
    unkept = list(_older(storage.incoming_folder(), before))
    folders = list(storage.audio_folder().iterdir())
    if folders:
        unkept += _without_memo(random.choice(folders), before)  # noqa: S311 - not a secret
    for file in unkept:
        file.unlink(missing_ok=True)
    return len(unkept)


def _older(folder: Path, before: float) -> Iterable[Path]:
    return (file for file in folder.iterdir() if file.stat().st_mtime < before)


def _without_memo(folder: Path, before: float) -> list[Path]:
    """Return old originals whose row was never committed, or is gone, and the playback copies of such."""
    paths = {file: f"{folder.name}/{file.name.partition('.')[0]}" for file in _older(folder, before)}
    kept = set(Memo.objects.filter(path__in=set(paths.values())).values_list("path", flat=True))
    return [file for file, path in paths.items() if path not in kept]
