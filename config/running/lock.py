"""One service to a data folder: a lock that the kernel lets go of when its holders are gone, however they went."""

import fcntl
import os
from pathlib import Path

NAME = "lock"


class Occupied(Exception):
    """Another service holds the data folder; the message says so."""


def hold(home: Path) -> int:
    """Return the descriptor of the held lock, which children may inherit. Raises Occupied."""
    descriptor = _locked(home)
    os.ftruncate(descriptor, 0)
    os.write(descriptor, str(os.getpid()).encode())
    return descriptor


def holder(home: Path) -> int | None:
    """Return the process id of whoever held the lock last, or None where nobody ever did."""
    path = home / NAME
    written = path.read_text() if path.exists() else ""
    return int(written) if written.isdigit() else None


def is_held(home: Path) -> bool:
    """Return whether a service runs on this data folder."""
    if not (home / NAME).exists():
        return False
    try:
        os.close(_locked(home))
    except Occupied:
        return True
    return False


def _locked(home: Path) -> int:
    descriptor = os.open(home / NAME, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise Occupied(
            f"Stillnote is running already on {home}. End it first (Ctrl-C where it was started, or `make stop`), "
            "or name another STILLNOTE_HOME."
        ) from error
    return descriptor
