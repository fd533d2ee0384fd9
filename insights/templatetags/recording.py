"""The words of a recording as its page shows them (`insights.services.recording_words`)."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from insights.core.phrases.fillers import find_fillers
from insights.models import Idea
from insights.services.recording_words import IdeaWords, ShownWord, words_by_idea
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


class RecordingWords(NamedTuple):
    """Runs of words, each with the idea in which it stands; css: the classes of words by the first they cover."""

    runs: list[IdeaWords]
    css: dict[int, str]


@register.simple_tag
def recording_words(transcript: Transcript, ideas: Sequence[Idea], words: Sequence[MarkedWord]) -> RecordingWords:
    """Return a transcript's words by ideas. words: as the filter `words_as_changed` has them."""
    runs = words_by_idea(transcript, ideas, [word.piece for word in words])
    return RecordingWords(runs, {word.piece.first: word.css for word in words if word.css})


@register.simple_tag
def run_words(run: IdeaWords, shown: RecordingWords) -> SafeString:
    """Return the words of a run as HTML, each with its place and its time: in one go, for there may be thousands."""
    return format_html_join("", WORD, (_word_parts(word, shown.css) for word in run.words))


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
