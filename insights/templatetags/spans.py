"""How a stretch of sound is written on a page, and when it was spoken."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django import template
from django.utils import dateformat, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from capture.services.page_links import key_path
from insights.models import Idea
from insights.services.recording_words import part_query
from transcription.core.decoding.pauses import find_pauses

register = template.Library()

MOMENTS_KEPT = 512
"""Moments in words: Django puts each together sign by sign, and the ideas of a recording share one."""


@register.filter("spoken", expects_localtime=True)
def format_spoken(moment: datetime) -> str:
    """Return a moment as Tue 24 Nov, 3:12, with its year unless that is this one: old recordings are imported, too."""
    # Without its zone: in two zones one moment is equal to itself, and its clocks are not.
    clock = moment.replace(tzinfo=None)
    return _spoken(get_language(), clock, is_of_this_year=clock.year == timezone.localtime().year)


@lru_cache(maxsize=MOMENTS_KEPT)
def _spoken(_language: str, clock: datetime, *, is_of_this_year: bool) -> str:
    return dateformat.format(clock, _("D j M, G:i") if is_of_this_year else _("D j M Y, G:i"))


@register.simple_tag
def span_address(memo_id: UUID, start: float, end: float) -> str:
    """Return the address at which a browser plays this span by itself (W3C Media Fragments)."""
    return f"{key_path('memo_audio', memo_id)}#t={start:.2f},{end:.2f}"


register.filter(part_query)


@register.filter
def key_at(ideas: Sequence[Idea], place: int) -> str:
    """Return the key of the idea at a place, counted from 0."""
    return str(ideas[place].pk)


@register.simple_tag
def span_pauses(peaks: bytes, begin: float) -> SafeString:
    """Return the attribute by which a player knows what to pass over; none where nothing is: see `find_pauses`."""
    pauses = find_pauses(peaks, begin)
    said = " ".join(f"{start:.2f}-{end:.2f}" for start, end in pauses)
    return format_html(' data-pauses="{}"', said) if said else SafeString()


@register.simple_tag
def span_length(start: float, end: float) -> str:
    """Return how long a span is, in minutes and seconds: 0:09."""
    seconds = max(1, round(end - start))
    return f"{seconds // 60}:{seconds % 60:02}"


@register.filter
def step_place(number: int) -> int:
    """Return where the point of a step stands, in units of the picture of steps: 18 for each, from 9."""
    return 18 * number - 9
