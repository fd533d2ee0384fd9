"""Ending a service from elsewhere, also one whose launcher is gone."""

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from config.runner import lock
from config.runner.programs import MANAGER_PID

PATIENCE_SECONDS = 30
COMMAND_WORDS = {"manage.py", "config.runner.supervisor"}
"""One of these is among the words of the launcher's and of the manager's command."""


def stop_service(home: Path) -> bool:
    """End the service that runs on this data folder, and return whether it is gone."""
    # The launcher ends the manager; a manager that ended without it, it would start again.
    if process := next(_controlling_processes(home), None):
        process.terminate()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while lock.is_held(home) and time.monotonic() < deadline:
        time.sleep(0.1)
    lock.delete_settings(home)
    return not lock.is_held(home)


def _controlling_processes(home: Path) -> Iterator[psutil.Process]:
    """Yield the launcher, then the manager, as far as they are alive."""
    manager = home / MANAGER_PID
    written = manager.read_text().strip() if manager.exists() else ""
    for pid in (lock.last_holder(home), int(written) if written.isdigit() else None):
        with suppress(psutil.NoSuchProcess):
            if pid is not None and COMMAND_WORDS & set(psutil.Process(pid).cmdline()):
                yield psutil.Process(pid)
