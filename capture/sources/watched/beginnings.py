"""Memos that are the beginning of a file: it was taken while it was being written, and comes again as the whole."""

import hashlib
from datetime import timedelta

from django.utils import timezone

from capture.models import Memo, Source, User
from capture.services.deletion import delete_memo

GROWING_FOR = timedelta(days=7)
"""A file that grows later is another recording."""


class Beginnings:
    """The memos of a user that came by a watched folder and may be the beginning of a file. size: of that, in bytes."""

    def __init__(self, user: User, size: int) -> None:
        since = timezone.now() - GROWING_FOR
        shorter = Memo.objects.of(user).filter(source=Source.WATCHED, bytes__lt=size, received_at__gt=since)
        self._shorter = list(shorter.order_by("-bytes"))  # the shortest is the next, and last
        self._found: list[Memo] = []
        self._hash = hashlib.sha256()
        self._bytes = 0

    def read(self, chunk: bytes) -> None:
        """Compare with the next chunk of the file."""
        while self._shorter and self._shorter[-1].bytes <= self._bytes + len(chunk):
            memo = self._shorter.pop()
            until_there = self._hash.copy()
            until_there.update(chunk[: memo.bytes - self._bytes])
            if until_there.hexdigest() == memo.sha256:
                self._found.append(memo)
        if self._shorter:
            self._hash.update(chunk)
            self._bytes += len(chunk)

    def replace_by(self, whole: Memo) -> None:
        """Delete those that the whole file begins with; what a person said of their context is said of the whole."""
        for memo in self._found:
            if memo.context_by_hand is not None:
                Memo.objects.filter(pk=whole.pk).update(context_by_hand=memo.context_by_hand)
            delete_memo(memo)
