"""Writing a file that its person may be writing at this moment: what they wrote in between is read again and kept.

A file is replaced only while it is what was read, and nobody has it open for writing. Whoever opened the old one just
before its name was taken is waited for, and the lines that they wrote into it are put behind the new one's. Links are
neither read nor written through.
"""

import os
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Self
from uuid import uuid4

from capture.core.open_writer import has_open_writer
from config.takeout.core.own_text import Document, parse_document

TRIES = 8
"""So often it is begun anew while somebody writes; the next round tries again."""
WRITER_SECONDS = 5.0
"""How long somebody is waited for who has the old file open: editors take milliseconds to write one."""
LOOK_SECONDS = 0.01
UNFINISHED_ENDING = ".stillnote-unfinished"

Change = Callable[[Document | None], str]
"""Gives the new text of a file by what is there; "" where it is to go."""


class BusyFile(Exception):
    """Somebody goes on writing it."""


def change_file(path: Path, change: Change) -> bool:
    """Write what a file is to hold, and return whether that is anything else than before. Raises BusyFile, OSError."""
    has_changed = False
    for _ in range(TRIES):
        with _OpenedFile(path) as old:
            document = None if old.content is None else parse_document(_as_text(old.content))
            wanted = change(document).encode("utf-8", "surrogateescape")
            if wanted == (old.content or b""):
                return has_changed
            if not (_replace(path, old, wanted) if wanted else _remove(path, old)):
                continue
            has_changed = True
            late = old.lines_written_since()
            if not late:
                return True
            _append(path, late)
    raise BusyFile


def read_document(path: Path) -> Document | None:
    """Return a file taken apart, or None where it is none: a folder, a link, or gone."""
    try:
        with _OpenedFile(path) as old:
            return None if old.content is None else parse_document(_as_text(old.content))
    except OSError:
        return None


def remove_unfinished(folder: Path) -> None:
    """Remove what a process left in a folder that was killed while it wrote."""
    for file in folder.glob(f".*{UNFINISHED_ENDING}"):
        file.unlink(missing_ok=True)


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

    def lines_written_since(self) -> bytes:
        """Return the lines that an editor wrote into it since, once nobody has it open for writing."""
        if self.file is None:
            return b""
        deadline = time.monotonic() + WRITER_SECONDS
        while has_open_writer(self.file.fileno()) and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)
        before, added = Counter(_lines(self.content or b"")), []
        for line in _lines(self._content_now()):
            before[line] -= 1
            if before[line] < 0:
                added.append(line)
        return b"".join(added)

    def _content_now(self) -> bytes:
        if self.file is None:
            return b""
        self.file.seek(0)
        return self.file.read()

    def stands_at(self, path: Path) -> bool:
        """Return whether the file of that name is still this one, as it was read, and nobody is writing to it."""
        try:
            now = path.lstat()
        except FileNotFoundError:
            return self.file is None
        if self.file is None or not os.path.samestat(now, os.fstat(self.file.fileno())):
            return False
        return not has_open_writer(self.file.fileno()) and self._content_now() == self.content


def _replace(path: Path, old: _OpenedFile, wanted: bytes) -> bool:
    """Put a whole file in the place of what was read; returns False where that is something else by now."""
    unfinished = path.with_name(f".{uuid4().hex}{UNFINISHED_ENDING}")
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


def _append(path: Path, lines: bytes) -> None:
    """Put lines behind whatever a file holds by now. Raises OSError of a link."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
    with os.fdopen(os.open(path, flags, 0o600), "ab") as file:
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())


def _lines(content: bytes) -> list[bytes]:
    """Return lines, each with its end; the last one gets one."""
    return [line if line.endswith(b"\n") else line + b"\n" for line in content.splitlines(keepends=True)]


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
