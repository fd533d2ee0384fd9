"""What erasing announces, on commit."""

from django.dispatch import Signal

erasure_due = Signal()
"""Somebody asked for the end of their account."""
