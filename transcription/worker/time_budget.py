"""How fast this machine hears, and how long a hearing may take without progress before it counts as hung."""

import threading
from collections import deque

from transcription.core.engines.protocol import Engine
from transcription.models import Transcript

LATEST_HEARINGS = 20
"""Hearings that the speed is taken from: it is another one when the machine has other things to do."""
GENEROUS_FACTOR = 4.0
"""How many times longer than usual a hearing may take."""
UNMEASURED_FACTOR = 1.0
"""Seconds for each second of sound where nothing was heard yet. A slower machine is given time by lost claims."""

Measured = deque[tuple[float, float]]
"""Seconds of audio, and the seconds that hearing it took."""


class TimeBudget:
    """How fast each engine and model was of late in one process."""

    def __init__(self) -> None:
        self._measured: dict[tuple[str, str], Measured] = {}
        self._lock = threading.Lock()

    def record(self, listener: Engine, audio_seconds: float, compute_seconds: float) -> None:
        """Record how long hearing so much audio took."""
        with self._lock:
            self._of(listener).append((audio_seconds, compute_seconds))

    def allowed(self, listener: Engine, audio_seconds: float) -> float:
        """Return how many seconds hearing so much audio may take without any sign of progress."""
        with self._lock:
            measured = self._of(listener)
            sound, work = (
                (sum(column) for column in zip(*measured, strict=True)) if measured else (1.0, UNMEASURED_FACTOR)
            )
        return GENEROUS_FACTOR * audio_seconds * work / max(sound, 1.0)

    def _of(self, listener: Engine) -> Measured:
        """Return what was measured of this engine and model; at first, by whoever worked here before."""
        key = (listener.name, listener.model)
        if key not in self._measured:
            by_it = Transcript.objects.filter(engine=listener.name, model=listener.model)
            ended = by_it.filter(audio_seconds__gt=0, compute_seconds__gt=0).order_by("-finished_at")
            latest = ended.values_list("audio_seconds", "compute_seconds")[:LATEST_HEARINGS]
            self._measured[key] = deque(((sound or 0, work or 0) for sound, work in latest), maxlen=LATEST_HEARINGS)
        return self._measured[key]
