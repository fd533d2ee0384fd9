"""Words that may not have been said, as pages show them: faint, and in brackets for whoever hears the page read."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from transcription.core.edit_script import Piece, text_pieces
from transcription.core.warnings.marks import MarkedText
from transcription.models import Transcript
from transcription.templatetags.worktime import format_clock
from transcription.warning_text import mark_brackets, written_marks

register = template.Library()

UNCLEAR_BELOW = 0.5
"""Probability of a word below which it is underlined: it was said, but perhaps it was another."""
FAINT = '<span class="doubtful" title="{}"><span class="unseen">{}</span>{}<span class="unseen">{}</span></span>'
SURE = "{}"


class PageWord(NamedTuple):
    """A word as a page shows it. before, after: what is read out where doubt begins and ends. css: its class."""

    piece: Piece
    css: str
    before: str = ""
    after: str = ""
    clock: str = ""


@register.filter
def words_as_heard(transcript: Transcript) -> list[PageWord]:
    """Return the words as they were heard, each with its time."""
    heard, doubtful = transcript.heard(), transcript.doubtful()
    words = [
        PageWord(piece, _css_class(piece, doubtful) or _unclear(word.probability), clock=format_clock(word.start))
        for word, piece in zip(heard, text_pieces(heard, ()), strict=True)
    ]
    return _in_brackets(words)


@register.filter
def words_as_changed(transcript: Transcript) -> list[PageWord]:
    """Return the words as a person has them."""
    doubtful = transcript.doubtful()
    return _in_brackets([PageWord(piece, _css_class(piece, doubtful)) for piece in transcript.pieces()])


def _css_class(piece: Piece, doubtful: set[int]) -> str:
    if piece.is_changed:
        return "changed"
    return "doubtful" if piece.first in doubtful else ""


def _unclear(probability: float) -> str:
    return "unclear" if probability < UNCLEAR_BELOW else ""


def _in_brackets(words: Sequence[PageWord]) -> list[PageWord]:
    """Return words with brackets around each run of doubtful ones."""
    faint = [False, *(word.css == "doubtful" for word in words), False]
    before, after = (format_html('<span class="unseen">{}</span>', bracket) for bracket in mark_brackets())
    return [
        word._replace(before="" if faint[n - 1] else before, after="" if faint[n + 1] else after) if faint[n] else word
        for n, word in enumerate(words, start=1)
    ]


@register.filter
def with_brackets(marked: Iterable[MarkedText]) -> str:
    """Return a marked text for where nothing can be faint, as in a mail without HTML."""
    return written_marks(marked)


@register.simple_tag
def marked_text(marked: Iterable[MarkedText], limit: int = 0) -> SafeString:
    """Return a marked text as HTML, "…" where it is empty. limit: characters at most, 0 for all."""
    before, after = mark_brackets()
    title = _("Perhaps nobody said this.")
    shown = _shortened(marked, limit) if limit else marked
    html = (
        format_html(FAINT, title, before, text, after) if is_doubtful else format_html(SURE, text)
        for text, is_doubtful in shown
    )
    return format_html_join("", "{}", ((part,) for part in html)) or SafeString("…")


def _shortened(marked: Iterable[MarkedText], limit: int) -> list[MarkedText]:
    found, room = list[MarkedText](), limit
    for text, is_doubtful in marked:
        if len(text) > room:
            return [*found, MarkedText(f"{text[: max(room - 1, 0)]}…", is_doubtful)]
        found.append(MarkedText(text, is_doubtful))
        room -= len(text)
    return found
