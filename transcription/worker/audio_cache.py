"""Long recordings, decoded, kept between their slices: a claim lasts one slice, and decoding an hour takes a minute.

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

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

IDLE_SECONDS = 300.0
"""How long a recording is kept that nobody goes on with: it is done elsewhere, rests, or was deleted."""
AT_ONCE = 2**20
"""Samples converted at once."""


class _Kept(NamedTuple):
    decoded: Decoded
    asked_at: float


_kept: dict[UUID, _Kept] = {}
_lock = threading.Lock()
_looker: threading.Timer | None = None


def keep(transcript: UUID, decoded: Decoded) -> Decoded:
    """Keep what was decoded of a transcript's recording and return it, samples int16; its playback copy is dropped.

    Each thread goes on with one recording until another goes first: as many are kept, and one more.
    """
    keeping = decoded._replace(samples=_in_file(decoded.samples), playback=b"")
    with _lock:
        _kept[transcript] = _Kept(keeping, time.monotonic())
        while len(_kept) > settings.WORKER_THREADS + 1:
            del _kept[min(_kept, key=lambda one: _kept[one].asked_at)]
    _look_later()
    return keeping


def kept(transcript: UUID) -> Decoded | None:
    """Return what is kept of a transcript's recording, samples int16, or None."""
    with _lock:
        found = _kept.get(transcript)
        if found is None:
            return None
        _kept[transcript] = _Kept(found.decoded, time.monotonic())
        return found.decoded


def ids() -> set[UUID]:
    """Return the transcripts of which something is kept."""
    with _lock:
        return set(_kept)


def let_go(transcript: UUID) -> None:
    """Keep it no longer."""
    with _lock:
        _kept.pop(transcript, None)


def _look_later() -> None:
    global _looker  # noqa: PLW0603 - one a process, started when there is something to look at
    if _looker is None or not _looker.is_alive():
        _looker = threading.Timer(IDLE_SECONDS / 2, _let_go_of_idle)
        _looker.daemon = True
        _looker.start()


def _let_go_of_idle() -> None:
    global _looker  # noqa: PLW0603 - see _look_later
    with _lock:
        for transcript, found in list(_kept.items()):
            if time.monotonic() - found.asked_at > IDLE_SECONDS:
                del _kept[transcript]
        _looker = None
        is_more = bool(_kept)
    if is_more:
        _look_later()


def _in_file(samples: "NDArray[np.float32]") -> "NDArray[Any]":
    import numpy as np

    def pieces() -> Any:
        for start in range(0, len(samples), AT_ONCE):
            yield np.rint(samples[start : start + AT_ONCE] * 32768).clip(-32768, 32767).astype(np.int16)

    try:
        with tempfile.TemporaryFile(dir=settings.HOME) as file:
            for piece in pieces():
                file.write(piece.tobytes())
            file.flush()
            return np.memmap(file, dtype=np.int16, mode="r")
    except OSError as error:
        log.warning("A decoded recording is kept in memory, for the disk does not take it (%s)", type(error).__name__)
        return np.concatenate(list(pieces()))
