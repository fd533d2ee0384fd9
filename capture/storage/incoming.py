"""Recordings while they arrive: in `incoming/` of the data folder, hashed as they come."""

import errno
import hashlib
import os
import re
import uuid
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Self

import psutil
from django.conf import settings

from capture.core.audio_types import HEAD_BYTES
from capture.core.errors import too_large
from capture.storage.filesystem import (
    ensure_incoming_folder,
    fsync_folder,
    make_durable_folder,
    refuse_if_nearly_full,
    refuse_when_full,
)

NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP}
LINUX_PROCESSES = Path("/proc")
LINUX_BEGAN_FIELD = 19
"""Of /proc/PID/stat, counted from what follows the command's name."""
WRITER_NAME = re.compile(r"([0-9]{1,9})-([0-9]{1,15})-[0-9a-f]{32}")
PIECE_BYTES = 256 * 1024


class Incoming:
    """A recording that is arriving: bytes go to the disk as they come and are hashed on the way.

    Whatever becomes of the request, a file that was not kept goes when nobody refers to this any more.
    """

    def __init__(self, found: Path | None = None, meanwhile: Callable[[], None] = lambda: None) -> None:
        self.path = new_incoming_place()
        self.meanwhile = meanwhile
        """To be called now and then by whoever takes long with it."""
        self.bytes = 0
        self.head = b""
        self._hash = hashlib.sha256()
        with refuse_when_full():
            self._file: BinaryIO = found.open("rb") if found else self.path.open("xb")
            if found:
                _link_or_rename(found, self.path)  # the last that can fail: nothing else clears this name away
        self._unkept = weakref.finalize(self, _close_and_remove, self._file, self.path)

    @classmethod
    def of(cls, found: Path, meanwhile: Callable[[], None]) -> Self:
        """Return a recording that lies somewhere whole as one that has arrived, having read it once.

        It stays where it was found, too, until that is removed. meanwhile: called with every piece that was read.
        Raises FileNotFoundError.
        """
        arrived = cls(found, meanwhile)
        while piece := arrived._file.read(PIECE_BYTES):
            arrived._count(piece)
            meanwhile()
        return arrived

    def write(self, chunk: bytes) -> None:
        """Append a chunk. Raises Refusal once the recording is larger than MAX_UPLOAD, or the disk nearly full."""
        refuse_if_nearly_full(len(chunk))  # others write as well, and nobody knew of them when this one began
        with refuse_when_full():
            self._file.write(chunk)
        self._count(chunk)

    def _count(self, chunk: bytes) -> None:
        self._hash.update(chunk)
        self.bytes += len(chunk)
        if len(self.head) < HEAD_BYTES:
            self.head = (self.head + chunk)[:HEAD_BYTES]
        if self.bytes > settings.MAX_UPLOAD:
            raise too_large(settings.MAX_UPLOAD)

    @property
    def sha256(self) -> str:
        """The hash of all bytes so far, in hex."""
        return self._hash.hexdigest()

    def finish(self) -> None:
        """Bring all bytes to the disk and close the file: a form may hold more of them than may be open at once."""
        if not self._file.closed:
            with refuse_when_full():
                self._file.flush()
                os.fsync(self._file.fileno())
                self._file.close()

    def keep(self, place: Path) -> None:
        """Move it to its place for good; when this returns, bytes and name survive a power cut.

        Raises Refusal, with nothing in that place, where the disk is full.
        """
        self.finish()
        with refuse_when_full():
            for folder in (place.parent.parent, place.parent):
                make_durable_folder(folder)
            self.path.rename(place)
            try:
                fsync_folder(place.parent)
            except OSError:
                place.unlink(missing_ok=True)
                raise
        self._unkept.detach()

    def discard(self) -> None:
        """Forget what arrived, if it was not kept."""
        self._unkept()


def new_incoming_place() -> Path:
    """Return a free place in `incoming/`, whose name says which process writes there."""
    return ensure_incoming_folder() / f"{os.getpid()}-{_began_at(os.getpid())}-{uuid.uuid4().hex}"


def has_writer(arriving: Path) -> bool | None:
    """Return whether the process that writes a file of `incoming/` still runs, or None where its name does not say."""
    named = WRITER_NAME.fullmatch(arriving.name)
    return _began_at(int(named[1])) == int(named[2]) if named else None


def _began_at(pid: int) -> int:
    """Return when a process began, in a unit of the system's own, or 0 where there is none.

    Linux tells it in ticks since the start of the machine (proc(5)): times of day change when the clock is set.
    """
    if LINUX_PROCESSES.exists():
        try:
            told = (LINUX_PROCESSES / str(pid) / "stat").read_text(errors="replace")
        except OSError:
            return 0
        return int(told.rpartition(")")[2].split()[LINUX_BEGAN_FIELD])
    try:
        return round(psutil.Process(pid).create_time() * 100)
    except psutil.NoSuchProcess:
        return 0


def _link_or_rename(found: Path, path: Path) -> None:
    """Link a file under a second name, so that a crash cannot lose it; rename it where there are no links.

    It is young again: its last byte may have come days ago, and the sweep takes what is old and has no memo yet.
    """
    try:
        os.link(found, path)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        found.rename(path)
    os.utime(path)


def _close_and_remove(file: BinaryIO, path: Path) -> None:
    with suppress(OSError):  # closing writes what is still buffered, and the disk may be full
        file.close()
    path.unlink(missing_ok=True)


@contextmanager
def open_incoming() -> Iterator[Incoming]:
    """Open a file for a recording that arrives; remove it at the end of the block unless it was kept."""
    arriving = Incoming()
    try:
        yield arriving
    finally:
        arriving.discard()
