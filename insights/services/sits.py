"""Sits and what came up in them: the ideas that were spoken within."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from capture.core.retreats import SitDays, group_sit_days
from capture.models import Sit, User
from insights.models import Idea


class SitWithIdeas(NamedTuple):
    """A sit, when it began by its person's clock, and the ideas that were spoken within it."""

    sit: Sit
    began: datetime
    ideas: list[Idea]


class SatDay(NamedTuple):
    """A day and its sits, in order."""

    day: date
    sits: list[SitWithIdeas]


def sit_days(user: User) -> list[SitDays]:
    """Return the days on which a user sat, the last one first; the days of a retreat as one."""
    return group_sit_days(Sit.objects.of(user).days(ZoneInfo(user.time_zone)))[::-1]


def sits_on(user: User, days: Sequence[SitDays]) -> dict[SitDays, list[SatDay]]:
    """Return the sits of some days, each with what came up in it: a fixed number of queries."""
    zone = ZoneInfo(user.time_zone)
    if not days:
        return {}
    begin = datetime.combine(min(one.first for one in days), time(), tzinfo=zone)
    end = datetime.combine(max(one.last for one in days) + timedelta(days=1), time(), tzinfo=zone)
    by_day: dict[date, list[SitWithIdeas]] = {}
    for sit in Sit.objects.of(user).begun_between(begin, end):
        began = sit.started_at.astimezone(zone)
        by_day.setdefault(began.date(), []).append(SitWithIdeas(sit, began, []))
    _add_ideas(user, [one for sits in by_day.values() for one in sits])
    return {one: [SatDay(day, by_day[day]) for day in _days_of(one) if day in by_day] for one in days}


def _days_of(days: SitDays) -> list[date]:
    return [days.first + timedelta(days=number) for number in range((days.last - days.first).days + 1)]


def _add_ideas(user: User, sits: Sequence[SitWithIdeas]) -> None:
    """Put the ideas that came up into their sits, each into the last one that had begun."""
    if not sits:
        return
    spoken = Idea.objects.of(user).in_sight().spoken_in_sits().with_memo().in_order()
    first, last = sits[0].sit.started_at, max(one.sit.over_at for one in sits)
    for idea in spoken.filter(transcript__memo__recorded_at__gte=first, transcript__memo__recorded_at__lte=last):
        at = idea.memo.recorded_at
        within = [one for one in sits if one.sit.started_at <= at <= one.sit.over_at]
        if within:
            within[-1].ideas.append(idea)
