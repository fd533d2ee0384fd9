"""An endpoint of OpenAI's kind that answers as a test says, over real HTTP."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

KEY = "hippopotamus"
SAID = {
    "task": "transcribe",
    "language": "english",
    "duration": 3.0,
    "text": " Hello, wide world. \u201cIt's me.\u201d",
    "words": [
        {"word": "Hello", "start": 0.1, "end": 0.5},
        {"word": "wide", "start": 0.6, "end": 0.9},
        {"word": "world", "start": 0.9, "end": 1.4},
        {"word": "It's", "start": 1.8, "end": 2.0},
        {"word": "me", "start": 2.0, "end": 2.4},
    ],
}


@dataclass
class Asked:
    """What was sent: the fields by their names, each with all its values, and the recording."""

    key: str
    fields: dict[str, list[str]]
    sound: bytes


@dataclass
class Answer:
    """What to answer next, and after how many seconds."""

    status: int = 200
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    after: float = 0.0

    @property
    def content(self) -> bytes:
        """Return the body: JSON, unless it is bytes."""
        said = SAID if self.body is None else self.body
        return said if isinstance(said, bytes) else json.dumps(said).encode()


class Endpoint(ThreadingHTTPServer):
    """Its address, what it was asked, and what it answers: the answers in their order, the last one for ever."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.url = f"http://127.0.0.1:{self.server_address[1]}/v1"
        self.asked: list[Asked] = []
        self.answers = [Answer()]
        self.models: list[str] | None = ["whisper-1"]

    def next_answer(self) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class _Request(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        endpoint = cast("Endpoint", self.server)
        if self.headers["Authorization"] != f"Bearer {KEY}":
            self._answer(Answer(401, {}))
        elif self.path != "/v1/models" or endpoint.models is None:
            self._answer(Answer(404, {}))
        else:
            self._answer(Answer(body={"data": [{"id": name} for name in endpoint.models]}))

    def do_POST(self) -> None:
        endpoint = cast("Endpoint", self.server)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.path == "/v1/audio/transcriptions"
        endpoint.asked.append(_asked(self.headers["Authorization"] or "", self.headers["Content-Type"], body))
        self._answer(endpoint.next_answer())

    def _answer(self, answer: Answer) -> None:
        time.sleep(answer.after)
        with suppress(ConnectionError):  # whoever asked has given up
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def _asked(key: str, content_type: str, body: bytes) -> Asked:
    form = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    fields: dict[str, list[str]] = {}
    sound = b""
    for part in form.iter_parts():
        name = str(part.get_param("name", header="Content-Disposition"))
        content = cast("bytes", part.get_payload(decode=True))
        if name == "file":
            sound = content
        else:
            fields.setdefault(name, []).append(content.decode())
    return Asked(key, fields, sound)


@contextmanager
def running() -> Iterator[Endpoint]:
    """Return an endpoint that runs until the block ends."""
    with Endpoint() as endpoint:
        thread = threading.Thread(target=endpoint.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield endpoint
        finally:
            endpoint.shutdown()
            thread.join()
