"""What an export holds and how it is read: without Django, so that any program could do the same."""
