"""Where recordings lie: `incoming/` while they arrive, `audio/` for good. A rename within one file system parts the two."""

import hashlib
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from capture import errors
from capture.sniffing import HEAD

PLAYBACK_SUFFIX = ".m4a"
LEFTOVER_SECONDS = 24 * 60 * 60


def _folder(name: str) -> Path:
    folder = Path(settings.HOME / name)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def audio_folder() -> Path:
    """Return the folder of all recordings that were acknowledged."""
    return _folder("audio")


class Incoming:
    """A recording that is arriving: bytes go to the disk as they come and are hashed on the way."""

    def __init__(self) -> None:
        self.path = _folder("incoming") / uuid.uuid4().hex
        self.bytes = 0
        self.head = b""
        self._hash = hashlib.sha256()
        self._file: BinaryIO = self.path.open("xb")

    def write(self, chunk: bytes) -> None:
        """Append a chunk. Raises Refusal once the recording is larger than MAX_UPLOAD."""
        self._file.write(chunk)
        self._hash.update(chunk)
        self.bytes += len(chunk)
        if len(self.head) < HEAD:
            self.head = (self.head + chunk)[:HEAD]
        if self.bytes > settings.MAX_UPLOAD:
            raise errors.too_large(settings.MAX_UPLOAD)

    @property
    def sha256(self) -> str:
        """The hash of all bytes so far, in hex."""
        return self._hash.hexdigest()

    def keep(self, place: Path) -> None:
        """Move it to its place for good; when this returns, bytes and name survive a power cut."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        if not place.parent.is_dir():
            place.parent.mkdir(mode=0o700, exist_ok=True)
            _fsync_folder(place.parent.parent)
        self.path.rename(place)
        _fsync_folder(place.parent)

    def discard(self) -> None:
        """Forget what arrived, if it was not kept."""
        self._file.close()
        self.path.unlink(missing_ok=True)


@contextmanager
def incoming() -> Iterator[Incoming]:
    """Give a place for a recording to arrive in; whatever is not kept by the end of the block is removed."""
    arriving = Incoming()
    try:
        yield arriving
    finally:
        arriving.discard()


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def new_path(memo_id: uuid.UUID) -> str:
    """Return the path of a memo's original below the audio folder: 256 folders keep each of them small."""
    name = str(memo_id)
    return f"{name[:2]}/{name}"


def playback(original: Path) -> Path:
    """Return where the playback copy of an original lies; it may not be there yet."""
    return original.with_name(original.name + PLAYBACK_SUFFIX)


def remove(path: str) -> None:
    """Remove an original and its playback copy; what is gone already is fine."""
    original = audio_folder() / path
    for file in (original, playback(original)):
        file.unlink(missing_ok=True)


def refuse_if_nearly_full(announced: int) -> None:
    """Raise Refusal (507) where taking `announced` bytes would leave less than the disk reserve free."""
    disk = os.statvfs(settings.HOME)
    if disk.f_bavail * disk.f_frsize - announced < settings.DISK_RESERVE:
        raise errors.disk_nearly_full()


def sweep_incoming(now: float | None = None) -> int:
    """Remove what arrived a day ago and was never kept, for its sender got no receipt. Returns how many."""
    before = (now or time.time()) - LEFTOVER_SECONDS
    leftovers = [file for file in _folder("incoming").iterdir() if file.stat().st_mtime < before]
    for file in leftovers:
        file.unlink(missing_ok=True)
    return len(leftovers)
