"""What transcription announces, on commit."""

from django.dispatch import Signal

transcript_ready = Signal()
"""A memo has a new current transcript with words in it. `id`: the transcript's."""
