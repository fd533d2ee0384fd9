"""Opening what lies below a folder that somebody else fills, and nothing that a link leads to.

Each step down is taken from an open folder and follows no link: whoever swaps a folder for a link gains nothing.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
FILE_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
"""Not waiting: a pipe may stand where a file was met."""
PASSING_FLAGS = FOLDER_FLAGS | getattr(os, "O_PATH", 0)
"""A folder that is only passed need not be readable."""


@contextmanager
def open_below(start: int | None, parts: Sequence[str], flags: int) -> Iterator[int]:
    """Give a descriptor of what lies below an open folder, or below `/`. Raises OSError, for each link as well."""
    within = os.open("/", PASSING_FLAGS) if start is None else os.dup(start)
    for part, how in [*((part, PASSING_FLAGS) for part in parts[:-1]), *((part, flags) for part in parts[-1:])]:
        try:
            below = os.open(part, how, dir_fd=within)
        finally:
            os.close(within)
        within = below
    try:
        yield within
    finally:
        os.close(within)


@contextmanager
def open_folder(path: Path) -> Iterator[int]:
    """Give a descriptor of a folder by its absolute path. Raises OSError, where a link stands on the way as well."""
    with open_below(None, path.parts[1:], FOLDER_FLAGS) as folder:
        yield folder
