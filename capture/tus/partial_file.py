"""The file of a resumable upload: appended to by one writer, never ahead of what its row will say."""

import fcntl
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from django.conf import settings

from capture.core.errors import Refusal
from capture.storage.filesystem import fsync_folder, make_durable_folder, refuse_if_nearly_full, refuse_when_full


def ensure_uploads_folder() -> Path:
    """Make the folder of recordings whose upload is under way, if need be, and return it."""
    folder = _uploads_folder()
    make_durable_folder(folder)
    return folder


def _uploads_folder() -> Path:
    return Path(settings.HOME / "uploads")


def partial_place(upload_id: uuid.UUID) -> Path:
    """Return where the bytes of an upload lie until they are a memo."""
    return _uploads_folder() / str(upload_id)


def partial_bytes(upload_id: uuid.UUID) -> int:
    """Return how many bytes lie there."""
    try:
        return partial_place(upload_id).stat().st_size
    except FileNotFoundError:
        return 0


class PartialFile:
    """The opened file. A writer that fell asleep may wake up when another has taken over: each asks under the lock."""

    def __init__(self, upload_id: uuid.UUID, *, is_new: bool) -> None:
        """is_new: whether its name is not known to be on the disk yet."""
        self._is_new = is_new
        with refuse_when_full():
            ensure_uploads_folder()
            # Not buffered: what is left in a buffer would be written by whoever lost its hold.
            self._file = partial_place(upload_id).open("a+b", buffering=0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    @contextmanager
    def locked(self, *, wait: bool = True) -> Iterator[None]:
        """Lock the file against other writers. Raises Refusal (423) where one writes now and is not waited for."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refusal("upload-busy") from error
        try:
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def head(self, length: int) -> bytes:
        """Return its first bytes."""
        return os.pread(self._file.fileno(), length, 0)

    def cut(self, offset: int) -> None:
        """Remove the bytes beyond an offset."""
        self._file.truncate(offset)

    def append(self, chunk: bytes) -> None:
        """Write a chunk to its end. Raises Refusal where the disk is nearly full."""
        refuse_if_nearly_full(len(chunk))  # as in `storage.incoming`
        left = memoryview(chunk)
        with refuse_when_full():
            while left:
                left = left[self._file.write(left) :]

    def sync(self) -> None:
        """Bring all of it to the disk, its name too. Raises Refusal where the disk is full."""
        with refuse_when_full():
            os.fsync(self._file.fileno())
            if self._is_new:
                fsync_folder(_uploads_folder())
                self._is_new = False
