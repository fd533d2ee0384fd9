"""What counts as a silence that is unusual for a phone."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from capture.services.silent_devices import MIN_SILENCE, RHYTHM_DAYS, is_unusual

DAYS = st.integers(1, 400).map(lambda days: timedelta(days=days))
DAILY = [timedelta(days=1)] * 10


def test_after_daily_use_more_than_three_days_are_unusual() -> None:
    assert not is_unusual(timedelta(days=3), DAILY)
    assert is_unusual(timedelta(days=3, hours=1), DAILY)


def test_after_weekly_use_three_weeks_are_usual() -> None:
    weekly = [timedelta(days=7)] * 6
    assert not is_unusual(timedelta(days=21), weekly)
    assert is_unusual(timedelta(days=22), weekly)


def test_one_holiday_changes_nothing() -> None:
    assert is_unusual(timedelta(days=4), [*DAILY, timedelta(days=30)])


@given(DAYS, st.lists(DAYS, max_size=RHYTHM_DAYS - 2))
def test_without_a_rhythm_no_silence_is_unusual(silence: timedelta, pauses: list[timedelta]) -> None:
    assert not is_unusual(silence, pauses)


@given(DAYS, DAYS, st.lists(DAYS, min_size=RHYTHM_DAYS))
def test_a_longer_silence_is_never_more_usual(one: timedelta, other: timedelta, pauses: list[timedelta]) -> None:
    shorter, longer = sorted((one, other))
    assert is_unusual(longer, pauses) >= is_unusual(shorter, pauses)
    if is_unusual(longer, pauses):
        assert longer > MIN_SILENCE
