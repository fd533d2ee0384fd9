"""What a killed worker leaves behind is found by the sweep, and by nothing else."""

import os
import signal
import time
from typing import Any

import psutil
import pytest

from tests.conftest import MEMOS
from tests.support.phone import Phone, states
from tests.support.service import Service

pytestmark = pytest.mark.alone

PATIENCE = 120.0


def worker_of(service: Service) -> psutil.Process:
    """Return the worker, waited for until it is there."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for process in service.processes():
            if "worker" in process.cmdline() and os.getpgid(process.pid) == process.pid:
                return process
        time.sleep(0.05)
    raise AssertionError("there is no worker")


def kill_worker(service: Service) -> None:
    """Kill the worker and all its children at once."""
    os.killpg(worker_of(service).pid, signal.SIGKILL)


def settle(service: Service, patience: float) -> dict[str, Any]:
    """Return how far everything has come, once nothing is under way or patience ends."""
    deadline = time.monotonic() + patience
    while True:
        now = states(service)
        done = set(now["states"]) <= {"ready"} and not now["without_ideas"]
        if (done and sum(now["states"].values()) == now["memos"]) or time.monotonic() > deadline:
            return now
        time.sleep(1)


@pytest.mark.parametrize(("sweep", "ends"), [("1", True), ("100000", False)])
def test_it_is_the_sweep_that_finds_what_a_killed_worker_left(sweep: str, *, ends: bool) -> None:
    """The positive control: without the sweep the memo would wait for ever."""
    with Service({"LEASE_SECONDS": "2", "SWEEP_SECONDS": sweep}) as service:
        Phone(service).send(MEMOS / "hard-long.ogg")
        deadline = time.monotonic() + 30
        while "claimed" not in states(service)["states"] and time.monotonic() < deadline:
            time.sleep(0.05)
        kill_worker(service)
        end = settle(service, PATIENCE if ends else 15)
    assert (end["states"] == {"ready": 1}) is ends
