"""What insights announces, on commit."""

from django.dispatch import Signal

ideas_placed = Signal()
"""A transcript's ideas are written, each in its topic or unsorted. `id`: the transcript's."""

idea_corrected = Signal()
"""A person said where an idea belongs, or does not. `id`: the idea's."""

webhook_due = Signal()
"""A message to an address of a user's own is to be sent."""

index_wanted = Signal()
"""A page waits for a person's index of topics, which no web process builds. `id`: the user's."""
