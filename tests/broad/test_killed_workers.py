"""Workers are killed without warning, again and again: every memo still comes to its words, once."""

import os
import random
import signal
import time
from typing import Any

import psutil
import pytest

from tests.broad.phone import Phone, claims_given, states
from tests.conftest import MEMOS
from tests.servers import Surroundings
from tests.service import Service

pytestmark = pytest.mark.alone

KILLS = 20
SHORT = sorted(MEMOS.glob("memo-*.ogg"))
PERIODS = {"LEASE_SECONDS": "4", "SWEEP_SECONDS": "1"}
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


def wait_for_claim(service: Service, before: int) -> None:
    """Wait until a worker has taken another claim."""
    deadline = time.monotonic() + 30
    while claims_given(service) <= before:
        assert time.monotonic() < deadline, service.logs()
        time.sleep(0.02)


def settle(service: Service, patience: float) -> dict[str, Any]:
    """Return how far everything has come, once nothing is under way or patience ends."""
    deadline = time.monotonic() + patience
    while True:
        now = states(service)
        done = set(now["states"]) <= {"ready"} and not now["without_ideas"]
        if (done and sum(now["states"].values()) == now["memos"]) or time.monotonic() > deadline:
            return now
        time.sleep(1)


def test_killed_twenty_times_every_memo_ends_ready_and_nothing_is_doubled(surroundings: Surroundings) -> None:
    chance = random.Random(20)
    with Service(surroundings | PERIODS) as service:
        phone = Phone(service)
        waiting = SHORT[:]
        for kill in range(KILLS):
            # Memos keep coming in, and the worker is waited for, so that each kill finds it at work.
            for _ in range(len(waiting) // (KILLS - kill)):
                assert phone.send(waiting.pop()).status_code == 201
            wait_for_claim(service, claims_given(service))
            time.sleep(chance.uniform(0, 0.5))
            kill_worker(service)
        end = settle(service, PATIENCE)
    assert end["states"] == {"ready": len(SHORT)}
    assert end["memos"] == end["transcripts"] == len(SHORT)
    assert end["without_ideas"] == 0
    assert end["ideas"] == end["places"]
    assert end["lost"] > KILLS / 2, "too few kills found the worker at work: the test showed nothing"


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
