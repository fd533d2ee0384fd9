"""Which dates are plausible: a clock that lost the time says 1970, or a day in the future."""

from datetime import UTC, datetime, timedelta

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
MAX_AHEAD = timedelta(hours=14)
"""A clock on a wall that is taken for UTC is no further ahead (Kiribati); one that is a day ahead is wrong."""


def is_plausible(at: datetime, now: datetime) -> bool:
    """Return whether something may have been recorded at that time: not before 2000 nor over 14 hours ahead."""
    return EARLIEST <= at <= now + MAX_AHEAD
