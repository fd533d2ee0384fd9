"""How long work takes, as people say it."""

from datetime import timedelta

from django import template
from django.utils.translation import ngettext

from capture.models import Import
from transcription.services import Left, left_of

register = template.Library()

HOUR = 60
DAY = 24 * HOUR


@register.inclusion_tag("transcription/left.html")
def left_to_hear(taken: Import) -> dict[str, Left]:
    """Say how long the files of an import take to be heard, at the hours of its user."""
    return {"left": left_of(taken)}


@register.filter
def worktime(takes: timedelta) -> str:
    """Return a time in minutes, hours or days, whichever says enough; at least a minute."""
    minutes = max(1, round(takes.total_seconds() / 60))
    if minutes >= 2 * DAY:
        return ngettext("%(n)d day", "%(n)d days", round(minutes / DAY)) % {"n": round(minutes / DAY)}
    if minutes >= 2 * HOUR:
        return ngettext("%(n)d hour", "%(n)d hours", round(minutes / HOUR)) % {"n": round(minutes / HOUR)}
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
