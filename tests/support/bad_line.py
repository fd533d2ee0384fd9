"""A bad line: a proxy that cuts, delays, duplicates, and swallows answers, by a seed of chance."""

import random
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple, Self

RESET = struct.pack("ii", 1, 0)
FAULTS = {"pass": 50, "cut": 20, "delay": 10, "duplicate": 10, "swallow": 10}
"""What is done to a request, and how often in a hundred."""


UPLOADS = b"/api/v1/uploads/"


class Request(NamedTuple):
    """The bytes of one request."""

    head: bytes
    body: bytes


class Proxy:
    """Listens on `port` of the loopback and sends each request on over a connection of its own. A context manager.

    is_calm: while it does no harm. body_bytes: what was sent to it, by method.
    """

    def __init__(self, to_port: int, seed: int) -> None:
        self.done: Counter[str] = Counter()
        self.body_bytes: Counter[bytes] = Counter()
        self.is_calm = False
        self._to_port = to_port
        self._chances = {is_upload: random.Random(seed) for is_upload in (True, False)}
        """Of their own for uploads: how many others come between them is up to the speed of the machine."""
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.port = int(self._listener.getsockname()[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            client.settimeout(60)
            request = _read(client)
            if request is None:
                return
            with self._lock:
                fault, part, second = self._draw(request)
                self.done[fault] += 1
                self.body_bytes[request.head.split(b" ", 1)[0]] += len(request.body)
            if fault == "cut":
                self._cut(request, part, by_reset=second)
                return
            if fault == "delay":
                time.sleep(part / 5)
            answers = self._answers(request, 2 if fault == "duplicate" else 1)
            if fault != "swallow":
                client.sendall(answers[-1 if second else 0])

    def _draw(self, request: Request) -> tuple[str, float, bool]:
        """Return what is done to a request, how much of it comes through, and which of two ways or answers is taken."""
        if self.is_calm:
            return "pass", 1.0, False
        chance = self._chances[UPLOADS in request.head.split(b" ", 2)[1]]
        return chance.choices(list(FAULTS), list(FAULTS.values()))[0], chance.random(), chance.choice([True, False])

    def _cut(self, request: Request, part: float, *, by_reset: bool) -> None:
        """Let a part through, and end the connection as a router does, or as a phone that is switched off."""
        with self._connected() as server:
            server.sendall(request.head + request.body[: int(part * len(request.body))])
            time.sleep(part / 50)
            if by_reset:
                server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)

    def _answers(self, request: Request, times: int) -> list[bytes]:
        answers: list[bytes] = []

        def ask() -> None:
            with self._connected() as server, suppress(OSError):
                server.sendall(request.head + request.body)
                answer = b""
                while chunk := server.recv(65536):
                    answer += chunk
                answers.append(answer)

        asking = [threading.Thread(target=ask) for _ in range(times)]
        for one in asking:
            one.start()
        for one in asking:
            one.join()
        return answers or [b""]

    @contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        with socket.create_connection(("127.0.0.1", self._to_port), timeout=60) as server:
            yield server


def _read(client: socket.socket) -> Request | None:
    """Read one request whole, and ask for the end of its connection after it."""
    with client.makefile("rb") as stream:
        lines = []
        while (line := stream.readline()).strip():
            lines.append(line)
        if not lines:
            return None
        length = 0
        for line in lines:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        kept = [line for line in lines if not line.lower().startswith(b"connection:")]
        return Request(b"".join([*kept, b"Connection: close\r\n\r\n"]), stream.read(length))
