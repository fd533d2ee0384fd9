"""Moving what was taken into the folder `done`: just the file that was read, over nothing that lies there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import PurePosixPath

from capture.sources.safe_open import FOLDER, PASSING, opened
from capture.sources.watched.ingest import NotAsMet, check
from capture.sources.watched.walk import DONE, Seen


def move(folder: int, seen: Seen, read: os.stat_result) -> None:
    """Move a file that was taken below `done`, into the folders in which it lay. read: of it, when it was.

    Raises OSError where it cannot be moved, and NotAsMet, with the file in its place, where it is another by now.
    """
    *within, name = seen.parts
    with opened(folder, within or ["."], PASSING) as here, _done(folder, within) as done:
        _is_read(os.stat(name, dir_fd=here, follow_symlinks=False), seen, read)
        there = _rename(name, here, done)
        try:
            _is_read(os.stat(there, dir_fd=done, follow_symlinks=False), seen, read)
        except NotAsMet:  # somebody put another in its place in that instant, and nobody has read it
            _rename(there, done, here)
            raise


def _is_read(found: os.stat_result, seen: Seen, read: os.stat_result) -> None:
    if not os.path.samestat(check(found, seen), read):
        raise NotAsMet


@contextmanager
def _done(folder: int, within: list[str]) -> Iterator[int]:
    """Give the folder below `done` that answers to one below the watched folder, making what is missing."""
    place = [DONE, *within]
    for depth, name in enumerate(place):
        with opened(folder, place[:depth] or ["."], PASSING) as parent, suppress(FileExistsError):
            os.mkdir(name, dir_fd=parent)
    with opened(folder, place, FOLDER) as done:
        yield done


def _rename(name: str, source: int, target: int) -> str:
    """Move a file from one open folder to another under a name that is free there, and return that name."""
    stem, suffix = PurePosixPath(name).stem, PurePosixPath(name).suffix
    free, number = name, 1
    while True:
        try:
            # An empty file holds the name, for a rename asks nobody whether it may overwrite.
            os.close(os.open(free, os.O_WRONLY | os.O_CREAT | os.O_EXCL, dir_fd=target))
            break
        except FileExistsError:
            number += 1
            free = f"{stem} ({number}){suffix}"
    try:
        os.rename(name, free, src_dir_fd=source, dst_dir_fd=target)
    except OSError:
        os.unlink(free, dir_fd=target)
        raise
    return free
