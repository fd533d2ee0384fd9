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
    """Return what is doubtful about a transcript, in sentences; nothing where there is none yet."""
    return list(shown_warnings(transcript.warnings, transcript.heard())) if transcript else []


@register.filter
def language(code: str) -> str:
    """Return what a language is called."""
    return language_name(code)
