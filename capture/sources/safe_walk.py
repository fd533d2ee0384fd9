"""Files below a folder that a person named. No link is followed and nothing outside is reached."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from io import BufferedReader
from pathlib import Path
from typing import NamedTuple

from capture.sources.safe_open import FILE_FLAGS, PASSING_FLAGS, open_below


class FoundFile(NamedTuple):
    """What lies below a folder. name: relative, as its system writes it. size: bytes. modified: seconds since 1970."""

    name: str
    size: int
    modified: float
    mode: int

    @property
    def is_file(self) -> bool:
        """Whether it is a plain file, and no link, pipe or device."""
        return stat.S_ISREG(self.mode)


def walk_below(folder: Path, *, apart_from: Path) -> Iterator[FoundFile]:
    """Yield what lies below a folder, one folder after the other. Raises OSError where it cannot be read itself.

    apart_from: a folder that is passed over. Folders below are yielded only where they cannot be read.
    """
    os.scandir(folder).close()
    for within, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if Path(within, name) != apart_from)
        for path in (Path(within, name) for name in sorted([*names, *folders])):
            with suppress(FileNotFoundError):  # it is gone already
                found = path.lstat()
                if not stat.S_ISDIR(found.st_mode) or not os.access(path, os.R_OK | os.X_OK):
                    yield FoundFile(str(path.relative_to(folder)), found.st_size, found.st_mtime, found.st_mode)


def open_file_below(folder: Path, name: str) -> BufferedReader:
    """Open a plain file below a folder for reading. Raises OSError, for links on the way as for what is missing."""
    parts = Path(name).parts
    if Path(name).is_absolute() or ".." in parts:
        raise PermissionError(name)
    start = os.open(folder, PASSING_FLAGS & ~os.O_NOFOLLOW)
    try:
        with open_below(start, parts, FILE_FLAGS) as file:
            if not stat.S_ISREG(os.fstat(file).st_mode):
                raise PermissionError(name)
            return os.fdopen(os.dup(file), "rb")
    finally:
        os.close(start)
