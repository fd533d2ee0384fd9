"""How a stretch of sound is written on a page."""

from uuid import UUID

from django import template
from django.urls import reverse

register = template.Library()


@register.filter
def clock(seconds: float | None) -> str:
    """Return seconds as minutes and seconds: 75.2 as 1:15."""
    whole = int(seconds or 0)
    return f"{whole // 60}:{whole % 60:02}"


@register.simple_tag
def span_address(memo_id: UUID, start: float, end: float) -> str:
    """Return the address at which a browser plays this span by itself (W3C Media Fragments)."""
    return f"{reverse('memo_audio', args=[memo_id])}#t={start:.2f},{end:.2f}"
