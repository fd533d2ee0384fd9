"""The real web server in a data folder of its own, spoken to over raw sockets."""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import psutil

from tests.support.migrated import give_database

HOUSE = Path(__file__).parents[2]
START_SECONDS = 60
ROWS = (
    "import json; from capture.models import Memo; print('rows ' + json.dumps("
    "{m.client_id: [m.sha256, m.path, [a.client_id for a in m.aliases.all()]] for m in Memo.objects.all()}))"
)


class Answer(NamedTuple):
    """Status, headers with lower-case names, and body."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body, read."""
        return json.loads(self.body)


class Row(NamedTuple):
    """A committed memo."""

    sha256: str
    path: str
    aliases: list[str]


class Server:
    """Gunicorn as `manage.py run` starts it, and a device of the owner's; settings by their names.

    like: a server that was never started, of whose data folder this one gets a copy: that is quicker than a new one.
    """

    web: tuple[str, ...] = (sys.executable, "-m", "gunicorn", "-c", "python:config.http.gunicorn", "config.wsgi")

    def __init__(self, home: Path, settings: Mapping[str, str] | None = None, like: "Server | None" = None) -> None:
        self.home = home
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        self.environment = inherited | {"STILLNOTE_HOME": str(home), "PORT": str(self.port), "LOG_LEVEL": "WARNING"}
        self.environment |= settings or {}
        if like:
            shutil.copytree(like.home, home, dirs_exist_ok=True)
        self.token: str = like.token if like else self._move_in()
        self.process: subprocess.Popen[bytes] | None = None

    def _move_in(self) -> str:
        if "DATABASE_URL" in self.environment:
            self.command("migrate", "--verbosity=0")
        else:
            give_database(self.home)
        self.command("adduser", "alice")
        return self.command("pair", "--token", "phone", "--user", "alice").strip()

    def command(self, *arguments: str) -> str:
        """Run a manage.py command and return what it printed."""
        run = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            run, cwd=HOUSE, env=self.environment, check=True, stdout=subprocess.PIPE, text=True
        ).stdout

    def rows(self) -> dict[str, Row]:
        """Return what is committed, by client id."""
        said = self.command("shell", "--no-imports", "-c", ROWS)
        return {name: Row(*row) for name, row in json.loads(said.rpartition("rows ")[2]).items()}

    def start(self) -> None:
        """Start, and wait until it answers."""
        with (self.home / "web.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.web, cwd=HOUSE, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                if self.ask(b"GET /api/v1/memos/none HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").status:
                    return
            except OSError:
                time.sleep(0.05)
        raise TimeoutError((self.home / "web.log").read_text())

    def kill(self) -> None:
        """End all of it at once, as a power cut would."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def workers(self) -> list[psutil.Process]:
        """Return the web workers."""
        assert self.process is not None
        return list(psutil.Process(self.process.pid).children())

    def memory(self) -> int:
        """Return the resident bytes of the largest web worker."""
        return max(worker.memory_info().rss for worker in self.workers())

    def connect(self) -> socket.socket:
        """Open a connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def head(self, method: str, path: str, *lines: str, token: str = "") -> bytes:
        """Return the head of a request of the device's, or of another token's."""
        authorization = f"Authorization: Bearer {token or self.token}"
        return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: localhost", authorization, *lines, "", ""]).encode()

    def ask(self, request: bytes, *, then_end: bool = False) -> Answer:
        """Send bytes over a connection of their own, end our half of it if told to, and return the answer."""
        with self.connect() as connection:
            connection.sendall(request)
            if then_end:
                connection.shutdown(socket.SHUT_WR)
            return answer_on(connection)

    def put(self, client_id: str, audio: bytes) -> Answer:
        """PUT a recording."""
        length = f"Content-Length: {len(audio)}"
        return self.ask(self.head("PUT", f"/api/v1/memos/{client_id}", length) + audio)


def speech(seed: int, size: int = 20_000) -> bytes:
    """Return what passes for a recording, the same for the same seed."""
    return b"OggS" + random.Random(seed).randbytes(size)


def answer_on(connection: socket.socket) -> Answer:
    """Read one answer, and not a byte more. Raises ConnectionError where it does not come whole."""
    with connection.makefile("rb", buffering=0) as stream:
        status = stream.readline()
        if not status.startswith(b"HTTP/1.1 ") or not status.endswith(b"\n"):
            raise ConnectionError(f"no answer but {status!r}")
        headers = {}
        while line := stream.readline().strip():
            name, _, value = line.decode().partition(":")
            headers[name.lower()] = value.strip()
        body = b""
        while len(body) < int(headers.get("content-length", 0)):
            chunk = stream.read(int(headers["content-length"]) - len(body))
            if not chunk:
                raise ConnectionError("the answer ended early")
            body += chunk
    return Answer(int(status.split()[1]), headers, body)
