"""When a message that was not taken is sent again: the schedule that Standard Webhooks names."""

from datetime import timedelta

RETRY_DELAYS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
)
JITTER = 0.2
"""What a delay is longer at most, so that what failed together is not sent together again."""
LONGEST_REST = timedelta(minutes=5)
"""How long an endpoint as a whole is left alone after a failure: each message waits for its own time beside."""
GIVE_UP_AFTER = timedelta(days=5)
"""How long an endpoint may take nothing before it is switched off."""


def retry_delay(attempts: int, chance: float) -> timedelta | None:
    """Return how long a message waits after so many attempts, one or more; None where it is given up.

    chance: in [0, 1).
    """
    if attempts > len(RETRY_DELAYS):
        return None
    return RETRY_DELAYS[attempts - 1] * (1 + JITTER * chance)


def endpoint_rest(failures: int) -> timedelta:
    """Return how long an endpoint is left alone after so many failures in a row, one or more."""
    return min(RETRY_DELAYS[min(failures, len(RETRY_DELAYS)) - 1], LONGEST_REST)
