"""How much work a receipt is, beside a plain view that promises nothing, and what a large upload takes of memory."""

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import psutil

from tests.bench.disk import cpu_of_durability, fsyncs_a_second
from tests.bench.figures import Figure
from tests.bench.senders import BOUNDARY, PHONES, SIZE
from tests.support.web_server import HOUSE, Server, answer_on

UPLOADS = 1600
MOST_CPU = 1.1
LEAST_A_SECOND = 250
MOST_MEMORY = 40
LARGE = 1024**3
MB = 1e6
PLAIN = "a plain Django view without fsync"


class Work(NamedTuple):
    """cpu: seconds of the server's processes for one upload. a_second: uploads."""

    cpu: float
    a_second: float


class PlainServer(Server):
    """The peer, served by the same web server."""

    web = (*Server.web[:-1], "tests.bench.peer")


@contextmanager
def running(kind: type[Server] = Server) -> Iterator[Server]:
    """Give a server in a data folder of its own, its limits out of the way."""
    with tempfile.TemporaryDirectory(prefix="stillnote-bench-") as home:
        server = kind(Path(home), {"UPLOADS_A_MINUTE": str(10**9)})
        server.start()
        try:
            yield server
        finally:
            server.kill()


def work(server: Server, door: str, uploads: int) -> Work:
    """Let eight phones send, and return what that cost."""
    command = [sys.executable, "-m", "tests.bench.senders", str(server.port), server.token, door]
    subprocess.run([*command, str(PHONES * 20)], cwd=HOUSE, check=True, stdout=subprocess.DEVNULL)  # warm
    before = cpu_seconds(server)
    said = subprocess.run([*command, str(uploads)], cwd=HOUSE, check=True, stdout=subprocess.PIPE, text=True).stdout
    return Work((cpu_seconds(server) - before) / uploads, uploads / float(said))


def cpu_seconds(server: Server) -> float:
    """Return what the server's processes have used so far."""
    assert server.process
    parent = psutil.Process(server.process.pid)
    times = [process.cpu_times() for process in (parent, *parent.children(recursive=True))]
    return sum(spent.user + spent.system for spent in times)


def memory_of(server: Server, send: Callable[[Server], None]) -> float:
    """Return by how many MB the largest web worker grows at most while something is sent."""
    before = most = server.memory()
    sending = threading.Thread(target=send, args=(server,))
    sending.start()
    while sending.is_alive():
        most = max(most, server.memory())
        time.sleep(0.02)
    sending.join()
    return (most - before) / MB


def send_large(server: Server, head: bytes, before: bytes = b"", after: bytes = b"") -> None:
    """Send a recording of LARGE bytes in one request."""
    chunk = b"OggS" + bytes(2**20 - 4)
    with server.connect() as connection:
        connection.sendall(head + before)
        for _ in range(LARGE // len(chunk)):
            connection.sendall(chunk)
        connection.sendall(after)
        connection.settimeout(120)
        answer = answer_on(connection)
    assert answer.status in {200, 201, 204}, answer


def large_put(server: Server) -> None:
    """Send it as a raw body."""
    send_large(server, server.head("PUT", "/api/v1/memos/large", f"Content-Length: {LARGE}"))


def large_post(server: Server) -> None:
    """Send it as a form."""
    before = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="audio"; filename="x"\r\n\r\n'.encode()
    after = f"\r\n--{BOUNDARY}--\r\n".encode()
    kind = f"Content-Type: multipart/form-data; boundary={BOUNDARY}"
    length = f"Content-Length: {LARGE + len(before) + len(after)}"
    send_large(server, server.head("POST", "/api/v1/memos", kind, length), before, after)


def large_tus(server: Server) -> None:
    """Send it as a resumable upload, all of it at once."""
    spoken = "Tus-Resumable: 1.0.0"
    lines = spoken, f"Upload-Length: {LARGE}", "Content-Length: 0"
    path = urlsplit(server.ask(server.head("POST", "/api/v1/uploads/", *lines)).headers["location"]).path
    kind = "Content-Type: application/offset+octet-stream"
    send_large(server, server.head("PATCH", path, spoken, "Upload-Offset: 0", kind, f"Content-Length: {LARGE}"))


DOORS: dict[str, Callable[[Server], None]] = {"PUT": large_put, "POST": large_post, "tus": large_tus}


def figures() -> Iterator[Figure]:
    """Measure, and yield each figure as it is known."""
    with running(PlainServer) as server:
        plain = work(server, "post", UPLOADS)
    with running() as server:
        disk = fsyncs_a_second(server.home)
        yield Figure("fsyncs of the disk itself", disk, "a second")
        floor = cpu_of_durability(server.home, SIZE)
        yield Figure("CPU of its three fsyncs alone", floor * 1000, "ms", peer=PLAIN, ratio=floor / plain.cpu)
        for door in ("put", "post"):
            ours = work(server, door, UPLOADS)
            goal = f"at most {MOST_CPU} times"
            yield Figure(
                f"CPU of an upload of {SIZE // 1000} KB by {door.upper()}",
                ours.cpu * 1000,
                "ms",
                peer=PLAIN,
                ratio=ours.cpu / plain.cpu,
                goal=goal,
                met=ours.cpu <= MOST_CPU * plain.cpu,
            )
            yield Figure(
                f"durable uploads by {door.upper()}, {PHONES} phones",
                ours.a_second,
                "a second",
                peer=PLAIN,
                ratio=ours.a_second / plain.a_second,
                goal=f"at least {LEAST_A_SECOND}",
                met=ours.a_second >= LEAST_A_SECOND,
            )
    for name, send in DOORS.items():
        with running() as server:
            grown = memory_of(server, send)
        goal = f"under {MOST_MEMORY}"
        yield Figure(f"memory while 1 GB passes by {name}", grown, "MB", goal=goal, met=grown < MOST_MEMORY)
