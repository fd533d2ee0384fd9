"""What the decoding child sends, kept in a file without a name as it comes, and read in pieces, so that hours need no
memory.
"""

import logging
import os
import tempfile
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

HELD_BYTES = 2 * 1024**2
"""Bytes that are kept in memory: a minute of sound. What is longer goes to the disk."""
PIECE_BYTES = 1024**2
SAMPLE_BYTES = 2


class Spool:
    """Bytes that are appended and read again. folder: where the file is made, which the system takes back.

    Where the disk takes no more, they stay in memory.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder, self._held = folder, bytearray()
        self._descriptor: int | None = None
        self._on_disk = 0
        self._is_refused = False

    def __len__(self) -> int:
        return self._on_disk + len(self._held)

    def append(self, content: bytes | memoryview) -> None:
        """Append bytes."""
        self._held += content
        if len(self._held) > HELD_BYTES and not self._is_refused:
            try:
                self._write()
            except OSError as error:
                self._is_refused = True
                log.warning("Decoded sound is kept in memory, for the disk does not take it (%s)", type(error).__name__)

    def read(self, start: int, size: int) -> bytes:
        """Return up to so many bytes from a place on."""
        size = max(min(size, len(self) - start), 0)
        read = bytearray()
        while self._descriptor is not None and len(read) < size and start + len(read) < self._on_disk:
            left = min(size - len(read), self._on_disk - start - len(read))
            read += os.pread(self._descriptor, left, start + len(read))
        held = start + len(read) - self._on_disk
        return bytes(read + self._held[held : held + size - len(read)])

    def pieces(self) -> Iterator[bytes]:
        """Yield all bytes, in pieces."""
        for start in range(0, len(self), PIECE_BYTES):
            yield self.read(start, PIECE_BYTES)

    def clear(self) -> None:
        """Drop all bytes."""
        self._held.clear()
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
        self._on_disk = 0

    def _write(self) -> None:
        if self._descriptor is None:
            with tempfile.TemporaryFile(dir=self._folder) as file:
                self._descriptor = os.dup(file.fileno())
            weakref.finalize(self, os.close, self._descriptor)
        while self._held:
            written = os.pwrite(self._descriptor, memoryview(self._held)[:HELD_BYTES].tobytes(), self._on_disk)
            self._on_disk += written
            del self._held[:written]


class Sound:
    """Samples of a recording, 16 kHz mono, as whole numbers of 16 bits, read from a spool in slices."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool

    def __len__(self) -> int:
        return len(self._spool) // SAMPLE_BYTES

    def __getitem__(self, span: slice) -> "NDArray[np.int16]":
        import numpy as np

        start, stop, _step = span.indices(len(self))
        return np.frombuffer(self._spool.read(start * SAMPLE_BYTES, max(stop - start, 0) * SAMPLE_BYTES), "<i2").astype(
            np.int16
        )
