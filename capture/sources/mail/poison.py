"""Poison mails: one that ended the process that was taking it in is laid aside when it comes again."""

import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

KEPT_SECONDS = 30 * 24 * 3600
"""How long a mail is remembered that ended its process and never came again."""


class PoisonMail(Exception):
    """A mail ended a process that was taking it in."""


class MailInProgress(Exception):
    """Another process is taking this mail in."""


@contextmanager
def mark_as_begun(mail: bytes) -> Iterator[None]:
    """Mark a mail before it is looked into, until that is over, however that ends but for the process's own end.

    Raises PoisonMail and MailInProgress, with nothing begun.
    """
    folder = settings.HOME / "mailin"
    folder.mkdir(exist_ok=True)
    _delete_old_marks(folder)
    mark = folder / hashlib.sha256(mail).hexdigest()
    with mark.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise MailInProgress from error
        if os.fstat(file.fileno()).st_nlink == 0:  # taken in while we opened it
            raise MailInProgress
        try:
            if file.tell():
                raise PoisonMail
            file.write("begun")
            file.flush()
            yield
        finally:
            mark.unlink(missing_ok=True)


def _delete_old_marks(folder: Path) -> None:
    before = time.time() - KEPT_SECONDS
    for mark in folder.iterdir():
        with suppress(FileNotFoundError):
            if mark.stat().st_mtime < before:
                mark.unlink()
