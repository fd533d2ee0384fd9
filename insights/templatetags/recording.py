"""The words of a recording as its page shows them (`insights.services.recording_words`)."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from django import template

from insights.core.phrases.fillers import find_fillers
from insights.models import Idea
from insights.services.recording_words import IdeaWords, ShownWord, words_by_idea
from transcription.core.edit_script import Piece
from transcription.models import Transcript

register = template.Library()


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


@register.filter
def css_of(shown: RecordingWords, word: ShownWord) -> str:
    """Return the classes of a word: whether it is sure, and whether it is a mere sound."""
    return " ".join(filter(None, (shown.css.get(word.piece.first, ""), "um" if word.is_filler else "")))


@register.filter
def has_fillers(transcript: Transcript) -> bool:
    """Return whether there are sounds in a text that can be left out."""
    return bool(find_fillers([piece.text for piece in transcript.pieces()], transcript.language))
