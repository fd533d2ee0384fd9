"""What lies in a folder that somebody else fills: the files below it, and nothing that a link leads to."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import PurePosixPath
from typing import NamedTuple

from capture.sources.safe_open import FOLDER_FLAGS, open_below

DONE_FOLDER = "done"
MAX_DEPTH_FOLDERS = 12
"""Folders within folders."""
MAX_WATCHED_FILES = 100_000
LINK, CLOSED = "link", "closed"
"""Codes of what hinders a file (capture.core.problems)."""
_UNFINISHED = {".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".download", ".opdownload"}
_NOBODYS = {"@eaDir", "#recycle", "$RECYCLE.BIN", "System Volume Information", "lost+found", "Thumbs.db", "desktop.ini"}


class FileLook(NamedTuple):
    """What a file looks like without being read: bytes, and nanoseconds since 1970 as far as the database counts."""

    size: int
    modified_ns: int


class SeenFile(NamedTuple):
    """A file as it was met. name: below the folder, as the system gives it; problem: the code of why not to take it."""

    name: str
    look: FileLook
    problem: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """The folders on the way, and the name."""
        return tuple(self.name.split("/"))


def look_of(found: os.stat_result) -> FileLook:
    """Return what a file looks like."""
    return FileLook(found.st_size, max(-(2**63), min(found.st_mtime_ns, 2**63 - 1)))


def is_ignored_name(name: str) -> bool:
    """Return whether a name says that somebody is still at it, or that it is no person's file.

    Dotfiles, rsync's and Syncthing's among them; `~`, of editors and of Syncthing elsewhere; downloads under way.
    """
    return name[0] in ".~" or name in _NOBODYS or PurePosixPath(name).suffix.lower() in _UNFINISHED


def walk_watched_folder(folder: int) -> Iterator[SeenFile]:
    """Yield the files below an open folder; links and unreadable folders with their problem. `done` is left out.

    Raises OSError where the folder itself cannot be read.
    """
    waiting: list[tuple[str, ...]] = [()]
    left = MAX_WATCHED_FILES
    while waiting and left:
        within = waiting.pop()
        try:
            seen, folders = _scan_one_folder(folder, within)
        except FileNotFoundError:
            if not within:
                raise
            continue
        except OSError:
            if not within:
                raise
            seen, folders = [SeenFile("/".join(within), FileLook(0, 0), CLOSED)], []
        waiting += folders if len(within) < MAX_DEPTH_FOLDERS else []
        yield from seen[:left]
        left -= len(seen[:left])


def _scan_one_folder(folder: int, within: tuple[str, ...]) -> tuple[list[SeenFile], list[tuple[str, ...]]]:
    """Return the files in one folder, and the folders."""
    seen: list[SeenFile] = []
    folders: list[tuple[str, ...]] = []
    with open_below(folder, within or (".",), FOLDER_FLAGS) as descriptor, os.scandir(descriptor) as entries:
        for entry in entries:
            place = (*within, entry.name)
            if is_ignored_name(entry.name) or place == (DONE_FOLDER,):
                continue
            with suppress(FileNotFoundError):  # it is gone already
                found = entry.stat(follow_symlinks=False)
                if stat.S_ISDIR(found.st_mode):
                    folders.append(place)
                elif stat.S_ISREG(found.st_mode) or stat.S_ISLNK(found.st_mode):
                    problem = LINK if stat.S_ISLNK(found.st_mode) else ""
                    seen.append(SeenFile("/".join(place), look_of(found), problem))
    return seen, folders
