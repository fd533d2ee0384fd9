"""How long work takes and sound lasts, as people say it."""

from datetime import timedelta

from django import template
from django.utils.formats import localize
from django.utils.translation import ngettext

from capture.models import Import
from transcription.services.forecast import ArchiveLeft, import_left

register = template.Library()

HOUR_MINUTES = 60
DAY_MINUTES = 24 * HOUR_MINUTES
WHOLE_FROM_SPEED = 3
"""Seconds of sound in a second that are told without tenths."""


@register.inclusion_tag("transcription/left.html")
def left_to_hear(taken: Import) -> dict[str, ArchiveLeft]:
    """Say how long the files of an import take to be heard, at the hours of its user."""
    return {"left": import_left(taken)}


@register.filter
def worktime(takes: timedelta) -> str:
    """Return a time in minutes, hours or days, whichever says enough; at least a minute."""
    minutes = max(1, round(takes.total_seconds() / 60))
    if minutes >= 2 * DAY_MINUTES:
        return ngettext("%(n)d day", "%(n)d days", round(minutes / DAY_MINUTES)) % {"n": round(minutes / DAY_MINUTES)}
    if minutes >= 2 * HOUR_MINUTES:
        return ngettext("%(n)d hour", "%(n)d hours", round(minutes / HOUR_MINUTES)) % {
            "n": round(minutes / HOUR_MINUTES)
        }
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}


@register.filter("clock")
def format_clock(seconds: float | None) -> str:
    """Return seconds as minutes and seconds: 75.2 as 1:15."""
    whole = int(seconds or 0)
    return f"{whole // 60}:{whole % 60:02}"


@register.filter
def per_second(speed: float) -> str:
    """Return a speed as people say it: 12, or 0.8 where it is low."""
    return localize(round(speed) if speed >= WHOLE_FROM_SPEED else round(speed, 1))
