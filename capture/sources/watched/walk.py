"""What lies in a folder that somebody else fills: the files below it, and nothing that a link leads to."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import PurePosixPath
from typing import NamedTuple

from capture.sources.safe_open import FOLDER, opened

DONE = "done"
DEEPEST = 12
"""Folders within folders."""
MOST_FILES = 100_000
LINK = "It is a link. Only files that lie in the folder themselves are taken."
UNREADABLE = "It may not be read. Give the service the right to."
_UNFINISHED = {".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".download", ".opdownload"}
_NOBODYS = {"@eaDir", "#recycle", "$RECYCLE.BIN", "System Volume Information", "lost+found", "Thumbs.db", "desktop.ini"}


class Look(NamedTuple):
    """What a file looks like without being read: bytes, and nanoseconds since 1970 as far as the database counts."""

    size: int
    modified_ns: int


class Seen(NamedTuple):
    """A file as it was met. name: below the folder, as the system gives it; problem: why it is not to be taken."""

    name: str
    look: Look
    problem: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """The folders on the way, and the name."""
        return tuple(self.name.split("/"))


def look_of(found: os.stat_result) -> Look:
    """Return what a file looks like."""
    return Look(found.st_size, max(-(2**63), min(found.st_mtime_ns, 2**63 - 1)))


def is_left_alone(name: str) -> bool:
    """Return whether a name says that somebody is still at it, or that it is no person's file.

    Dotfiles, rsync's and Syncthing's among them; `~`, of editors and of Syncthing elsewhere; downloads under way.
    """
    return name[0] in ".~" or name in _NOBODYS or PurePosixPath(name).suffix.lower() in _UNFINISHED


def walk(folder: int) -> Iterator[Seen]:
    """Yield the files below an open folder; links and unreadable folders with their problem. `done` is left out.

    Raises OSError where the folder itself cannot be read.
    """
    waiting: list[tuple[str, ...]] = [()]
    left = MOST_FILES
    while waiting and left:
        within = waiting.pop()
        try:
            seen, folders = _look(folder, within)
        except FileNotFoundError:
            if not within:
                raise
            continue
        except OSError:
            if not within:
                raise
            seen, folders = [Seen("/".join(within), Look(0, 0), UNREADABLE)], []
        waiting += folders if len(within) < DEEPEST else []
        yield from seen[:left]
        left -= len(seen[:left])


def _look(folder: int, within: tuple[str, ...]) -> tuple[list[Seen], list[tuple[str, ...]]]:
    """Return the files in one folder, and the folders."""
    seen: list[Seen] = []
    folders: list[tuple[str, ...]] = []
    with opened(folder, within or (".",), FOLDER) as descriptor, os.scandir(descriptor) as entries:
        for entry in entries:
            place = (*within, entry.name)
            if is_left_alone(entry.name) or place == (DONE,):
                continue
            with suppress(FileNotFoundError):  # it is gone already
                found = entry.stat(follow_symlinks=False)
                if stat.S_ISDIR(found.st_mode):
                    folders.append(place)
                elif stat.S_ISREG(found.st_mode) or stat.S_ISLNK(found.st_mode):
                    problem = LINK if stat.S_ISLNK(found.st_mode) else ""
                    seen.append(Seen("/".join(place), look_of(found), problem))
    return seen, folders
