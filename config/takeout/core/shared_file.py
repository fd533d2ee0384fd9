"""Writing a file that its person may be writing at this moment: what they wrote in between is read again and kept.

A file is replaced only while it is what was read; what an editor wrote into the old one in that moment is found in it
afterwards, for it is still open. Links are neither read nor written through.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Self

from config.takeout.core.own_text import Document, parse_document

TRIES = 8
"""So often it is begun anew while somebody writes; the next round tries again."""

Change = Callable[[Document | None], str]
"""Gives the new text of a file by what is there; "" where it is to go."""


class BusyFile(Exception):
    """Somebody goes on writing it."""


def change_file(path: Path, change: Change) -> bool:
    """Write what a file is to hold, and return whether that is anything else than before. Raises BusyFile, OSError."""
    late: bytes | None = None
    has_changed = False
    for _ in range(TRIES):
        with _OpenedFile(path) as old:
            there = old.content if late is None else late
            document = None if there is None else parse_document(_as_text(there))
            wanted = change(document).encode("utf-8", "surrogateescape")
            if wanted == (old.content or b""):
                return has_changed
            if not (_replace(path, old, wanted) if wanted else _remove(path, old)):
                continue
            has_changed = True
            late = old.written_since()
            if late is None:
                return True
    raise BusyFile


def read_document(path: Path) -> Document | None:
    """Return a file taken apart, or None where it is none: a folder, a link, or gone."""
    try:
        with _OpenedFile(path) as old:
            return None if old.content is None else parse_document(_as_text(old.content))
    except OSError:
        return None


class _OpenedFile:
    """A file as it was read, which stays open. content: None where there is none. Raises OSError of a link."""

    def __init__(self, path: Path) -> None:
        self.file: BinaryIO | None = None
        with suppress(FileNotFoundError):
            self.file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb")
        self.content = self.file.read() if self.file else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        if self.file:
            self.file.close()

    def written_since(self) -> bytes | None:
        """Return what an editor wrote into it since, under whatever name it stands now; None where nobody did."""
        if self.file is None:
            return None
        self.file.seek(0)
        content = self.file.read()
        return None if content == self.content else content

    def stands_at(self, path: Path) -> bool:
        """Return whether the file of that name is still this one, as it was read."""
        try:
            now = path.lstat()
        except FileNotFoundError:
            return self.file is None
        is_same = self.file is not None and os.path.samestat(now, os.fstat(self.file.fileno()))
        return is_same and self.written_since() is None


def _replace(path: Path, old: _OpenedFile, wanted: bytes) -> bool:
    """Put a whole file in the place of what was read; returns False where that is something else by now."""
    unfinished = path.with_name(f".{os.getpid()}.stillnote-unfinished")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb") as file:
            file.write(wanted)
            file.flush()
            os.fsync(file.fileno())
        if not old.stands_at(path):
            return False
        if old.file is None:
            with suppress(FileExistsError):
                os.link(unfinished, path)
                return _sync(path.parent)
            return False
        unfinished.replace(path)
        return _sync(path.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def _remove(path: Path, old: _OpenedFile) -> bool:
    if old.file is None or not old.stands_at(path):
        return old.file is None
    path.unlink()
    return _sync(path.parent)


def _sync(folder: Path) -> bool:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return True


def _as_text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")
