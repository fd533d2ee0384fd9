"""A server that gives vectors as a test says, over real HTTP."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

KEY = "hippopotamus"
Answer = tuple[int, object]


def well(asked: dict[str, Any]) -> Answer:
    """Return vectors of three numbers that tell how long each text is, the last one first."""
    rows = [{"index": n, "embedding": [1.0, len(text), 0.0]} for n, text in enumerate(asked["input"])]
    return 200, {"data": rows[::-1]}


class VectorsEndpoint(ThreadingHTTPServer):
    """Its address, what it was asked, and how it answers, with which headers. drips: it never ends."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.url = f"http://127.0.0.1:{self.server_address[1]}/v1"
        self.asked: list[dict[str, Any]] = []
        self.answer: Callable[[dict[str, Any]], Answer] = well
        self.headers: dict[str, str] = {}
        self.drips = False


class _Request(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        endpoint = cast("VectorsEndpoint", self.server)
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        endpoint.asked.append(asked)
        status, said = endpoint.answer(asked)
        if self.headers["Authorization"] != f"Bearer {KEY}" or self.path != "/v1/embeddings":
            status, said = 401, {}
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in endpoint.headers.items():
            self.send_header(name, value)
        self.end_headers()
        while endpoint.drips:  # a byte now and then, and never all of them
            with suppress(OSError):
                self.wfile.write(b" ")
            time.sleep(0.2)
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def running() -> Iterator[VectorsEndpoint]:
    """Return an endpoint that runs until the block ends."""
    with VectorsEndpoint() as endpoint:
        thread = threading.Thread(target=endpoint.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield endpoint
        finally:
            endpoint.shutdown()
            thread.join()
