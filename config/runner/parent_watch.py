"""A program ends when the process manager does, however that died: the next start finds an empty house."""

import os
import signal
import threading
import time

PERIOD_SECONDS = 0.3
MANAGER_VARIABLE = "STILLNOTE_MANAGER"
"""The environment variable in which the process manager gives its process id to what it starts."""


def end_with_manager() -> None:
    """End with the process manager; started by hand, outlive whoever did."""
    manager = os.environ.get(MANAGER_VARIABLE, "")
    if manager.isdigit():
        end_with_parent(int(manager))


def end_with_parent(parent: int) -> None:
    """End this process, and its process group where it leads one, at once when `parent` is no longer its parent.

    A hard end is safe: claims have leases, uploads have no receipt yet, and the next start finds both.
    """

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(PERIOD_SECONDS)
        if os.getpgrp() == os.getpid():
            os.killpg(os.getpgrp(), signal.SIGKILL)
        os._exit(1)

    threading.Thread(target=look, name="parent-watch", daemon=True).start()
