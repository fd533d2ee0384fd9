"""In which months a user recorded something, and how much."""

from collections.abc import Iterator
from datetime import date, datetime, time, tzinfo
from itertools import pairwise

from django.db import connection

from capture.models import Memo, User

_COUNTED = """
SELECT column1, (
    SELECT COUNT(*) FROM capture_memo
    WHERE user_id = %s AND deleted_at IS NULL AND recorded_at >= column2 AND recorded_at < column3
) FROM (VALUES {months}) AS months
"""


def recorded_months(user: User, zone: tzinfo) -> list[tuple[date, int]]:
    """Return the first day of each month in which a user recorded something, the newest first, and how many.

    zone: of the calendar. Counted month by month on an index: to cut each recording's time would read them all, and on
    SQLite by a function of Python.
    """
    times = Memo.objects.of(user).order_by("recorded_at").values_list("recorded_at", flat=True)
    first, last = times.first(), times.last()
    if first is None or last is None:
        return []
    months = list(_months(first.astimezone(zone).date(), last.astimezone(zone).date()))
    adapted = connection.ops.adapt_datetimefield_value
    bounds = [datetime.combine(begin, time(), tzinfo=zone) for begin in [*months, next_month(months[-1])]]
    rows = [
        value for place, (begin, end) in enumerate(pairwise(bounds)) for value in (place, adapted(begin), adapted(end))
    ]
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED.format(months=", ".join(["(%s, %s, %s)"] * len(months))), [user.pk, *rows])
        found = [(months[place], number) for place, number in cursor.fetchall() if number]
    return sorted(found, reverse=True)


def _months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = next_month(month)


def next_month(begin: date) -> date:
    """Return the first day of the month after one that begins on this day."""
    return begin.replace(year=begin.year + begin.month // 12, month=begin.month % 12 + 1)
