"""How long an endpoint is left alone after failures in a row: longer each time."""

import threading
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

FIRST_REST_SECONDS, MAX_REST_SECONDS = 15.0, 600.0
"""The first rest, each next one twice as long, and the longest."""
MIN_ASKED_SECONDS, MAX_ASKED_SECONDS = 1.0, 3600.0
"""What an endpoint may ask for."""
SICK_AFTER_FAILURES = 3
"""Failures in a row from which on the endpoint is to blame, and not what it was sent."""


class CircuitBreaker:
    """Counts failures in a row, whatever was sent. Open means that the endpoint is left alone for now."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures = 0
        self._open_until = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the endpoint is to be left alone for now, whoever waits."""
        return time.monotonic() < self._open_until

    def close(self) -> None:
        """Forget the failures, for the endpoint answered as it should."""
        with self._lock:
            self._failures, self._open_until = 0, 0.0

    def trip(self, retry_after: str = "") -> float:
        """Count a failure of the endpoint, and open. Returns for how many seconds. retry_after: the header's value."""
        seconds = self._count_failure()
        asked_for = retry_after_seconds(retry_after, datetime.now(UTC))
        if asked_for is not None:
            seconds = min(max(asked_for, MIN_ASKED_SECONDS), MAX_ASKED_SECONDS)
        return self._open_for(seconds)

    def blame(self) -> float | None:
        """Count a failure that the request may be to blame for; after too many in a row, open.

        Returns for how many seconds, or None where it stays closed.
        """
        seconds = self._count_failure()
        return self._open_for(seconds) if self._failures >= SICK_AFTER_FAILURES else None

    def _count_failure(self) -> float:
        with self._lock:
            self._failures += 1
            return min(FIRST_REST_SECONDS * 2.0 ** min(self._failures - 1, 20), MAX_REST_SECONDS)

    def _open_for(self, seconds: float) -> float:
        with self._lock:
            self._open_until = time.monotonic() + seconds
        return seconds


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
