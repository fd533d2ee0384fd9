"""Hubs and package indexes on loopback: whole ones, and such as break off, answer nonsense, or do not answer at all."""

import hashlib
import io
import json
import socket
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

COMMIT = "1" * 40
PORTAL = b"<!doctype html><title>Welcome to our hotel</title><p>Log in to go on.</p>"


@dataclass
class Answers:
    """What a server has, and how it behaves. asked: what was asked of it, with the range.

    breaks: after how many bytes each of the next answers with a file breaks off. is_open: an index sends the second
    half of a package when this is set.
    """

    repository: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    breaks: list[int] = field(default_factory=list)
    knows_ranges: bool = True
    is_portal: bool = False
    lies: bool = False
    is_open: threading.Event = field(default_factory=threading.Event)
    asked: list[tuple[str, str]] = field(default_factory=list)


class LoopbackServer(ThreadingHTTPServer):
    """A server of files that behaves as its answers say."""

    daemon_threads = True

    def __init__(self, answers: Answers, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.answers = answers


class _Silent(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def answers(self) -> Answers:
        return cast("LoopbackServer", self.server).answers

    def send(self, body: bytes, kind: str, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class _HubRequest(_Silent):
    def do_GET(self) -> None:
        answers, path = self.answers, self.path.partition("?")[0]
        answers.asked.append((path, self.headers.get("Range", "")))
        if answers.is_portal:
            self.send(PORTAL, "text/html; charset=utf-8")
            self.wfile.write(PORTAL)
        elif path == f"/api/models/{answers.repository}/revision/main":
            listing = json.dumps(_listing(answers)).encode()
            self.send(listing, "application/json")
            self.wfile.write(listing)
        elif (name := path.removeprefix(f"/{answers.repository}/resolve/{COMMIT}/")) in answers.files:
            self._send_file(answers.files[name])
        else:
            self.send(b"", "text/plain", 404)

    def _send_file(self, whole: bytes) -> None:
        begin = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").partition("-")[0])
        begin = begin if self.answers.knows_ranges else 0
        body = whole[begin:]
        self.send(body, "application/octet-stream", 206 if begin else 200)
        if self.answers.breaks:
            self.wfile.write(body[: self.answers.breaks.pop(0)])
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        else:
            self.wfile.write(body)


def _listing(answers: Answers) -> dict[str, Any]:
    """Return what the hub lists: small files by git's hash, large ones by SHA-256."""
    siblings: list[dict[str, Any]] = []
    for name, body in answers.files.items():
        told: dict[str, Any] = {"rfilename": name, "size": len(body)}
        true = b"something else" if answers.lies else body
        if name.endswith(".bin"):
            told["lfs"] = {"sha256": hashlib.sha256(true).hexdigest(), "size": len(body)}
        else:
            told["blobId"] = hashlib.sha1(b"blob %d\0" % len(true) + true).hexdigest()
        siblings.append(told)
    return {"id": answers.repository, "sha": COMMIT, "siblings": [*siblings, {"rfilename": "../escape.bin"}]}


class _IndexRequest(_Silent):
    """The simple index (PEP 503) of wheels, by their file names."""

    def do_GET(self) -> None:
        answers = self.answers
        answers.asked.append((self.path, self.headers.get("Range", "")))
        name = self.path.strip("/").rpartition("/")[2]
        if name in answers.files:
            package = answers.files[name]
            self.send(package, "application/octet-stream")
            self.wfile.write(package[: len(package) // 2])
            answers.is_open.wait()
            self.wfile.write(package[len(package) // 2 :])
            return
        wheels = [wheel for wheel in answers.files if wheel.startswith(f"{name.replace('-', '_')}-")]
        links = "".join(f'<a href="/files/{wheel}">{wheel}</a>' for wheel in wheels)
        page = PORTAL if answers.is_portal else f"<!doctype html><html><body>{links}</body></html>".encode()
        self.send(page, "text/html", 200 if wheels or answers.is_portal else 404)
        self.wfile.write(page)


@contextmanager
def _serving(answers: Answers, handler: type[BaseHTTPRequestHandler]) -> Iterator[LoopbackServer]:
    with LoopbackServer(answers, handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@contextmanager
def running_hub(repository: str, files: dict[str, bytes]) -> Iterator[LoopbackServer]:
    """Run a hub that holds one repository."""
    with _serving(Answers(repository, files), _HubRequest) as server:
        yield server


@contextmanager
def running_index(wheels: dict[str, bytes], *, is_open: bool = True) -> Iterator[LoopbackServer]:
    """Run a package index of wheels, by their file names; its simple index is at its root.

    is_open: whether it sends whole packages from the first, or halves until its answers say otherwise.
    """
    answers = Answers(files=wheels)
    if is_open:
        answers.is_open.set()
    with _serving(answers, _IndexRequest) as server:
        try:
            yield server
        finally:
            answers.is_open.set()


@contextmanager
def running_portal() -> Iterator[str]:
    """Run a network's log-in page, which answers everything with 200 and HTML; give its address."""
    with _serving(Answers(is_portal=True), _HubRequest) as server:
        yield server.url


@contextmanager
def running_hole() -> Iterator[str]:
    """Give the address of a server that accepts connections and never says anything."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    held.append(server.accept()[0])
                except OSError:
                    return

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
        for one in held:
            one.close()


def write_wheel(name: str, files: dict[str, bytes]) -> tuple[str, bytes]:
    """Return the file name and the bytes of a wheel, version 1.0.0, whose files lie in a folder `data`."""
    package, written = name.replace("-", "_"), io.BytesIO()
    about = f"{package}-1.0.0.dist-info"
    told = {
        f"{package}/__init__.py": b"raise SystemExit('nobody may import this')",
        **{f"{package}/data/{path}": body for path, body in files.items()},
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0.0\n".encode(),
        f"{about}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{about}/RECORD": b"",
    }
    with zipfile.ZipFile(written, "w") as archive:
        for path, body in told.items():
            archive.writestr(zipfile.ZipInfo(path), body)  # of one time, so that its sum is always the same
    return f"{package}-1.0.0-py3-none-any.whl", written.getvalue()


def closed_address() -> str:
    """Return an address at which connections are refused."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"
