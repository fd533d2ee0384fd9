"""What `contexts` and nights say of a memo, as conditions of a database: for lists that are narrowed down by them."""

from datetime import UTC, date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, Func, IntegerField, OuterRef, Q
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, ExtractHour, ExtractMinute
from django.db.models.lookups import GreaterThanOrEqual, LessThan

from capture.core.nights import Hours, noon_after
from capture.models import Context, Sit, User

MINUTE, HOUR, DAY = 60, 3600, 86400
NIGHT = timedelta(days=1)
"""From one noon to the next."""


class EpochSeconds(Func):
    """A moment as whole seconds since 1970."""

    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Without Django's own functions, which are Python: for each of a hundred thousand rows they take long."""
        template = "CAST(strftime('%%%%s', %(expressions)s) AS INTEGER)"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """By the SQL standard."""
        template = "FLOOR(EXTRACT(EPOCH FROM %(expressions)s))::bigint"
        return self.as_sql(compiler, connection, template=template, **context)


def spoken_in(user: User, context: Context, memo: str = "") -> Q:
    """Return what is true of the rows of one user's memos that have a context, as `contexts.context_of` says it.

    memo: how these rows name their memo, with its underscores; empty for memos themselves.
    """
    said = Q(**{f"{memo}context": context})
    if context == Context.NIGHT:
        said |= Q(_in_night_hours(user, memo), **{f"{memo}context": ""})
    in_sit = Q(Exists(Sit.objects.of(user).around(OuterRef(f"{memo}recorded_at"))))
    by_itself = said | in_sit if context == Context.SIT else said & ~in_sit
    return Q(**{f"{memo}context_by_hand": context}) | Q(by_itself, **{f"{memo}context_by_hand": None})


def spoken_at_night(user: User, evening: date, memo: str = "") -> Q:
    """Return what is true of the rows of one user's memos of the night that began on an evening, by the clock there.

    memo: as for `spoken_in`.
    """
    until = noon_after(evening)
    here, there = until.replace(tzinfo=ZoneInfo(user.time_zone)), int(until.replace(tzinfo=UTC).timestamp())
    at, offset = f"{memo}recorded_at", f"{memo}utc_offset"
    before, since = LessThan(_clock_there(memo), there), GreaterThanOrEqual(_clock_there(memo), there - DAY)
    by_its_clock = Q(before, since, **{f"{offset}__isnull": False})
    by_the_users = Q(**{offset: None, f"{at}__gte": here - NIGHT, f"{at}__lt": here})
    return Q(_in_night_hours(user, memo), by_its_clock | by_the_users)


def _in_night_hours(user: User, memo: str) -> LessThan:
    """Return whether a memo was spoken in the hours in which its user sleeps (`nights.Hours`), by the clock there."""
    at, zone = f"{memo}recorded_at", ZoneInfo(user.time_zone)
    clock_here = HOUR * ExtractHour(at, tzinfo=zone) + MINUTE * ExtractMinute(at, tzinfo=zone)
    night = Hours(user.night_from, user.night_until)
    since_begin = (Coalesce(_clock_there(memo), clock_here) + DAY - HOUR * night.begin) % DAY
    return LessThan(since_begin, HOUR * ((night.end - night.begin) % 24))


def _clock_there(memo: str) -> Combinable:
    """Return what the clock of its phone showed, as seconds since 1970 there; null where the phone told no offset."""
    return EpochSeconds(f"{memo}recorded_at") + MINUTE * F(f"{memo}utc_offset")
