"""How long work takes, as people say it."""

from datetime import timedelta

from django import template
from django.utils.formats import localize
from django.utils.translation import ngettext

from capture.models import Import
from transcription.services.estimates import Left, left_of

register = template.Library()

HOUR = 60
DAY = 24 * HOUR
WHOLE_FROM = 3
"""Seconds of sound in a second that are told without tenths."""


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


@register.filter
def clock(seconds: float) -> str:
    """Return seconds as minutes and seconds: 75.2 as 1:15."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


@register.filter
def per_second(speed: float) -> str:
    """Return a speed as people say it: 12, or 0.8 where it is low."""
    return localize(round(speed) if speed >= WHOLE_FROM else round(speed, 1))
