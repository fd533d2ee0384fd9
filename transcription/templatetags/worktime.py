"""How long work takes, as people say it."""

from datetime import timedelta

from django import template
from django.utils.translation import ngettext

register = template.Library()

HOUR = 60
DAY = 24 * HOUR


@register.filter
def worktime(takes: timedelta) -> str:
    """Return a time in minutes, hours or days, whichever says enough; at least a minute."""
    minutes = max(1, round(takes.total_seconds() / 60))
    if minutes >= 2 * DAY:
        return ngettext("%(n)d day", "%(n)d days", round(minutes / DAY)) % {"n": round(minutes / DAY)}
    if minutes >= 2 * HOUR:
        return ngettext("%(n)d hour", "%(n)d hours", round(minutes / HOUR)) % {"n": round(minutes / HOUR)}
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
