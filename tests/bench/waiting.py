"""From a memo's announcement to the begin of its hearing, beside a bare Celery task of the same worker and broker.

Run as a program, with a service's settings, it sends both in turn, each to an idle worker.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench.figures import Figure
from tests.support.faults import points, speeches
from tests.support.faults.points import Points
from tests.support.service import HOUSE, Service, free_port

ROUNDS = 30
PATIENCE = 60.0


def figures() -> Iterator[Figure]:
    """Measure on the folder broker, and on Redis where there is one."""
    yield _overhead("the folder broker", {})
    if program := shutil.which("redis-server"):
        port = free_port()
        with tempfile.TemporaryDirectory(prefix="stillnote-bench-") as folder:
            command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
            server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
            try:
                yield _overhead("Redis", {"REDIS_URL": f"redis://127.0.0.1:{port}/0"})
            finally:
                server.kill()
                server.wait()


def _overhead(broker: str, settings: dict[str, str]) -> Figure:
    with Service({**settings, **points.SETTINGS, "SWEEP_SECONDS": "3600"}) as service:
        Points(service)
        command = [sys.executable, "-m", "tests.bench.waiting"]
        sent = subprocess.run(
            command, cwd=HOUSE, env=service.environment, stdout=subprocess.PIPE, text=True, check=True
        )
    took: dict[str, list[float]] = json.loads(sent.stdout)
    ours, bare = (statistics.median(took[which]) * 1000 for which in ("ours", "bare"))
    name = f"announcement to begin, median, {broker}"
    return Figure(name, round(ours, 1), "ms", f"a bare task's {bare:.1f} ms", round(ours / bare, 2))


def _send() -> None:
    """Send memos and bare tasks in turn, and print how many seconds passed until each was begun."""
    import django

    django.setup()
    from capture.models import Source
    from capture.services.accounts import owner
    from capture.services.ingest import Sent, ingest_recording
    from capture.signals import memo_received
    from capture.storage.incoming import open_incoming
    from config.celery import app
    from transcription.models import State, Transcript

    marks = Path(os.environ["STILLNOTE_HOME"], "points", "marks")
    speaker, announced = owner(), list[float]()
    assert speaker
    memo_received.connect(lambda **_: announced.append(time.time()), weak=False)

    def told(kind: str) -> list[list[str]]:
        lines = marks.read_text().splitlines() if marks.exists() else []
        return [line.split() for line in lines if line.startswith(kind)]

    def wait(is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not is_so():
            if time.monotonic() > deadline:
                raise TimeoutError
            time.sleep(0.02)

    def memo(number: int, folder: Path) -> float:
        with open_incoming() as arriving:
            arriving.write(speeches.write_short(folder, number).read_bytes())
            ingest_recording(speaker, None, Source.API, arriving, Sent(client_id=f"waiting-{number}"))
        wait(lambda: Transcript.objects.filter(state=State.READY).count() > number)
        wait(lambda: len(told("begun")) > number)
        return float(told("begun")[number][2]) - announced[-1]

    def bare(number: int) -> float:
        app.send_task("bare", [time.time()])
        wait(lambda: len(told("bare")) > number)
        _kind, sent_at, begun = told("bare")[number]
        return float(begun) - float(sent_at)

    with tempfile.TemporaryDirectory(prefix="stillnote-bench-") as folder:
        took = [(memo(number, Path(folder)), bare(number)) for number in range(ROUNDS)]
    print(json.dumps({"ours": [ours for ours, _ in took[1:]], "bare": [bare for _, bare in took[1:]]}))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    _send()
