"""Words that may not have been said, as pages show them: faint, and told so to whoever hears the page read.

A text has brackets that are only read out; a word that is a link is described by the legend (`base.html`).
"""

from collections.abc import Iterable
from typing import NamedTuple

from django import template

from transcription.core.edit_script import Piece
from transcription.core.warnings.marks import MarkedText
from transcription.models import Transcript
from transcription.services.marked_html import marked_text
from transcription.warning_text import written_marks

register = template.Library()

UNCLEAR_BELOW = 0.5
"""Probability of a word below which it is underlined: it was said, but perhaps it was another."""


class PageWord(NamedTuple):
    """A word as a page shows it, to be heard or changed. css: its class."""

    piece: Piece
    css: str


@register.filter
def words_as_changed(transcript: Transcript) -> list[PageWord]:
    """Return the words as a person has them; where nothing was changed, as they were heard."""
    heard, doubtful = transcript.heard(), transcript.doubtful()
    return [
        PageWord(piece, _css_class(piece, doubtful) or _unclear(heard[piece.first].probability))
        for piece in transcript.pieces()
    ]


def _css_class(piece: Piece, doubtful: set[int]) -> str:
    if piece.is_changed:
        return "changed"
    return "doubtful" if piece.first in doubtful else ""


def _unclear(probability: float) -> str:
    return "unclear" if probability < UNCLEAR_BELOW else ""


@register.filter
def with_brackets(marked: Iterable[MarkedText]) -> str:
    """Return a marked text for where nothing can be faint, as in a mail without HTML."""
    return written_marks(marked)


register.simple_tag(marked_text)
