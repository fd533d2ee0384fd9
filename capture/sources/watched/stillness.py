"""Whether a file of a watched folder is whole: nobody writes to it, or it has kept still for long enough."""

from typing import BinaryIO

from capture.core.endings import has_ended
from capture.core.open_writer import has_open_writer

UNSEEN_WRITER_SECONDS = 120.0
"""How long a file keeps still where the system does not tell of writers: recorders and shares stall in between."""
UNENDED_SECONDS = 600.0
"""The same where its container says that more is to come, or it is moved afterwards: a last half would be lost."""


def is_fully_written(file: BinaryIO, still_seconds: float, *, is_moved: bool) -> bool:
    """Return whether an open file may be taken. still_seconds: since it last changed. is_moved: away from its writer.

    The file's position is anywhere afterwards.
    """
    is_written = has_open_writer(file.fileno())
    if is_written is not None:
        return not is_written
    ended = has_ended(file)
    if ended:
        return True
    return still_seconds >= (UNENDED_SECONDS if ended is False or is_moved else UNSEEN_WRITER_SECONDS)
