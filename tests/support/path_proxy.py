"""Reverse proxies of a service: below a path of an address, as nginx has it, and as an older version of itself."""

import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

HOP_BY_HOP = {"connection", "transfer-encoding", "keep-alive", "content-length", "content-encoding"}


class Passing(BaseHTTPRequestHandler):
    """Hands each request on to a service, unless it is answered before."""

    protocol_version = "HTTP/1.1"
    client: httpx.Client

    def answer(self) -> None:
        """Answer one request."""
        raise NotImplementedError

    def read_body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def hand_on(self, address: str, body: bytes) -> None:
        """Ask this address, and answer as it does."""
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
        found = self.client.request(self.command, address, headers=headers, content=body)
        kept = [(name, value) for name, value in found.headers.multi_items() if name.lower() not in HOP_BY_HOP]
        self.send(found.status_code, kept, found.content)

    def send(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self.answer()

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815  # as the library asks by name


@contextmanager
def running_path_proxy(port: int, target: str, path: str, *, takes_path_off: bool) -> Iterator[list[str]]:
    """Run one on this port; what lies outside of the path is told to nobody, but listed in what is given.

    takes_path_off: whether the service is asked without the path.
    """
    outside: list[str] = []

    class Request(Passing):
        def answer(self) -> None:
            body = self.read_body()
            if not self.path.startswith(f"{path}/"):
                outside.append(self.path)
                self.send(404, [], b"")
                return
            self.hand_on(target + (self.path.removeprefix(path) if takes_path_off else self.path), body)

    with _serving(Request, port):
        yield outside


class Renewed:
    """A service that was an older version until `renew` is called. answers: what it was asked, and the status."""

    def __init__(self, old_page: Path) -> None:
        self.old_page: Path | None = old_page
        self.address = ""
        self.answers: list[tuple[str, int]] = []

    def renew(self) -> None:
        self.old_page = None

    def old_file(self, path: str) -> Path | None:
        """Return what the older version had at this path, or None where today's service answers."""
        if self.old_page is None:
            return None
        file = self.old_page / path.partition("?")[0].lstrip("/")
        file = file / "index.html" if file.is_dir() else file
        return file if file.is_file() else None


@contextmanager
def running_older(target: str, old_page: Path) -> Iterator[Renewed]:
    """Give a service that serves an old copy of the phone's page (tests/assets/old_pages) until it is renewed."""
    renewed = Renewed(old_page)

    class Request(Passing):
        def answer(self) -> None:
            body, old = self.read_body(), renewed.old_file(self.path)
            if old is None:
                self.hand_on(target + self.path, body)
            else:
                kind = mimetypes.guess_type(old.name)[0] or "application/octet-stream"
                self.send(200, [("Content-Type", kind), ("Cache-Control", "no-cache")], old.read_bytes())

        def send(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
            renewed.answers.append((f"{self.command} {self.path}", status))
            super().send(status, headers, body)

    with _serving(Request, 0) as port:
        renewed.address = f"http://127.0.0.1:{port}"
        yield renewed


@contextmanager
def _serving(request: type[Passing], port: int) -> Iterator[int]:
    with httpx.Client(timeout=60) as request.client, ThreadingHTTPServer(("127.0.0.1", port), request) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()
