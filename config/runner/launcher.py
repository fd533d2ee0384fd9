"""Starts the process manager, starts it again should it die, and ends it when told to."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from django.utils.translation import gettext as _

STOP_SECONDS = 15
LOOK_SECONDS = 0.1
PAUSE_SECONDS = 1.0
"""After the manager died: by then its orphans have seen that it did, and have ended."""
SHORT_SECONDS, SHORT_LIVES = 5.0, 5
"""A manager that lives shorter than this so many times in a row is not started again."""
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Launcher:
    """The one process that people see: `manage.py run`."""

    def __init__(self, configuration: Path, lock: int) -> None:
        self._command = [sys.executable, "-m", "config.runner.supervisor", str(configuration)]
        self._lock = lock
        self._ended = threading.Event()

    def run(self, look: Callable[[], None]) -> bool:
        """Run until SIGINT or SIGTERM. Returns False where the manager would not stay alive.

        look: called again and again while the manager lives.
        """
        for number in ENDING_SIGNALS:
            signal.signal(number, self._end)
        manager = self._start()
        short_lives = 0
        while not self._ended.is_set():
            begun = time.monotonic()
            while manager.poll() is None and not self._ended.wait(LOOK_SECONDS):
                look()
            if self._ended.is_set():
                break
            short_lives = short_lives + 1 if time.monotonic() - begun < SHORT_SECONDS else 0
            if short_lives >= SHORT_LIVES:
                return False
            self._ended.wait(PAUSE_SECONDS)
            manager = self._start()
        print(_("Ending; what is under way may take a few seconds."), flush=True)
        _stop(manager)
        for number in ENDING_SIGNALS:  # else Python, at its own end, lets them kill it
            signal.signal(number, signal.SIG_IGN)
        return True

    def _end(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._ended.set()

    def _start(self) -> "subprocess.Popen[bytes]":
        # In a session of its own, so that Ctrl-C reaches the launcher alone and the end is in order.
        return subprocess.Popen(self._command, stdin=subprocess.DEVNULL, start_new_session=True, pass_fds=[self._lock])


def _stop(manager: "subprocess.Popen[bytes]") -> None:
    manager.terminate()
    try:
        manager.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        manager.kill()
        manager.wait()
