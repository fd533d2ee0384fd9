"""The doors by which a memo comes in: each a function that sends one and returns the answer that holds its receipt."""

from base64 import b64encode
from collections.abc import Callable
from http import HTTPStatus
from typing import Protocol
from urllib.parse import urlsplit

from tests.support.web_server import Answer

BOUNDARY = "----memo"


class Reached(Protocol):
    """The server, or a line to it."""

    def head(self, method: str, path: str, *lines: str) -> bytes:
        """Return the head of a request of the device's."""

    def ask(self, request: bytes) -> Answer:
        """Send a request, and return its answer. Raises OSError where none comes."""


Door = Callable[[Reached, str, bytes], Answer]
"""Send this recording under this id. Raises OSError where no answer comes."""


def put(server: Reached, client_id: str, audio: bytes) -> Answer:
    """Send the raw body."""
    return server.ask(server.head("PUT", f"/api/v1/memos/{client_id}", f"Content-Length: {len(audio)}") + audio)


def post(server: Reached, client_id: str, audio: bytes) -> Answer:
    """Send a form."""
    field, end = f"--{BOUNDARY}\r\nContent-Disposition: form-data; name=", "\r\n\r\n"
    body = f'{field}"id"{end}{client_id}\r\n{field}"audio"; filename="x.ogg"{end}'.encode()
    body += audio + f"\r\n--{BOUNDARY}--\r\n".encode()
    lines = f"Content-Type: multipart/form-data; boundary={BOUNDARY}", f"Content-Length: {len(body)}"
    return server.ask(server.head("POST", "/api/v1/memos", *lines) + body)


class Resumable:
    """One recording, sent in two pieces as a resumable upload. Sent again, it goes on where it was broken off."""

    def __init__(self) -> None:
        self._path = ""

    def send(self, server: Reached, client_id: str, audio: bytes) -> Answer:
        """Send what is not there yet, and ask for the receipt."""
        # A POST that stands for HEAD, for answers to HEAD announce bodies that never come.
        answer = tus_request(server, "POST", self._path, "X-HTTP-Method-Override: HEAD") if self._path else None
        if answer is None or answer.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            answer = self._begin(server, client_id, len(audio))
        while answer.status < HTTPStatus.BAD_REQUEST and (at := int(answer.headers["upload-offset"])) < len(audio):
            piece = audio[at : at + -(-len(audio) // 2)]
            of_type = "Content-Type: application/offset+octet-stream"
            answer = tus_request(server, "PATCH", self._path, f"Upload-Offset: {at}", of_type, body=piece)
        if answer.status >= HTTPStatus.BAD_REQUEST:
            return answer
        return server.ask(server.head("GET", f"/api/v1/memos/{client_id}"))

    def _begin(self, server: Reached, client_id: str, length: int) -> Answer:
        described = f"Upload-Metadata: id {b64encode(client_id.encode()).decode()}"
        begun = tus_request(server, "POST", "/api/v1/uploads/", f"Upload-Length: {length}", described)
        self._path = urlsplit(begun.headers.get("location", "")).path
        return begun


def tus_request(server: Reached, method: str, path: str, *lines: str, body: bytes = b"") -> Answer:
    """Send one request of the protocol. Raises OSError."""
    spoken = "Tus-Resumable: 1.0.0", f"Content-Length: {len(body)}"
    return server.ask(server.head(method, path, *spoken, *lines) + body)


def tus(server: Reached, client_id: str, audio: bytes) -> Answer:
    """Send it as a resumable upload that was not begun before."""
    return Resumable().send(server, client_id, audio)


DOORS: dict[str, Door] = {"PUT": put, "POST": post, "tus": tus}
"""A door more is a line more here: all that follows goes through each of them."""
IN_ONE_REQUEST = {put, post}
"""No receipt, no row. By others the memo may be there, whole, when only asking for its receipt failed."""


def is_taken(door: Door, server: Reached, client_id: str, audio: bytes) -> bool:
    """Return whether there was a receipt; no answer is none."""
    try:
        return door(server, client_id, audio).status in {200, 201}
    except OSError:
        return False
