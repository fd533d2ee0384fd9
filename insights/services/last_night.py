"""What came in last night, and what by day."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from capture.core.nights import Hours, clock_at, evening_of
from capture.models import User
from insights.models import EveningQuestion, Idea

MINUTES_AN_HOUR = 60


def noon_before(now: datetime) -> datetime:
    """Return the noon of the day before, by the same clock."""
    return datetime.combine(now.date() - timedelta(days=1), time(12), tzinfo=now.tzinfo)


def split_by_night(ideas: Iterable[Idea], user: User, now: datetime) -> tuple[list[Idea], list[Idea]]:
    """Return the ideas of the night that ended last, and the others, each in the order in which they came."""
    hours, zone = Hours(user.night_from, user.night_until), ZoneInfo(user.time_zone)
    last_evening = noon_before(now).date()
    at_night, by_day = list[Idea](), list[Idea]()
    for idea in ideas:
        clock = clock_at(idea.memo.recorded_at, idea.memo.utc_offset, zone)
        is_last_night = hours.hold(clock) and evening_of(clock) >= last_evening
        (at_night if is_last_night else by_day).append(idea)
    return at_night, by_day


def spoken_order(idea: Idea) -> tuple[datetime, float]:
    """Return by what ideas stand in the order in which they were spoken."""
    return idea.memo.recorded_at, idea.audio_start


def asked_hour(question: EveningQuestion | None) -> float | None:
    """Return at which hour of the night's clock a question was asked, for the line; None where it was another day."""
    if question is None or question.carried_from is not None:
        return None
    clock = clock_at(question.asked_at, question.utc_offset, ZoneInfo(question.user.time_zone))
    if evening_of(clock) != question.evening:
        return None
    return clock.hour + clock.minute / MINUTES_AN_HOUR
