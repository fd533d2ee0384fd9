"""Decoded long recordings, kept between slices: a claim lasts one slice, and decoding an hour takes a minute.

They lie in files without a name in the data folder, which the system takes back however this process ends.
"""

import logging
import tempfile
import threading
import time
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.conf import settings

from transcription.core.decoding.decode import Decoded
from transcription.core.slicing import to_int16

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

IDLE_SECONDS = 300.0
"""How long a recording is kept that nobody goes on with: it is done elsewhere, rests, or was deleted."""
CONVERTED_SAMPLES = 2**20
"""Samples converted at once."""


class _Kept(NamedTuple):
    decoded: Decoded
    asked_at: float


class AudioCache:
    """The decoded recordings of one process, by their transcripts, samples int16."""

    def __init__(self) -> None:
        self._kept: dict[UUID, _Kept] = {}
        self._lock = threading.Lock()
        self._cleaner: threading.Timer | None = None

    def keep(self, transcript: UUID, decoded: Decoded) -> Decoded:
        """Keep what was decoded of a transcript's recording and return it, samples int16; its playback copy is dropped.

        Each thread goes on with one recording until another goes first: as many are kept, and one more.
        """
        keeping = decoded._replace(samples=_write_samples(decoded.samples), playback=b"")
        with self._lock:
            self._kept[transcript] = _Kept(keeping, time.monotonic())
            while len(self._kept) > settings.WORKER_THREADS + 1:
                del self._kept[min(self._kept, key=lambda one: self._kept[one].asked_at)]
        self._clean_later()
        return keeping

    def get(self, transcript: UUID) -> Decoded | None:
        """Return what is kept of a transcript's recording, or None; it is kept for longer then."""
        with self._lock:
            found = self._kept.get(transcript)
            if found is None:
                return None
            self._kept[transcript] = _Kept(found.decoded, time.monotonic())
            return found.decoded

    def ids(self) -> set[UUID]:
        """Return the transcripts of which something is kept."""
        with self._lock:
            return set(self._kept)

    def drop(self, transcript: UUID) -> None:
        """Drop what is kept of a transcript's recording."""
        with self._lock:
            self._kept.pop(transcript, None)

    def drop_idle(self) -> None:
        """Drop what nobody asked for in a while, and look again later where something is left."""
        with self._lock:
            for transcript, found in list(self._kept.items()):
                if time.monotonic() - found.asked_at > IDLE_SECONDS:
                    del self._kept[transcript]
            self._cleaner = None
            is_more = bool(self._kept)
        if is_more:
            self._clean_later()

    def _clean_later(self) -> None:
        with self._lock:
            if self._cleaner is None or not self._cleaner.is_alive():
                self._cleaner = threading.Timer(IDLE_SECONDS / 2, self.drop_idle)
                self._cleaner.daemon = True
                self._cleaner.start()


def _write_samples(samples: "NDArray[np.float32]") -> "NDArray[Any]":
    """Write samples to a file without a name, and return them from there, int16; from memory if the disk is full."""
    import numpy as np

    def pieces() -> Any:
        for start in range(0, len(samples), CONVERTED_SAMPLES):
            yield to_int16(samples[start : start + CONVERTED_SAMPLES])

    try:
        with tempfile.TemporaryFile(dir=settings.HOME) as file:
            for piece in pieces():
                file.write(piece.tobytes())
            file.flush()
            return np.memmap(file, dtype=np.int16, mode="r")
    except OSError as error:
        log.warning("A decoded recording is kept in memory, for the disk does not take it (%s)", type(error).__name__)
        return np.concatenate(list(pieces()))
