"""When ideas come: the weekday, the hour and the context of each, by the clock of the phone that it was spoken to."""

from bisect import bisect_right
from datetime import datetime
from zoneinfo import ZoneInfo

from capture.core.nights import Hours, clock_at
from capture.models import Context, Sit, User
from capture.models.memos import SitQuerySet
from capture.services.contexts import context_of
from insights.core.pictures.hours_ring import Moment
from insights.models import Idea

ELSEWHERE = "other"
MINUTES_AN_HOUR = 60


def moments_since(user: User, since: datetime) -> list[Moment]:
    """Return when a user's ideas came since a moment, but for those of which no time is known: two queries."""
    ideas = (
        Idea.objects.of(user)
        .in_sight()
        .filter(transcript__memo__recorded_at__gte=since, transcript__memo__date_assumed=False)
    )
    fields = ("recorded_at", "utc_offset", "context", "context_by_hand")
    rows = ideas.order_by().values_list(*(f"transcript__memo__{field}" for field in fields))
    zone, hours = ZoneInfo(user.time_zone), Hours(user.night_from, user.night_until)
    sits = _Sits(user, since)
    moments = []
    for recorded_at, offset, said, by_hand in rows:
        clock = clock_at(recorded_at, offset, zone)
        is_night = hours.hold(clock)
        context = context_of(by_hand, is_in_sit=sits.hold(recorded_at), said=said, is_night=is_night)
        if context == Context.QUESTION:
            context = Context.NIGHT if is_night else None
        hour = clock.hour + clock.minute / MINUTES_AN_HOUR
        moments.append(Moment(clock.weekday(), hour, context.value if context else ELSEWHERE))
    return moments


class _Sits:
    """The sits of a user from a day before a moment on, by which many moments are told apart."""

    def __init__(self, user: User, since: datetime) -> None:
        self._sits = list(
            Sit.objects.of(user).filter(started_at__gte=since - SitQuerySet.LONGEST).order_by("started_at")
        )
        self._begins = [sit.started_at for sit in self._sits]

    def hold(self, at: datetime) -> bool:
        """Return whether a moment lies within one of them."""
        for number in range(bisect_right(self._begins, at) - 1, -1, -1):
            if self._begins[number] < at - SitQuerySet.LONGEST:
                return False
            if at <= self._sits[number].over_at:
                return True
        return False
