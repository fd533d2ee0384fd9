"""Which dates are believed: a clock that forgot the time tells of 1970, or of a day to come."""

from datetime import UTC, datetime, timedelta

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
MAX_AHEAD = timedelta(days=1)


def is_plausible(at: datetime, now: datetime) -> bool:
    """Return whether something may have been recorded at that time: not before 2000 nor over a day ahead."""
    return EARLIEST <= at <= now + MAX_AHEAD
