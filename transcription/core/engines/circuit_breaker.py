"""How long to wait before an endpoint is asked again."""

import threading
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from transcription.core.engines.protocol import EngineStumbled, EngineTransient

SUBJECT = "The machine at WHISPER_URL"
FIRST, MOST = 15.0, 600.0
"""Seconds: the first pause, each next one twice as long, and the longest."""
LEAST_ASKED_FOR, MOST_ASKED_FOR = 1.0, 3600.0
"""Seconds that an endpoint may ask for."""
SICK_AFTER = 3
"""Failures in a row from which on the endpoint is to blame, and not what it was sent."""


class CircuitBreaker:
    """Counts failures in a row, of whatever recordings: an endpoint that is ill is left alone for longer each time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures = 0
        self._rests_until = 0.0

    @property
    def is_over(self) -> bool:
        """Whether it is to be left alone for now, whoever waits."""
        return time.monotonic() < self._rests_until

    def well(self) -> None:
        """Remember that it answered as it should."""
        with self._lock:
            self._failures, self._rests_until = 0, 0.0

    def refused(self, predicate: str, retry_after: str = "") -> EngineTransient:
        """Count a failure that no recording is to blame for, and return it. retry_after: the header's value."""
        after = self._failed()
        asked_for = retry_after_seconds(retry_after, datetime.now(UTC))
        if asked_for is not None:
            after = min(max(asked_for, LEAST_ASKED_FOR), MOST_ASKED_FOR)
        return self._rest(predicate, after)

    def stumbled(self, predicate: str) -> EngineTransient | EngineStumbled:
        """Count a failure that the recording may be to blame for, unless there were too many, and return it."""
        after = self._failed()
        if self._failures >= SICK_AFTER:
            return self._rest(predicate, after)
        return EngineStumbled(f"{SUBJECT} {predicate}; it is tried again.")

    def _failed(self) -> float:
        with self._lock:
            self._failures += 1
            return min(FIRST * 2.0 ** min(self._failures - 1, 20), MOST)

    def _rest(self, predicate: str, after: float) -> EngineTransient:
        with self._lock:
            self._rests_until = time.monotonic() + after
        return EngineTransient(f"{SUBJECT} {predicate}. Memos wait; it is asked again from time to time.", after)


def retry_after_seconds(retry_after: str, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for (RFC 9110, 10.2.3), or None where it says nothing."""
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        then = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    aware = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max((aware - now).total_seconds(), 0.0)
