"""Ends a worker process that makes no progress: a hung engine cannot be interrupted in any other way.

Whatever the process had claimed runs out by its lease and is done by another; the process manager starts a new one.
"""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable

from transcription.worker.claim_file import ClaimFile, ClaimKey

log = logging.getLogger(__name__)

GRACE_FACTOR = 1.25
"""How much longer than its lease a claim is left alone: by then it belongs to another worker in any case."""
LOOK_SECONDS = 1.0


def end_process() -> None:
    """Kill this process, whatever its threads are at."""
    os.kill(os.getpid(), signal.SIGKILL)


class Watchdog:
    """The claims that a process is at, and until when each is to show progress.

    end: what is done where none does. file: says to others which these are.
    """

    def __init__(self, file: ClaimFile, end: Callable[[], None] = end_process) -> None:
        self._file = file
        self._end = end
        self._deadlines: dict[ClaimKey, float] = {}
        self._lock = threading.Lock()
        self._watcher: threading.Thread | None = None

    def expect_progress(self, claimed: ClaimKey, seconds: float) -> None:
        """Expect progress on this claim, or its end, within so many seconds; watch while there is any."""
        with self._lock:
            is_new = claimed not in self._deadlines
            self._deadlines[claimed] = time.monotonic() + seconds * GRACE_FACTOR
            if is_new:
                self._file.write(self._deadlines)
            if self._watcher is None:
                self._watcher = threading.Thread(target=self._watch, name="watchdog", daemon=True)
                self._watcher.start()

    def under_way(self) -> set[ClaimKey]:
        """Return the claims that this process is at."""
        with self._lock:
            return set(self._deadlines)

    def forget(self, claimed: ClaimKey) -> None:
        """Stop watching a claim that came to its end."""
        with self._lock:
            if self._deadlines.pop(claimed, None):
                self._file.write(self._deadlines)

    def forget_all(self) -> None:
        """Stop watching all claims."""
        with self._lock:
            self._deadlines.clear()
            self._file.write(self._deadlines)

    def _watch(self) -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            with self._lock:
                late = [claimed for claimed, deadline in self._deadlines.items() if deadline < time.monotonic()]
                if late or not self._deadlines:
                    self._watcher = None
                    break
        if late:
            log.error("No progress on claim %s: this worker process ends itself", late[0])
            self._end()
