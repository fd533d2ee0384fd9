"""One service to a data folder: a lock that the kernel lets go of when its holders are gone, however they went."""

import fcntl
import json
import os
from pathlib import Path

NAME, GIVEN = "lock", "running.json"


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


def tell(home: Path, settings: dict[str, str]) -> None:
    """Let commands elsewhere know what the service that holds the lock was given."""
    path = home / GIVEN
    path.write_text(json.dumps(settings))
    path.chmod(0o600)


def given(home: Path) -> dict[str, str]:
    """Return what the service that runs on this data folder was given, or nothing where none does."""
    path = home / GIVEN
    if not (path.exists() and is_held(home)):
        return {}
    try:
        found: dict[str, str] = json.loads(path.read_text())
    except ValueError:  # it is just being written
        return {}
    return found


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
