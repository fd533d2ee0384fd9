"""Redis is emptied, or killed and started anew: no memo is forgotten, and work goes on soon."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from tests.support.faults import speeches
from tests.support.faults.counts import either, figure
from tests.support.phone import Phone, claims_given
from tests.support.servers import missing
from tests.support.service import Service, free_port
from tests.support.service_rows import number
from tests.support.settling import settle

pytestmark = pytest.mark.alone

TIMES = either(1, 20)
SWEEP_SECONDS = 3
SOON = SWEEP_SECONDS + 10
PATIENCE = 300


class Redis:
    """A server whose memory ends with it."""

    def __init__(self) -> None:
        program = shutil.which("redis-server")
        if program is None:
            missing("redis-server")
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = tempfile.mkdtemp(prefix="stillnote-redis-")
        command = [str(program), "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", self._folder]
        self._command = command
        self.start()

    def start(self) -> None:
        """Start, and wait until it answers."""
        self._server = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        with redis.Redis(port=self.port) as client:
            while time.monotonic() < deadline:
                try:
                    client.ping()
                except redis.ConnectionError:
                    time.sleep(0.05)
                else:
                    return
        raise AssertionError("Redis did not start")

    def empty(self) -> None:
        """Let it forget everything."""
        with redis.Redis(port=self.port) as client:
            client.flushall()

    def restart(self) -> None:
        """Kill it, and start it a moment later."""
        self.kill()
        time.sleep(1)
        self.start()

    def kill(self) -> None:
        """Kill it."""
        self._server.kill()
        self._server.wait()

    def close(self) -> None:
        """End for good."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)


def left(service: Service) -> int:
    """Return how many memos are still to be written down."""
    memos = number(service, "SELECT count(*) FROM capture_memo")
    return memos - number(service, "SELECT count(finished_at) FROM transcription_transcript")


@pytest.fixture
def server() -> Iterator[Redis]:
    running = Redis()
    yield running
    running.close()


def test_work_goes_on_soon_and_nothing_is_lost(server: Redis, tmp_path: Path) -> None:
    waits, number = [], 0
    with Service({"REDIS_URL": server.url, "SWEEP_SECONDS": str(SWEEP_SECONDS), "WORKER_THREADS": "1"}) as service:
        phone = Phone(service)
        for harm in (server.empty, server.restart) * TIMES:
            for _ in range(8):
                assert phone.send(speeches.write_short(tmp_path, number)).status_code == 201
                number += 1
            harm()
            begun, before, is_left = time.monotonic(), claims_given(service), left(service)
            while claims_given(service) == before and left(service):
                assert time.monotonic() < begun + 2 * SOON, "nobody goes on"
                time.sleep(0.05)
            waits += [time.monotonic() - begun] * bool(is_left)
        end = settle(service, PATIENCE)
    assert end["states"] == {"ready": number}
    assert end["ideas"] == end["places"]
    assert len(waits) >= TIMES, "most had ended before: the test showed nothing"
    assert max(waits) < SOON
    figure(
        "longest until work goes on after an outage of Redis", max(waits), "s", times=len(waits), sweep=SWEEP_SECONDS
    )
