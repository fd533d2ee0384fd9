"""One service to a data folder: a lock that the kernel lets go of when its holders are gone, however they went."""

import fcntl
import os
from pathlib import Path


class Occupied(Exception):
    """Another service holds the data folder; the message says so."""


def hold(home: Path) -> int:
    """Return the descriptor of the held lock, which children may inherit. Raises Occupied."""
    descriptor = os.open(home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise Occupied(
            f"Stillnote is running already on {home}. End it first, or name another STILLNOTE_HOME."
        ) from error
    return descriptor


def is_held(home: Path) -> bool:
    """Return whether a service runs on this data folder."""
    if not (home / "lock").exists():
        return False
    try:
        os.close(hold(home))
    except Occupied:
        return True
    return False
