"""A worker that is stopped past its lease and goes on later: another has done its memo, and it writes nothing."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import pytest

from tests.support.faults import points, speeches
from tests.support.faults.counts import either, figure
from tests.support.faults.points import Points
from tests.support.phone import Phone
from tests.support.service import HOUSE, Service
from tests.support.settling import settle

pytestmark = pytest.mark.alone

STOPS = either(2, 50)
ONE_THREAD = {"WORKER_THREADS": "1"}
"""Another one, stopped within a transaction, would keep everybody from SQLite."""
PATIENCE = 60.0


@contextmanager
def another_worker(service: Service) -> Iterator[None]:
    """Run a second worker beside the service's own."""
    command = [sys.executable, "-m", "celery", "-A", "config.celery", "--quiet", "worker", "--pool", "threads"]
    with (service.home / "logs" / "another.log").open("wb") as log:
        worker = subprocess.Popen(
            [*command, "--concurrency", "1"], cwd=HOUSE, env=service.environment, stdout=log, stderr=log
        )
    try:
        yield
    finally:
        for child in psutil.Process(worker.pid).children(recursive=True):
            child.kill()
        worker.kill()
        worker.wait()


def fence(service: Service, transcript: str) -> int:
    """Return how many times a transcript was claimed or taken back."""
    with closing(sqlite3.connect(service.home / "stillnote.sqlite3")) as database:
        row = database.execute("SELECT fence FROM transcription_transcript WHERE id = ?", (transcript,)).fetchone()
    return int(row[0])


def wait_for(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def stop_one(service: Service, told: Points) -> None:
    """Stop a worker that is about to write, and let it go on once another has its memo."""
    before, stopped = len(told.marks("refused")), len(told.marks("reached"))
    assert told.do(points.BEFORE_WRITING, "stop"), "nobody was at work"
    wait_for(lambda: len(told.marks("reached")) > stopped, "nobody was stopped")
    pid, transcript, held = told.marks("reached")[-1]
    wait_for(lambda: fence(service, transcript) > int(held) + 1, "nobody took it over")
    os.kill(int(pid), signal.SIGCONT)
    wait_for(lambda: len(told.marks("refused")) > before, "the late writer was not refused")


def test_whoever_writes_past_its_lease_is_refused_every_time(tmp_path: Path) -> None:
    with Service(points.PERIODS | points.SETTINGS | ONE_THREAD) as service, another_worker(service):
        phone, told = Phone(service), Points(service)
        # Until a hearing was measured on a machine, one may take long: each would be waited for.
        assert phone.send(speeches.write_short(tmp_path, STOPS)).status_code == 201
        settle(service, PATIENCE)
        assert phone.send(speeches.write_long(tmp_path, 40)).status_code == 201
        for number in range(STOPS):
            assert phone.send(speeches.write_short(tmp_path, number)).status_code == 201
            stop_one(service, told)
        end = settle(service, PATIENCE)
        refused = len(told.marks("refused"))
    assert end["states"] == {"ready": STOPS + 2}
    assert end["ideas"] == end["places"]
    assert refused >= STOPS
    figure("late writers refused", refused, "writes", stops=STOPS)
