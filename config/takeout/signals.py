"""What is announced of exports and of what is taken in, on commit, with one id."""

from django.dispatch import Signal

export_due = Signal()
take_in_due = Signal()
