"""What each row of a list of ideas has: filled in by the template once, for there may be dozens of them on a page."""

from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise
from urllib.parse import quote
from uuid import UUID

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from capture.services.page_links import key_path
from insights.core.pictures.waveform import span_colour, voice_wave_svg
from insights.core.search.query import Span
from insights.models import Idea
from insights.services.recording_words import part_query
from insights.templatetags.pictures import topic_sign
from insights.templatetags.spans import format_spoken, span_address, span_length, span_pauses
from transcription.core.warnings.marks import MarkedText
from transcription.services.marked_html import marked_text

register = template.Library()

IDEA_KEY, MEMO_KEY, BACK = UUID(int=1), UUID(int=2), "BACK-FROM-HERE"
"""What stands in the menu of no idea, until those of one are laid in."""
VOICE_FIELDS = ("address", "start", "end", "pauses", "wave", "length")
ROW_FIELDS = ("kind", "key", "head", "language", "words", "voice", "chip", "menu", "suggested")
VOICES_KEPT = 512
"""Voices of ideas that are not drawn anew when their page is asked for again: some 2 KB each."""
CHIP_SIGN_PX = 18


register.simple_tag(key_path, name="key_url")


@register.simple_tag(takes_context=True)
def idea_row(context: Context, idea: Idea) -> SafeString:
    """Return an idea as a row of a list. idea: of `IdeaQuerySet.with_memo` and `with_peaks`.

    Of the context: number (within its recording), is_tonight (only the hour is told), show_topic, offers_topics (they
    come when the row is seen), found (a `Hit`, whose words are marked), here (where its pages lead back to).
    """
    number, found = context.get("number"), context.get("found")
    back = context.get("here") or context["request"].get_full_path()
    row = _row_of_none(get_language()).format(
        kind=f" numbered {span_colour(number)}" if number else "",
        key=idea.pk,
        head=format_html('<span class="badge" aria-hidden="true">{}</span>', number)
        if number
        else spoken_link(idea, is_tonight=bool(context.get("is_tonight"))),
        language=format_html(' lang="{}"', idea.transcript.language) if idea.transcript.language else "",
        words=_found_words(idea, found.spans) if found else marked_text(idea.marked, empty="…"),
        voice=voice(idea),
        chip=_topic_chip(idea) if context.get("show_topic") else "",
        menu=_numbered_menu(context, idea, back) if number else idea_menu(idea, back),
        suggested=_suggestions(idea, back) if context.get("offers_topics") else "",
    )
    return SafeString(row)


@cache
def _row_of_none(_language: str) -> str:
    return render_to_string("insights/idea_row.html", {field: f"{{{field}}}" for field in ROW_FIELDS})


@register.simple_tag
def spoken_link(idea: Idea, *, is_tonight: bool = False) -> SafeString:
    """Return the link to where an idea stands in its recording: when it was spoken. is_tonight: its hour is enough."""
    clock, at = idea.memo.clock, timezone.localtime(idea.memo.recorded_at)
    return format_html(
        '<a class="when" href="{}{}#idea-{}"><time datetime="{}">{}</time></a>',
        key_path("memo", idea.transcript.memo_id),
        part_query(idea),
        idea.pk,
        at.isoformat(),
        f"{clock.hour}:{clock.minute:02}" if is_tonight else format_spoken(clock),
    )


def _found_words(idea: Idea, spans: Sequence[Span]) -> SafeString:
    """Return what is said in an idea as HTML, cut where what was looked for begins and ends, and where doubt does."""
    html, start = list[str](), 0
    for text, is_doubtful in idea.marked:
        edges = {edge - start for span in spans for edge in span if start < edge < start + len(text)}
        for begin, end in pairwise([0, *sorted(edges), len(text)]):
            words = marked_text([MarkedText(text[begin:end], is_doubtful)])
            is_found = any(span.start <= start + begin < span.end for span in spans)
            html.append(format_html("<mark>{}</mark>", words) if is_found else words)
        start += len(text)
    return SafeString("".join(html))


def _topic_chip(idea: Idea) -> SafeString:
    """Return the link to an idea's topic, or to those that have none."""
    topic = idea.topic
    address = key_path("topic", topic.pk) if topic else reverse("unsorted")
    sign = topic_sign(topic, topic.size, CHIP_SIGN_PX) if topic else topic_sign(None, px=CHIP_SIGN_PX)  # type: ignore[attr-defined]
    return format_html('<a class="chip" href="{}">{}{}</a>', address, sign, topic.name if topic else _("to place"))


def _suggestions(idea: Idea, back: str) -> SafeString:
    """Return the attributes by which the topics that fit are fetched when the row is seen."""
    return format_html(' hx-get="{}?back={}" hx-trigger="revealed"', key_path("suggested", idea.pk), quote(back))


def _numbered_menu(context: Context, idea: Idea, back: str) -> SafeString:
    """Return the menu of an idea on its recording's page, which knows what is before and after it."""
    menu = context.template.engine.get_template("insights/idea_menu.html")  # type: ignore[union-attr]
    with context.push(idea_key=idea.pk, back=quote(back), is_current=idea.transcript.current):
        return menu.render(context)


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
    address = span_address(idea.transcript.memo_id, idea.audio_start, idea.audio_end)
    return SafeString(_drawn_voice(get_language(), address, idea.audio_start, idea.audio_end, idea.span_peaks))


@lru_cache(maxsize=VOICES_KEPT)
def _drawn_voice(language: str, address: str, start: float, end: float, peaks: bytes) -> str:
    return _voice_of_none(language).format(
        address=address,
        start=f"{start:.2f}",
        end=f"{end:.2f}",
        pauses=span_pauses(peaks, start),
        wave=voice_wave_svg(peaks, 0, end - start),
        length=span_length(start, end),
    )


@cache
def _voice_of_none(_language: str) -> str:
    return render_to_string("insights/voice.html", {field: f"{{{field}}}" for field in VOICE_FIELDS})
