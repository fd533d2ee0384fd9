"""How long ago something was, as people say it."""

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import npgettext_lazy

register = template.Library()

ELAPSED: dict[str, Any] = {
    "year": npgettext_lazy("since then", "%(num)d year", "%(num)d years", "num"),
    "month": npgettext_lazy("since then", "%(num)d month", "%(num)d months", "num"),
    "week": npgettext_lazy("since then", "%(num)d week", "%(num)d weeks", "num"),
    "day": npgettext_lazy("since then", "%(num)d day", "%(num)d days", "num"),
    "hour": npgettext_lazy("since then", "%(num)d hour", "%(num)d hours", "num"),
    "minute": npgettext_lazy("since then", "%(num)d minute", "%(num)d minutes", "num"),
}
"""In the case that "ago" and "for" take: Django's are of another in German."""


def elapsed(then: datetime, now: datetime, *, depth: int = 2) -> str:
    """Return the time since then, in at most so many units, for a sentence that says "ago" or "for"."""
    return timesince(then, now, time_strings=ELAPSED, depth=depth)


@register.filter
def ago(then: datetime) -> str:
    """Return how long ago it was; what is younger than a minute, or of a clock that runs ahead, is not counted."""
    now = timezone.now()
    if now - then < timedelta(minutes=1):
        return _("less than a minute ago")
    return _("%(time)s ago") % {"time": elapsed(then, now)}
