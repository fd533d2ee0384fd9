"""Pictures on pages: voices, the night, constellations, the sky, weeks and hours, as SVG made on the server.

All text in them is escaped where it is drawn (`insights/core/pictures/svg.py: svg_text`).
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from insights.core.pictures.constellation import Star, topic_sign_svg, topic_sky_svg, unsorted_sign_svg
from insights.core.pictures.hours_ring import Moment, context_mark_svg, hours_ring_svg
from insights.core.pictures.listen_line import LineName, LinePart, listen_line_svg
from insights.core.pictures.night_line import Burst, night_line_svg
from insights.core.pictures.sky import SkyTopic, sky_svg
from insights.core.pictures.waveform import NumberedSpan, span_colour, spans_wave_svg, voice_wave_svg, wide_wave_svg
from insights.core.pictures.weeks import weeks_svg
from insights.models import Idea, Topic

register = template.Library()


register.filter("span_colour", span_colour)


def _picture(svg: str) -> SafeString:
    return SafeString(svg)


@register.simple_tag
def voice_wave(idea: Idea, played: float | None = None) -> SafeString:
    """Return the small picture of an idea's voice. idea: of `IdeaQuerySet.with_peaks`. played: 0 to 1."""
    return _picture(voice_wave_svg(idea.span_peaks, 0, idea.seconds, played))


@register.simple_tag
def wide_wave(idea: Idea, strokes: int = 110, height: int = 56, played: float | None = None) -> SafeString:
    """Return the large picture of an idea's voice, as wide as its place. idea: of `IdeaQuerySet.with_peaks`."""
    return _picture(wide_wave_svg(idea.span_peaks, 0, idea.seconds, strokes=strokes, height=height, played=played))


@register.simple_tag
def spans_wave(
    ideas: Iterable[Idea], seconds: float, peaks: bytes | None = None, played: float | None = None, label: str = ""
) -> SafeString:
    """Return the picture of a recording of so many seconds with its ideas as spans, numbered from 1 in their order."""
    spans = [NumberedSpan(number, idea.audio_start, idea.audio_end) for number, idea in enumerate(ideas, start=1)]
    return _picture(spans_wave_svg(peaks or b"", spans, seconds, played=played, label=label))


@register.simple_tag
def listen_line(
    parts: Sequence[LinePart],
    names: Sequence[LineName],
    bells: Sequence[tuple[float, float]],
    seconds: float,
    label: str,
) -> SafeString:
    """Return all that is to be listened to as one line. label: the picture in words."""
    return _picture(listen_line_svg(parts, names, bells, seconds, label))


@register.simple_tag
def night_line(bursts: Sequence[Burst], label: str, **options: Any) -> SafeString:
    """Return a night's line. label: the picture in words. options: those of `night_line_svg`."""
    return _picture(night_line_svg(bursts, label=label, **options))


@register.simple_tag
def topic_sign(
    topic: Topic | None, size: int = 5, px: int = 28, has_new: bool = False, kind: str = "sign"
) -> SafeString:
    """Return the small constellation before a topic's name; of None, the single point of what is unsorted."""
    if topic is None:
        return _picture(unsorted_sign_svg(px))
    return _picture(topic_sign_svg(str(topic.pk), min(size, 5), px, has_new=has_new, kind=kind))


@register.simple_tag
def topic_sky(topic: Topic, stars: Sequence[Star], size: int, px: int = 216) -> SafeString:
    """Return a topic's own constellation. stars: its ideas, or the last of them. size: how many it has."""
    return _picture(topic_sky_svg(str(topic.pk), tuple(stars), size, px))


@register.simple_tag
def sky(topics: Iterable[SkyTopic], lone: Iterable[str] = (), label: str = "") -> SafeString:
    """Return the map of topics. lone: keys of unsorted ideas. label: what it is, in words."""
    return _picture(sky_svg(tuple(topics), tuple(lone), label=label or _("Your topics as a night sky")))


@register.simple_tag
def weeks(counts: Sequence[int], height: int = 20, pitch: int = 4, label: str = "") -> SafeString:
    """Return bars of the ideas a week, the oldest first; the last is this week."""
    return _picture(weeks_svg(counts, height=height, pitch=pitch, label=label))


@register.simple_tag
def hours_ring(moments: Iterable[Moment], label: str, night_from: float = 22, night_until: float = 6) -> SafeString:
    """Return 24 hours around, with a ring for each weekday. label: the picture in words."""
    names = _("Mon"), _("Sun")
    return _picture(hours_ring_svg(moments, label=label, day_names=names, night=(night_from, night_until)))


@register.simple_tag
def context_mark(context: str, middle: float = 6, reach: float = 5) -> SafeString:
    """Return the mark of a context, as the ring shows it, around the middle of a small picture."""
    return _picture(context_mark_svg(context, middle, middle, reach))
