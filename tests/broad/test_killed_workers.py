"""What a killed worker leaves behind is found by the worker that follows it, and by the sweep."""

import os
import signal
import time
from pathlib import Path

import pytest

from tests.support.faults import speeches
from tests.support.phone import Phone, states
from tests.support.service import Service
from tests.support.settling import settle, worker_of

pytestmark = pytest.mark.alone

PATIENCE = 120.0


def kill_worker(service: Service) -> None:
    """Kill the worker and all its children at once."""
    os.killpg(worker_of(service).pid, signal.SIGKILL)


@pytest.mark.parametrize("sweep", ["1", "100000"])
def test_what_a_killed_worker_left_is_taken_up_at_once(sweep: str, tmp_path: Path) -> None:
    """Its lease is not waited for; without the sweep it is the next worker that looks for it."""
    with Service({"LEASE_SECONDS": "1000", "SWEEP_SECONDS": sweep}) as service:
        Phone(service).send(speeches.write_long(tmp_path, 45))
        deadline = time.monotonic() + 30
        while "claimed" not in states(service)["states"] and time.monotonic() < deadline:
            time.sleep(0.05)
        kill_worker(service)
        end = settle(service, PATIENCE)
    assert end["states"] == {"ready": 1}
    assert end["lost"] > 0, "it was not killed while it had a claim"
