"""A service of its own for the demo: a throw-away data folder, a free port, and a Whisper that is here."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

MARK_FILE = "demo"
"""The file that tells a demo's data folder from one that somebody lives in."""

START_SECONDS = 60
STOP_SECONDS = 30


class ServiceStartError(Exception):
    """The service did not come up; the message ends with what it printed."""


def mark_as_demo(home: Path) -> None:
    """Mark a data folder as a demo's, so that it may be thrown away."""
    (home / MARK_FILE).touch()


def demo_environment(home: Path, environment: Mapping[str, str], model: Path) -> dict[str, str]:
    """Return the environment of a demo in `home`. model: the folder of the Whisper by which it hears.

    Raises ServiceStartError where the port that was asked is taken.
    """
    kept = {name: value for name, value in environment.items() if name not in {"STILLNOTE_URL", "WORKER_THREADS"}}
    return kept | {
        "STILLNOTE_HOME": str(home),
        "STILLNOTE_OFFLINE": "1",
        "WHISPER_MODEL": str(model),
        "PORT": str(_free_port(environment.get("PORT"))),
        "DIGEST_SECONDS": "2",
        "SWEEP_SECONDS": "5",
    }


def _free_port(asked: str | None) -> int:
    for port in [asked] if asked else [8000, 0]:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", int(port)))
            except (OSError, ValueError, OverflowError):
                continue
            return int(probe.getsockname()[1])
    raise ServiceStartError(f"Port {asked} is not free. Choose another, or none: make demo")


@contextmanager
def running_service(home: Path, address: str) -> Iterator[None]:
    """Run the service, by the same command as `make run`, until the block ends. Raises ServiceStartError."""
    output = home / "run.log"
    with output.open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "run"],
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=os.environ,
        )
    try:
        _wait_until_ready(process, address, output)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def _wait_until_ready(process: "subprocess.Popen[bytes]", address: str, output: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{address}/readyz", timeout=2).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise ServiceStartError(f"the service did not start:\n{output.read_text()}")
