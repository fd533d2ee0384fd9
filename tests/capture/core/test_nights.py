"""Nights: hours that go past midnight, clocks that are changed, phones that tell no offset."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.core.nights import Hours, clock_at, evening_of

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = st.integers(0, 23)
MOMENT = st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))
OFFSET = st.integers(-23 * 60 - 59, 23 * 60 + 59)
ZONE = st.sampled_from(["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]).map(
    ZoneInfo
)


@given(HOUR, HOUR)
def test_a_day_holds_as_many_hours_of_the_night_as_lie_between_its_ends(begin: int, end: int) -> None:
    day = [datetime(2026, 11, 24, hour, 59, 59) for hour in range(24)]
    night = [clock.hour for clock in day if Hours(begin, end).hold(clock)]
    assert len(night) == (end - begin) % 24
    assert end not in night
    assert (begin in night) == (begin != end)


@given(HOUR, HOUR, MOMENT)
def test_the_rest_of_the_day_is_no_night(begin: int, end: int, clock: datetime) -> None:
    if begin != end:
        assert Hours(begin, end).hold(clock) != Hours(end, begin).hold(clock)


@given(MOMENT, OFFSET, ZONE)
def test_the_phones_own_offset_counts_before_any_time_zone(moment: datetime, offset: int, zone: ZoneInfo) -> None:
    clock = clock_at(moment, offset, zone)
    assert clock.replace(tzinfo=None) == moment.replace(tzinfo=None) + timedelta(minutes=offset)


@given(MOMENT, ZONE)
def test_without_an_offset_the_time_zone_counts_its_summer_included(moment: datetime, zone: ZoneInfo) -> None:
    clock = clock_at(moment, None, zone)
    offset = clock.utcoffset()
    assert clock == moment
    assert offset == moment.astimezone(zone).utcoffset()


@given(MOMENT, ZONE | st.none(), OFFSET)
def test_a_night_lies_between_two_noons(moment: datetime, zone: ZoneInfo | None, offset: int) -> None:
    clock = clock_at(moment, None if zone else offset, zone or BERLIN)
    days = (clock.date() - evening_of(clock)).days
    assert days == (1 if clock.hour < 12 else 0)


@pytest.mark.parametrize(
    ("moment", "shows", "is_night"),
    [
        # The clock is put forward at 01:00 UTC: 02:00 to 02:59 never come.
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "01:59", True),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "03:00", True),
        (datetime(2026, 3, 29, 3, 59, tzinfo=UTC), "05:59", True),
        (datetime(2026, 3, 29, 4, 0, tzinfo=UTC), "06:00", False),
        # And back: 02:30 comes twice, and is night both times.
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "02:30", True),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "02:30", True),
        (datetime(2026, 10, 25, 4, 59, tzinfo=UTC), "05:59", True),
        (datetime(2026, 10, 25, 5, 0, tzinfo=UTC), "06:00", False),
        (datetime(2026, 10, 25, 20, 59, tzinfo=UTC), "21:59", False),
        (datetime(2026, 10, 25, 21, 0, tzinfo=UTC), "22:00", True),
    ],
)
def test_clocks_that_are_changed_change_no_night(moment: datetime, shows: str, *, is_night: bool) -> None:
    clock = clock_at(moment, None, BERLIN)
    assert f"{clock:%H:%M}" == shows
    assert Hours(22, 6).hold(clock) == is_night


def test_a_night_belongs_to_the_evening_it_began_in() -> None:
    evening = date(2026, 11, 24)
    assert evening_of(datetime(2026, 11, 24, 12, 0)) == evening
    assert evening_of(datetime(2026, 11, 24, 23, 30)) == evening
    assert evening_of(datetime(2026, 11, 25, 11, 59)) == evening
    assert evening_of(datetime(2026, 11, 25, 12, 0)) == date(2026, 11, 25)
