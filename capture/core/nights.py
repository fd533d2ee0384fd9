"""Nights, by the clock where somebody speaks."""

from datetime import date, datetime, time, timedelta, timezone, tzinfo
from typing import NamedTuple

HALF_A_DAY = timedelta(hours=12)


class Hours(NamedTuple):
    """Whole hours of a clock, each in [0, 23], past midnight too; the same hour twice is no time at all."""

    begin: int
    end: int

    def hold(self, clock: datetime) -> bool:
        """Return whether a clock shows one of them. The end is not among them."""
        return (clock.hour - self.begin) % 24 < (self.end - self.begin) % 24


def clock_at(moment: datetime, utc_offset: int | None, zone: tzinfo) -> datetime:
    """Return what the clock showed at a moment. utc_offset: the phone's, in minutes; zone: where it told none."""
    return moment.astimezone(zone if utc_offset is None else timezone(timedelta(minutes=utc_offset)))


def evening_of(clock: datetime) -> date:
    """Return the day whose evening a night began in: a day turns at noon for nights."""
    return (clock.replace(tzinfo=None) - HALF_A_DAY).date()


def coming_evening(clock: datetime, night_until: int) -> date:
    """Return the day whose evening the night begins in that is coming, or that is not over yet.

    night_until: the hour at which sleep usually ends; from then on a morning belongs to the night to come.
    """
    is_morning = night_until <= clock.hour < HALF_A_DAY // timedelta(hours=1)
    return clock.date() if is_morning else evening_of(clock)


def noon_after(evening: date) -> datetime:
    """Return the noon at which a night is over, by the clock of whoever sleeps: without a zone."""
    return datetime.combine(evening + timedelta(days=1), time(12))
