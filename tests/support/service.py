"""The whole service, as `make run` starts it, in a data folder of its own."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
import psutil

from config.demo.sample_memos import MICRO_WHISPER
from tests.support.migrated import give_database
from tests.support.service_shell import ServiceShell

HOUSE = Path(__file__).parents[2]
START_SECONDS = 60
STOP_SECONDS = 30
OURS = ("PYTHONDONTWRITEBYTECODE", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "WORKER_THREADS")


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Service:
    """`manage.py run` with the micro Whisper; settings by their names. A context manager: up inside, gone after.

    home: a data folder as it is; without one there is a new one, whose database is migrated already.
    """

    def __init__(self, settings: Mapping[str, str] | None = None, *, home: Path | None = None) -> None:
        self.home = home or Path(tempfile.mkdtemp(prefix="stillnote-service-"))
        self._is_throwaway = home is None
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.output = self.home / "run.log"
        inherited = {name: value for name, value in os.environ.items() if name not in OURS}
        self.environment = inherited | {
            "STILLNOTE_HOME": str(self.home),
            "STILLNOTE_OFFLINE": "1",
            "WHISPER_MODEL": str(MICRO_WHISPER),
            "PORT": str(self.port),
            **(settings or {}),
        }
        if self._is_throwaway and "DATABASE_URL" not in self.environment:
            give_database(self.home)
        self.process: subprocess.Popen[bytes] | None = None
        self._shell = ServiceShell(HOUSE, self.environment)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind:
            print(self.logs())
        self.stop()
        if self._is_throwaway:
            shutil.rmtree(self.home, ignore_errors=True)

    def start(self) -> float:
        """Start, wait until memos can be taken, and return how many seconds that took."""
        begun = time.monotonic()
        with self.output.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "run"],
                cwd=HOUSE,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > begun + START_SECONDS:
                self.stop()
                raise AssertionError(f"the service did not start:\n{self.logs()}")
            time.sleep(0.05)
        return time.monotonic() - begun

    def is_ready(self) -> bool:
        """Return whether it takes memos at this moment."""
        try:
            return httpx.get(f"{self.address}/readyz", timeout=5).is_success
        except httpx.TransportError:
            return False

    def owner(self) -> tuple[str, str]:
        """Return the name and the password that the first start printed."""
        deadline = time.monotonic() + 30  # the website answers a moment before that is printed
        while not (told := re.search(r"Your account: (\S+)   password: (\S+)\n", self.output.read_text())):
            assert time.monotonic() < deadline, "no account was printed"
            time.sleep(0.05)
        return told[1], told[2]

    def stop(self) -> int:
        """End it as Ctrl-C does, and return the exit code. Whatever is left after that is killed, and a failure."""
        self._shell.close()
        if self.process is None:
            return 0
        everyone = self.processes()
        self.process.send_signal(signal.SIGINT)
        try:
            code = self.process.wait(STOP_SECONDS)
        finally:
            _, left = psutil.wait_procs(everyone, timeout=2)
            for process in left:
                process.kill()
        self.process = None
        assert not left, f"still there after the end: {left}"
        return code

    def processes(self) -> list[psutil.Process]:
        """Return every process of the service that lives, orphans and commands included."""
        everyone = psutil.process_iter()
        return [process for process in everyone if _environment(process).get("STILLNOTE_HOME") == str(self.home)]

    def manage(self, *arguments: str, code: int = 0) -> str:
        """Run a manage.py command on the same data folder and return what it printed. code: by which it is to exit."""
        command = [sys.executable, "manage.py", *arguments]
        run = subprocess.run(command, cwd=HOUSE, env=self.environment, capture_output=True, text=True, check=False)
        assert run.returncode == code, run.stdout + run.stderr
        return run.stdout

    def shell(self, code: str) -> str:
        """Run Python code on the same data folder, as `manage.py shell` does, and return what it printed."""
        return self._shell.run(code)

    def logs(self) -> str:
        """Return the end of everything it said."""
        files = [self.output, *sorted((self.home / "logs").glob("*.log"))]
        return "\n".join(f"== {file.name}\n{file.read_text()[-3000:]}" for file in files if file.exists())


def _environment(process: psutil.Process) -> dict[str, str]:
    try:
        found: dict[str, str] = process.environ()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return {}
    return found
