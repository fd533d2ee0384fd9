"""What transcription announces, on commit."""

from django.dispatch import Signal

transcript_ready = Signal()
"""A memo has a new current transcript with words in it. `id`: the transcript's."""

transcript_edited = Signal()
"""A person changed words of a transcript, or undid that: once for each that a click changes. `id`: the transcript's."""
