"""Polling of watched folders: what has stopped changing there becomes a memo."""

import errno
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone

from capture.core.errors import Refusal
from capture.core.problems import NO_PROBLEM, StoredProblem
from capture.models import WatchedFile, WatchedFolder
from capture.services.doors import Door, is_open
from capture.sources.safe_open import open_folder
from capture.sources.watched.archive import move_to_done
from capture.sources.watched.ingest import NotAsMet, ingest_watched_file
from capture.sources.watched.tracking import DueFile, record_met_files
from capture.sources.watched.volumes import VolumePlace, place_of_volume
from capture.sources.watched.walk import MAX_WATCHED_FILES

TAKING_SECONDS = 10.0
"""In each folder at a time; then it is the next one's turn."""
LOOKED_AT_INTERVAL = timedelta(minutes=1)

AWAY, NOT_MOVED = "folder-away", "not-moved"
"""Codes of capture.core.problems that others ask for."""


def poll_watched_folders() -> int:
    """Look once into each watched folder, take what is due, and return how many recordings were taken.

    A recording is taken at a later look than the one that met it, once it looks the same and has kept still. What was
    taken, or refused for good, is not read again until it changes. A restored copy looks into its own folders alone,
    until its owner says more. Raises django.db.Error.
    """
    folders = WatchedFolder.objects.filter(user__is_active=True).select_related("user")
    home = Path(settings.HOME).resolve()
    may_leave = is_open(Door.FOLDERS)
    due = [folder for folder in folders.order_by("pk") if may_leave or Path(folder.path).is_relative_to(home)]
    return sum(_poll_folder(folder) for folder in due)


def _poll_folder(folder: WatchedFolder) -> int:
    now = timezone.now()
    taken = 0
    try:
        with open_folder(_current_path(folder)) as descriptor:
            met = record_met_files(folder, descriptor, now)
            taken = _ingest_due_files(folder, descriptor, met.due)
        problem = NO_PROBLEM if met.saw_all else StoredProblem("folder-too-full", {"limit": MAX_WATCHED_FILES})
    except OSError as error:
        problem = StoredProblem("folder-closed" if error.errno in {errno.EACCES, errno.EPERM} else AWAY)
    except IntegrityError:  # somebody stopped watching it just now
        return taken
    if problem.code != folder.problem or folder.looked_at is None or now - folder.looked_at > LOOKED_AT_INTERVAL:
        WatchedFolder.objects.filter(pk=folder.pk).update(looked_at=now, **problem.columns())
    return taken


def _current_path(folder: WatchedFolder) -> Path:
    """Return where a folder is now. Raises OSError where it is on something that is not plugged in."""
    if not folder.volume:
        return Path(folder.path)
    path = place_of_volume(VolumePlace(folder.volume, folder.below))
    if path is None:
        raise FileNotFoundError(folder.path)
    return path


def _ingest_due_files(folder: WatchedFolder, descriptor: int, due: Sequence[DueFile]) -> int:
    """Take what is due for as long as it is this folder's turn and there is room, and return how many were taken."""
    until = time.monotonic() + TAKING_SECONDS
    taken = 0
    for one in due:
        try:
            problem = _ingest_and_move(folder, descriptor, one)
        except NotAsMet:
            continue
        except Refusal as refusal:
            _record_attempt(one, refusal.problem, is_done=not refusal.may_pass)
            if refusal.concerns_all:
                break
        except OSError:
            _record_attempt(one, StoredProblem("not-read"), is_done=False)
        else:
            _record_attempt(one, problem, is_done=True)
            taken += 1
        if time.monotonic() > until:
            break
    return taken


def _ingest_and_move(folder: WatchedFolder, descriptor: int, one: DueFile) -> StoredProblem:
    """Take a file, move it if that is wished, and return what hindered that."""
    read = ingest_watched_file(folder, descriptor, one)
    if folder.moves_done:
        try:
            move_to_done(descriptor, one.seen, read)
        except OSError:
            return StoredProblem(NOT_MOVED)
    return NO_PROBLEM


def _record_attempt(one: DueFile, problem: StoredProblem, *, is_done: bool) -> None:
    WatchedFile.objects.filter(pk=one.row).update(**problem.columns(), is_done=is_done, met_at=timezone.now())
