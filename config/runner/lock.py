"""One service to a data folder: a lock that the kernel lets go of when its holders are gone, however they went."""

import fcntl
import json
import os
from pathlib import Path

from django.utils.translation import gettext as _

LOCK_FILE, SETTINGS_FILE = "lock", "running.json"


class AlreadyRunning(Exception):
    """Another service holds the data folder, which is the argument; as a text it says so.

    Settings are read by this module: only whoever shows the text has languages by then.
    """

    def __str__(self) -> str:
        """Return the sentence."""
        said = _(
            "Stillnote is running already on %(folder)s. End it first (Ctrl-C where it was started, or `make stop`), "
            "or name another STILLNOTE_HOME."
        )
        return said % {"folder": self.args[0]}


def acquire(home: Path) -> int:
    """Take the lock and return its descriptor, which children may inherit. Raises AlreadyRunning."""
    descriptor = _acquire_descriptor(home)
    os.ftruncate(descriptor, 0)
    os.write(descriptor, str(os.getpid()).encode())
    return descriptor


def last_holder(home: Path) -> int | None:
    """Return the process id of whoever held the lock last, or None where nobody ever did."""
    path = home / LOCK_FILE
    written = path.read_text() if path.exists() else ""
    return int(written) if written.isdigit() else None


def write_settings(home: Path, settings: dict[str, str]) -> None:
    """Write what the service that holds the lock was given, for commands elsewhere."""
    path = home / SETTINGS_FILE
    path.write_text(json.dumps(settings))
    path.chmod(0o600)


def delete_settings(home: Path) -> None:
    """Delete what the service was given, which may hold passwords, where none runs on this data folder."""
    try:
        descriptor = _acquire_descriptor(home)
    except (AlreadyRunning, OSError):
        return
    try:
        (home / SETTINGS_FILE).unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def running_settings(home: Path) -> dict[str, str]:
    """Return what the service that runs on this data folder was given, or nothing where none does."""
    path = home / SETTINGS_FILE
    if not path.exists():
        return {}
    if not is_held(home):
        delete_settings(home)  # of one that was killed
        return {}
    try:
        found: dict[str, str] = json.loads(path.read_text())
    except ValueError:  # it is just being written
        return {}
    return found


def is_held(home: Path) -> bool:
    """Return whether a service runs on this data folder."""
    if not (home / LOCK_FILE).exists():
        return False
    try:
        os.close(_acquire_descriptor(home))
    except AlreadyRunning:
        return True
    return False


def _acquire_descriptor(home: Path) -> int:
    descriptor = os.open(home / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise AlreadyRunning(home) from error
    return descriptor
