"""A reverse proxy that shows a service below a path of its address, as nginx does with `location /notes/`."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

HOP_BY_HOP = {"connection", "transfer-encoding", "keep-alive", "content-length", "content-encoding"}


@contextmanager
def running_path_proxy(port: int, target: str, path: str, *, takes_path_off: bool) -> Iterator[list[str]]:
    """Run one on this port; what lies outside of the path is told to nobody, but listed in what is given.

    takes_path_off: whether the service is asked without the path.
    """
    outside: list[str] = []

    class Request(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if not self.path.startswith(f"{path}/"):
                outside.append(self.path)
                self.send(404, [], b"")
                return
            asked = self.path.removeprefix(path) if takes_path_off else self.path
            headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
            found = httpx.request(self.command, target + asked, headers=headers, content=body, timeout=60)
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

    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
        setattr(Request, f"do_{method}", Request.answer)
    with ThreadingHTTPServer(("127.0.0.1", port), Request) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield outside
        server.shutdown()
