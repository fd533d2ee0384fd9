"""The files met in a watched folder, recorded by size and time: an unchanged file is not read again."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

from capture.models import WatchedFile, WatchedFolder
from capture.sources.watched.walk import MAX_WATCHED_FILES, FileLook, SeenFile, walk_watched_folder

T = TypeVar("T")

STILL_SECONDS = 5.0
"""What changed within this time may still be growing."""
FILE_RETRY_DELAY = timedelta(minutes=5)
"""What could not be taken for now is tried again after this time."""
BATCH_ROWS = 500
"""Rows that are written at a time: uploads wait for each batch, and none of them for long."""
MAX_WATCHED_NAME_CHARACTERS = 1000


class DueFile(NamedTuple):
    """A file that keeps still, its row, and since when it does, in seconds."""

    seen: SeenFile
    row: int
    still_seconds: float


class _Row(NamedTuple):
    pk: int
    name: str
    size: int
    modified_ns: int
    met_at: datetime
    is_done: bool
    problem: str


class TrackedFiles(NamedTuple):
    """What a look into a folder found. saw_all: whether there were not too many files to look at each."""

    due: list[DueFile]
    saw_all: bool


def record_met_files(folder: WatchedFolder, descriptor: int, now: datetime) -> TrackedFiles:
    """Record what is new or has changed below an open folder, and return the files that may be taken.

    Raises OSError where the folder cannot be read.
    """
    rows = {row.name: row for row in map(_Row._make, folder.files.values_list(*_Row._fields))}
    due: list[DueFile] = []
    changed: list[WatchedFile] = []
    everything = list(walk_watched_folder(descriptor))
    for seen in everything:
        name = storable_watched_name(seen.name)
        row = rows.pop(name, None)
        if row is None or FileLook(row.size, row.modified_ns) != seen.look:
            changed.append(_new_row(folder, name, seen, now))
        elif not row.is_done and not seen.problem and _keeps_still(row, now):
            due.append(DueFile(seen, row.pk, _still_seconds(row, now)))
    _upsert_rows(changed)
    saw_all = len(everything) < MAX_WATCHED_FILES
    if saw_all:
        _delete_rows([row.pk for row in rows.values() if row.problem or not row.is_done])
    return TrackedFiles(sorted(due, key=lambda one: one.seen.look.modified_ns), saw_all)


def storable_watched_name(name: str) -> str:
    """Return a name as the database can keep it, and no other name's: shorter, and without what is no text."""
    text = name.encode("utf-8", "backslashreplace").decode()
    if len(text) <= MAX_WATCHED_NAME_CHARACTERS:
        return text
    told_apart = hashlib.sha256(text.encode()).hexdigest()[:16]
    return f"{text[: MAX_WATCHED_NAME_CHARACTERS - 20]}... {told_apart}"


def _new_row(folder: WatchedFolder, name: str, seen: SeenFile, now: datetime) -> WatchedFile:
    return WatchedFile(
        folder=folder,
        name=name,
        size=seen.look.size,
        modified_ns=seen.look.modified_ns,
        met_at=now,
        is_done=bool(seen.problem),
        problem=seen.problem,
    )


def _keeps_still(row: _Row, now: datetime) -> bool:
    known_for = now - row.met_at
    age = now.timestamp() - row.modified_ns / 1e9
    is_fresh = 0 <= age < STILL_SECONDS  # a time to come is a clock that is wrong, and says nothing
    return known_for >= (FILE_RETRY_DELAY if row.problem else timedelta(seconds=STILL_SECONDS)) and not is_fresh


def _still_seconds(row: _Row, now: datetime) -> float:
    """Return since when a file has not changed: since it was met, or by its own time, where that is no time to come."""
    return max((now - row.met_at).total_seconds(), now.timestamp() - row.modified_ns / 1e9)


def _upsert_rows(rows: Sequence[WatchedFile]) -> None:
    for batch in _batches(rows):
        WatchedFile.objects.bulk_create(
            batch,
            update_conflicts=True,
            unique_fields=["folder", "name"],
            update_fields=["size", "modified_ns", "met_at", "is_done", "problem", "problem_values"],
        )


def _delete_rows(gone: Sequence[int]) -> None:
    """Delete the rows of files that are gone; rows of memos stay, for the folder may only be away."""
    for batch in _batches(gone):
        WatchedFile.objects.filter(pk__in=batch).delete()


def _batches(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    return (rows[start : start + BATCH_ROWS] for start in range(0, len(rows), BATCH_ROWS))
