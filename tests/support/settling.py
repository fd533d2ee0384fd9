"""A service waited for until nothing is under way, and its worker."""

import os
import time
from typing import Any

import psutil

from tests.support.phone import states
from tests.support.service import Service


def worker_of(service: Service) -> psutil.Process:
    """Return the worker, waited for until it is there."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for process in service.processes():
            if "worker" in process.cmdline() and os.getpgid(process.pid) == process.pid:
                return process
        time.sleep(0.05)
    raise AssertionError("there is no worker")


def settle(service: Service, patience: float) -> dict[str, Any]:
    """Return how far everything has come, once nothing is under way or patience ends."""
    deadline = time.monotonic() + patience
    while True:
        now = states(service)
        done = set(now["states"]) <= {"ready"} and not now["without_ideas"]
        if (done and sum(now["states"].values()) == now["memos"]) or time.monotonic() > deadline:
            return now
        time.sleep(0.2)
