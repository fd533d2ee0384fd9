"""Errors of transcripts and engines, as sentences."""

from django import template

from transcription.core.messages import Message
from transcription.error_text import sentence_of

register = template.Library()


@register.filter
def error_sentence(message: Message | str | None) -> str:
    """Return the sentence for a message, or for what is stored of one; "" for none."""
    return sentence_of(message) if message else ""
