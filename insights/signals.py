"""What insights announces, on commit."""

from django.dispatch import Signal

ideas_placed = Signal()
"""A transcript's ideas are written, each in its topic or unsorted. `id`: the transcript's."""

idea_corrected = Signal()
"""A person said where an idea belongs, or does not. `id`: the idea's."""

index_wanted = Signal()
"""A page waits for a person's index of topics, which no web process builds. `id`: the user's."""
