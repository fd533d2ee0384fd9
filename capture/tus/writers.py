"""Which uploads are written to by a process that lives: locks of the system end with their process, however it ends.

Such a lock (fcntl(2), one byte of a file for each upload) belongs to a process and not to a thread: each process also
counts its own writers. It only says who is dead; who may write is in the row (lease.py).
"""

import fcntl
import os
import uuid
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from capture.storage.state import storage_state

FILE = "uploads.lock"
MAX_LOCKED_BYTE = 2**62


def lock_writer(upload_id: uuid.UUID) -> None:
    """Lock an upload as one that this process writes to; it may have several writers, the others asleep."""
    state = storage_state()
    with state.upload_writers_lock:
        if not state.upload_writers[upload_id]:
            _is_locked_now(upload_id)
        state.upload_writers[upload_id] += 1


def unlock_writer(upload_id: uuid.UUID) -> None:
    """Take back one `lock_writer`."""
    state = storage_state()
    with state.upload_writers_lock:
        state.upload_writers[upload_id] -= 1
        if not state.upload_writers[upload_id]:
            del state.upload_writers[upload_id]
            _unlock(upload_id)


def has_living_writer(upload_id: uuid.UUID) -> bool:
    """Return whether a process that lives writes to an upload; where the system does not tell, one may."""
    state = storage_state()
    with state.upload_writers_lock:
        if upload_id in state.upload_writers or not _is_locked_now(upload_id):
            return True
        _unlock(upload_id)
        return False


def _is_locked_now(upload_id: uuid.UUID) -> bool:
    """Lock the byte of an upload, and return whether that could be done."""
    with suppress(OSError):
        fcntl.lockf(_opened(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, upload_id.int % MAX_LOCKED_BYTE)
        return True
    return False


def _unlock(upload_id: uuid.UUID) -> None:
    with suppress(OSError):
        fcntl.lockf(_opened(), fcntl.LOCK_UN, 1, upload_id.int % MAX_LOCKED_BYTE)


def _opened() -> int:
    """Return the file of the locks, opened once: whoever closes it lets go of all of them."""
    files, path = storage_state().upload_lock_files, Path(settings.HOME / FILE)
    if path not in files:
        files[path] = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    return files[path]
