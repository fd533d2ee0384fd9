"""Errors of transcripts and engines, and what is doubtful about words, as sentences."""

from django import template

from transcription.core.engines.languages import language_name
from transcription.core.messages import Message
from transcription.error_text import sentence_of
from transcription.models import Transcript
from transcription.warning_text import ShownWarning, shown_warnings

register = template.Library()


@register.filter
def error_sentence(message: Message | str | None) -> str:
    """Return the sentence for a message, or for what is stored of one; "" for none."""
    return sentence_of(message) if message else ""


@register.filter
def doubts(transcript: Transcript | None) -> list[ShownWarning]:
    """Return what is doubtful about a transcript, in sentences, but for words that a person changed or kept.

    Nothing where there is none yet.
    """
    if transcript is None:
        return []
    doubtful = transcript.doubtful()
    found = shown_warnings(transcript.warnings, transcript.heard())
    return [one for one in found if not one.words or not doubtful.isdisjoint(range(one.first, one.last))]


@register.filter
def language(code: str) -> str:
    """Return what a language is called."""
    return language_name(code)
