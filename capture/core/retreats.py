"""Days of sitting: which of them are a retreat, many sits a day for days on end."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

MANY_SITS = 4
"""So many sits a day are no everyday practice."""


class SitDays(NamedTuple):
    """Days that are shown together: a retreat, or one day alone."""

    first: date
    last: date

    @property
    def is_retreat(self) -> bool:
        """Whether it is more than a day: each of them with many sits."""
        return self.first != self.last


def group_sit_days(days: Sequence[tuple[date, int]]) -> list[SitDays]:
    """Return days in order, those of a retreat as one. days: each once, in order of time, with its number of sits."""
    runs: list[SitDays] = []
    full_until: date | None = None
    for day, sits in days:
        is_full = sits >= MANY_SITS
        if is_full and full_until == day - timedelta(days=1):
            runs[-1] = runs[-1]._replace(last=day)
        else:
            runs.append(SitDays(day, day))
        full_until = day if is_full else None
    return runs
