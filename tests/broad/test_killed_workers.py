"""What a killed worker leaves behind is found by the sweep, and by nothing else."""

import os
import signal
import time

import pytest

from config.demo.sample_memos import MEMOS
from tests.support.phone import Phone, states
from tests.support.service import Service
from tests.support.settling import settle, worker_of

pytestmark = pytest.mark.alone

PATIENCE = 120.0


def kill_worker(service: Service) -> None:
    """Kill the worker and all its children at once."""
    os.killpg(worker_of(service).pid, signal.SIGKILL)


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
