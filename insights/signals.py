"""What insights announces, on commit."""

from django.dispatch import Signal

ideas_placed = Signal()
"""A transcript's ideas are written, each in its topic or unsorted. `id`: the transcript's."""
