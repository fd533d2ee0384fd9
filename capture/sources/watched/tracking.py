"""What was met in a watched folder, remembered by size and time: what is as it was need not be read again."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

from capture.models import WatchedFile, WatchedFolder
from capture.sources.watched.walk import MOST_FILES, Look, Seen, walk

T = TypeVar("T")

STILL_SECONDS = 5.0
"""What changed within this time may still be growing."""
AGAIN = timedelta(minutes=5)
"""What could not be taken for now is tried again after this time."""
BATCH = 500
"""Rows that are written at a time: uploads wait for each batch, and none of them for long."""
NAME_LENGTH = 1000


class Due(NamedTuple):
    """A file that keeps still, and its row."""

    seen: Seen
    row: int


class _Row(NamedTuple):
    pk: int
    name: str
    size: int
    modified_ns: int
    met_at: datetime
    is_done: bool
    problem: str


class Met(NamedTuple):
    """What a look into a folder found. is_whole: whether there were not too many files to look at each."""

    due: list[Due]
    is_whole: bool


def meet(folder: WatchedFolder, descriptor: int, now: datetime) -> Met:
    """Look at each file below an open folder, remember what is new or has changed, and return what may be taken.

    Raises OSError where the folder cannot be read.
    """
    rows = {row.name: row for row in map(_Row._make, folder.files.values_list(*_Row._fields))}
    due: list[Due] = []
    changed: list[WatchedFile] = []
    everything = list(walk(descriptor))
    for seen in everything:
        name = storable(seen.name)
        row = rows.pop(name, None)
        if row is None or Look(row.size, row.modified_ns) != seen.look:
            changed.append(_new_row(folder, name, seen, now))
        elif not row.is_done and not seen.problem and _keeps_still(row, now):
            due.append(Due(seen, row.pk))
    _write(changed)
    is_whole = len(everything) < MOST_FILES
    if is_whole:
        _forget([row.pk for row in rows.values() if row.problem or not row.is_done])
    return Met(sorted(due, key=lambda one: one.seen.look.modified_ns), is_whole)


def storable(name: str) -> str:
    """Return a name as the database can keep it, and no other name's: shorter, and without what is no text."""
    text = name.encode("utf-8", "backslashreplace").decode()
    if len(text) <= NAME_LENGTH:
        return text
    told_apart = hashlib.sha256(text.encode()).hexdigest()[:16]
    return f"{text[: NAME_LENGTH - 20]}... {told_apart}"


def _new_row(folder: WatchedFolder, name: str, seen: Seen, now: datetime) -> WatchedFile:
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
    return known_for >= (AGAIN if row.problem else timedelta(seconds=STILL_SECONDS)) and not is_fresh


def _write(rows: Sequence[WatchedFile]) -> None:
    for batch in _batches(rows):
        WatchedFile.objects.bulk_create(
            batch,
            update_conflicts=True,
            unique_fields=["folder", "name"],
            update_fields=["size", "modified_ns", "met_at", "is_done", "problem"],
        )


def _forget(gone: Sequence[int]) -> None:
    """Forget files that are gone; of those that became memos it is remembered, should the folder only be away."""
    for batch in _batches(gone):
        WatchedFile.objects.filter(pk__in=batch).delete()


def _batches(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))
