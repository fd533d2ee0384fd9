"""The words of a recording as its page shows them (`insights.services.recording_words`)."""

from collections.abc import Sequence
from typing import Protocol

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from insights.core.phrases.fillers import find_fillers
from insights.services.recording_words import IdeaWords, ShownWord
from transcription.core.edit_script import Piece
from transcription.models import Transcript

register = template.Library()

WORD = '{}<span class="w{}" data-play data-w="{}" data-space="{}" data-start="{}"{}>{}{}</span>{}'


class MarkedWord(Protocol):
    """A word of a page, and its class."""

    @property
    def piece(self) -> Piece:
        """Its stretch of the text."""

    @property
    def css(self) -> str:
        """Whether it is sure, or a person's."""


@register.filter
def css_by_word(words: Sequence[MarkedWord]) -> dict[int, str]:
    """Return the classes of words by the first they cover. words: as the filter `words_as_changed` has them."""
    return {word.piece.first: word.css for word in words if word.css}


@register.simple_tag
def run_words(run: IdeaWords, css: dict[int, str]) -> SafeString:
    """Return the words of a run as HTML, each with its place and its time: in one go, for there may be thousands."""
    return format_html_join("", WORD, (_word_parts(word, css) for word in run.words))


def _word_parts(word: ShownWord, css: dict[int, str]) -> tuple[str, ...]:
    piece = word.piece
    kinds = (css.get(piece.first, ""), "um" if word.is_filler else "")
    return (
        word.space,
        "".join(f" {kind}" for kind in kinds if kind),
        f"{piece.first}-{piece.last}",
        word.space,
        f"{piece.start:.2f}",
        format_html(' title="{}"', _("heard as: %(heard)s") % {"heard": word.heard}) if word.heard else "",
        word.text,
        format_html('<span class="um">{}</span>', word.comma) if word.comma else "",
        format_html('<span class="rest">{}</span>', word.kept) if word.kept else "",
    )


@register.filter
def has_fillers(transcript: Transcript) -> bool:
    """Return whether there are sounds in a text that can be left out."""
    return bool(find_fillers([piece.text for piece in transcript.pieces()], transcript.language))
