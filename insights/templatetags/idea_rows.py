"""What each row of a list of ideas has: filled in by the template once, for there may be dozens of them on a page."""

from functools import cache
from urllib.parse import quote
from uuid import UUID

from django import template
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from capture.services.page_links import key_path
from insights.core.pictures.waveform import voice_wave_svg
from insights.models import Idea
from insights.templatetags.spans import span_address, span_length, span_pauses

register = template.Library()

IDEA_KEY, MEMO_KEY, BACK = UUID(int=1), UUID(int=2), "BACK-FROM-HERE"
"""What stands in the menu of no idea, until those of one are laid in."""
VOICE_FIELDS = ("address", "start", "end", "pauses", "wave", "length")


register.simple_tag(key_path, name="key_url")


@register.simple_tag
def idea_menu(idea: Idea, back: str) -> SafeString:
    """Return the menu of an idea. back: the address to which its pages lead back."""
    menu = _menu_of_none(get_language(), get_script_prefix(), idea.transcript.current)
    laid = menu.replace(str(IDEA_KEY), str(idea.pk)).replace(str(MEMO_KEY), str(idea.transcript.memo_id))
    return SafeString(laid.replace(BACK, quote(back)))


@cache
def _menu_of_none(_language: str, _prefix: str, is_current: bool) -> str:
    page = {"idea_key": IDEA_KEY, "memo_key": MEMO_KEY, "back": BACK, "is_current": is_current}
    return render_to_string("insights/idea_menu.html", page)


@register.simple_tag
def voice(idea: Idea) -> SafeString:
    """Return an idea's voice, to be heard. idea: of `IdeaQuerySet.with_peaks`."""
    said = _voice_of_none(get_language()).format(
        address=span_address(idea.transcript.memo_id, idea.audio_start, idea.audio_end),
        start=f"{idea.audio_start:.2f}",
        end=f"{idea.audio_end:.2f}",
        pauses=span_pauses(idea),
        wave=voice_wave_svg(idea.span_peaks, 0, idea.seconds),
        length=span_length(idea.audio_start, idea.audio_end),
    )
    return SafeString(said)


@cache
def _voice_of_none(_language: str) -> str:
    return render_to_string("insights/voice.html", {field: f"{{{field}}}" for field in VOICE_FIELDS})
