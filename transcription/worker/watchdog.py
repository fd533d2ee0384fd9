"""Ends a worker process that makes no progress: a hung engine cannot be interrupted in any other way.

Whatever the process had claimed runs out by its lease and is done by another; the process manager starts a new one.
"""

import logging
import os
import signal
import threading
import time
from uuid import UUID

log = logging.getLogger(__name__)

GRACE = 1.25
"""How much longer than its lease a claim is left alone: by then it belongs to another worker in any case."""
LOOK_SECONDS = 1.0

Claimed = tuple[UUID, int]
"""A transcript, and the fence by which it was claimed."""

_deadlines: dict[Claimed, float] = {}
_lock = threading.Lock()
_watcher: threading.Thread | None = None


def expect_progress(claimed: Claimed, seconds: float) -> None:
    """Expect progress on this claim, or its end, within so many seconds; start to watch with the first one."""
    global _watcher  # noqa: PLW0603 - one watcher a process, started after any fork
    with _lock:
        _deadlines[claimed] = time.monotonic() + seconds * GRACE
        if _watcher is None or not _watcher.is_alive():
            _watcher = threading.Thread(target=_watch, name="watchdog", daemon=True)
            _watcher.start()


def under_way() -> set[Claimed]:
    """Return the claims that this process is at."""
    with _lock:
        return set(_deadlines)


def forget(claimed: Claimed) -> None:
    """Stop watching a claim that came to its end."""
    with _lock:
        _deadlines.pop(claimed, None)


def _watch() -> None:
    while True:
        time.sleep(LOOK_SECONDS)
        with _lock:
            late = [claimed for claimed, deadline in _deadlines.items() if deadline < time.monotonic()]
        if late:
            log.error("No progress on claim %s: this worker process ends itself", late[0])
            os.kill(os.getpid(), signal.SIGKILL)
