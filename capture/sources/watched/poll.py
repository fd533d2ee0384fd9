"""Looking into watched folders: whatever keeps still there becomes a memo."""

import errno
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from django.db import IntegrityError
from django.utils import timezone

from capture.core.errors import Refusal
from capture.models import WatchedFile, WatchedFolder
from capture.sources.safe_open import opened_folder
from capture.sources.watched.archive import move
from capture.sources.watched.ingest import NotAsMet, take
from capture.sources.watched.tracking import Due, meet
from capture.sources.watched.walk import MOST_FILES

TAKING_SECONDS = 10.0
"""In each folder at a time; then it is the next one's turn."""
TOLD_EVERY = timedelta(minutes=1)

AWAY = "The folder is not there at the moment. It is looked into again as soon as it is."
CLOSED = "The folder may not be read. Give the service the right to, or stop watching it."
MANY = f"More than {MOST_FILES:,} files lie in this folder, and only so many are looked at. Move old ones elsewhere."
NOT_READ = "It could not be read. It is tried again later."
NOT_MOVED = "It is kept as a memo, but could not be moved into the folder `done`."


def look_into_watched_folders() -> int:
    """Look once into each watched folder, and return how many recordings were taken.

    A recording is taken at a later look than the one that met it, once it looks the same and has kept still. What was
    taken, or refused for good, is not read again until it changes. Raises django.db.Error.
    """
    folders = WatchedFolder.objects.filter(user__is_active=True).select_related("user")
    return sum(_look_into(folder) for folder in folders.order_by("pk"))


def _look_into(folder: WatchedFolder) -> int:
    now = timezone.now()
    taken = 0
    try:
        with opened_folder(Path(folder.path)) as descriptor:
            met = meet(folder, descriptor, now)
            taken = _take_each(folder, descriptor, met.due)
        problem = "" if met.is_whole else MANY
    except OSError as error:
        problem = CLOSED if error.errno in {errno.EACCES, errno.EPERM} else AWAY
    except IntegrityError:  # somebody stopped watching it just now
        return taken
    if problem != folder.problem or folder.looked_at is None or now - folder.looked_at > TOLD_EVERY:
        WatchedFolder.objects.filter(pk=folder.pk).update(looked_at=now, problem=problem)
    return taken


def _take_each(folder: WatchedFolder, descriptor: int, due: Sequence[Due]) -> int:
    """Take what is due for as long as it is this folder's turn and there is room, and return how many were taken."""
    until = time.monotonic() + TAKING_SECONDS
    taken = 0
    for one in due:
        try:
            problem = _take(folder, descriptor, one)
        except NotAsMet:
            continue
        except Refusal as refusal:
            _say(one, refusal.sentence, is_done=not refusal.may_pass)
            if refusal.may_pass:
                break
        except OSError:
            _say(one, NOT_READ, is_done=False)
        else:
            _say(one, problem, is_done=True)
            taken += 1
        if time.monotonic() > until:
            break
    return taken


def _take(folder: WatchedFolder, descriptor: int, one: Due) -> str:
    """Take a file, move it if that is wished, and return what hindered that."""
    read = take(folder.user, descriptor, one.seen)
    if folder.moves_done:
        try:
            move(descriptor, one.seen, read)
        except OSError:
            return NOT_MOVED
    return ""


def _say(one: Due, problem: str, *, is_done: bool) -> None:
    WatchedFile.objects.filter(pk=one.row).update(problem=problem, is_done=is_done, met_at=timezone.now())
