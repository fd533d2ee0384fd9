"""What came in last night, and what by day."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from capture.core.nights import Hours, clock_at, coming_evening, evening_of
from capture.models import User
from insights.models import EveningQuestion, Idea

MINUTES_AN_HOUR = 60


def noon_before(now: datetime) -> datetime:
    """Return the noon of the day before, by the same clock."""
    return datetime.combine(now.date() - timedelta(days=1), time(12), tzinfo=now.tzinfo)


class NightParts(NamedTuple):
    """Ideas, each part in the order in which they came. tonight: of the night that is not over yet, or only comes."""

    tonight: list[Idea]
    last_night: list[Idea]
    by_day: list[Idea]


def split_by_night(ideas: Iterable[Idea], user: User, now: datetime) -> NightParts:
    """Return the ideas of this night, of the night that ended last, and the others. now: by the user's clock."""
    hours, zone = Hours(user.night_from, user.night_until), ZoneInfo(user.time_zone)
    last_evening, this_evening = noon_before(now).date(), coming_evening(now, user.night_until)
    parts = NightParts([], [], [])
    for idea in ideas:
        clock = clock_at(idea.memo.recorded_at, idea.memo.utc_offset, zone)
        if not hours.hold(clock) or evening_of(clock) < last_evening:
            parts.by_day.append(idea)
        else:
            (parts.tonight if evening_of(clock) >= this_evening else parts.last_night).append(idea)
    return parts


def line_zone(ideas: Iterable[Idea], user: User) -> tzinfo:
    """Return the one clock by which a night's line is ordered and drawn: that of its first recording.

    Who flies at night keeps one line. Beside each recording, and in the words of the line, stands its own time.
    """
    zone = ZoneInfo(user.time_zone)
    first = min((idea.memo for idea in ideas), key=lambda memo: memo.recorded_at, default=None)
    if first is None or first.utc_offset is None:
        return zone
    return clock_at(first.recorded_at, first.utc_offset, zone).tzinfo or zone


def spoken_order(idea: Idea) -> tuple[datetime, float]:
    """Return by what ideas stand in the order in which they were spoken."""
    return idea.memo.recorded_at, idea.audio_start


def asked_hour(question: EveningQuestion | None, zone: tzinfo) -> float | None:
    """Return at which hour a question was asked, for the line; None where it was another day. zone: `line_zone`."""
    if question is None or question.carried_from is not None:
        return None
    clock = clock_at(question.asked_at, question.utc_offset, ZoneInfo(question.user.time_zone))
    if evening_of(clock) != question.evening:
        return None
    return hour_of(question.asked_at.astimezone(zone))


def hour_of(clock: datetime) -> float:
    """Return what a clock shows as hours with a fraction."""
    return clock.hour + clock.minute / MINUTES_AN_HOUR
