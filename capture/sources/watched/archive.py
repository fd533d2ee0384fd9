"""Moving a taken file into the folder `done`: just the file that was read, and over no other."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import PurePosixPath

from capture.sources.safe_open import FOLDER_FLAGS, PASSING_FLAGS, open_below
from capture.sources.watched.ingest import NotAsMet, refuse_unless_as_met
from capture.sources.watched.walk import DONE_FOLDER, SeenFile


def move_to_done(folder: int, seen: SeenFile, read: os.stat_result) -> None:
    """Move a file that was taken below `done`, into the folders in which it lay. read: of it, when it was.

    Raises OSError where it cannot be moved, and NotAsMet, with the file in its place, where it is another by now.
    """
    *within, name = seen.parts
    with open_below(folder, within or ["."], PASSING_FLAGS) as here, _open_done_folder(folder, within) as done:
        _refuse_another_file(os.stat(name, dir_fd=here, follow_symlinks=False), seen, read)
        there = _move_to_free_name(name, here, done)
        try:
            _refuse_another_file(os.stat(there, dir_fd=done, follow_symlinks=False), seen, read)
        except NotAsMet:  # somebody put another in its place in that instant, and nobody has read it
            _move_to_free_name(there, done, here)
            raise


def _refuse_another_file(found: os.stat_result, seen: SeenFile, read: os.stat_result) -> None:
    if not os.path.samestat(refuse_unless_as_met(found, seen), read):
        raise NotAsMet


@contextmanager
def _open_done_folder(folder: int, within: list[str]) -> Iterator[int]:
    """Give the folder below `done` that answers to one below the watched folder, making what is missing."""
    place = [DONE_FOLDER, *within]
    for depth, name in enumerate(place):
        with open_below(folder, place[:depth] or ["."], PASSING_FLAGS) as parent, suppress(FileExistsError):
            os.mkdir(name, dir_fd=parent)
    with open_below(folder, place, FOLDER_FLAGS) as done:
        yield done


def _move_to_free_name(name: str, source: int, target: int) -> str:
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
