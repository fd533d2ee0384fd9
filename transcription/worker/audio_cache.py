"""Decoded long recordings, kept between slices: a claim lasts one slice, and decoding an hour takes a minute.

They lie in files without a name in the data folder (core/decoding/spool.py), which the system takes back in any case.
"""

import threading
import time
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from transcription.core.decoding.decode import Decoded
from transcription.core.decoding.spool import Spool

IDLE_SECONDS = 300.0
"""How long a recording is kept that nobody goes on with: it is done elsewhere, rests, or was deleted."""


class _Kept(NamedTuple):
    decoded: Decoded
    asked_at: float


class AudioCache:
    """The decoded recordings of one process, by their transcripts."""

    def __init__(self) -> None:
        self._kept: dict[UUID, _Kept] = {}
        self._lock = threading.Lock()
        self._cleaner: threading.Timer | None = None

    def keep(self, transcript: UUID, decoded: Decoded) -> Decoded:
        """Keep what was decoded of a transcript's recording and return it; its playback copy is dropped.

        Each thread goes on with one recording until another goes first: as many are kept, and one more.
        """
        keeping = decoded._replace(copy=Spool())
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
