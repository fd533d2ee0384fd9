"""The doors by which a memo comes in: each a function that sends one and returns the answer that holds its receipt."""

from base64 import b64encode
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from tests.capture.server import Answer, Server

BOUNDARY = "----memo"

Door = Callable[[Server, str, bytes], Answer]
"""Send this recording under this id. Raises OSError where no answer comes."""


def put(server: Server, client_id: str, audio: bytes) -> Answer:
    """Send the raw body."""
    return server.put(client_id, audio)


def post(server: Server, client_id: str, audio: bytes) -> Answer:
    """Send a form."""
    field, end = f"--{BOUNDARY}\r\nContent-Disposition: form-data; name=", "\r\n\r\n"
    body = f'{field}"id"{end}{client_id}\r\n{field}"audio"; filename="x.ogg"{end}'.encode()
    body += audio + f"\r\n--{BOUNDARY}--\r\n".encode()
    lines = f"Content-Type: multipart/form-data; boundary={BOUNDARY}", f"Content-Length: {len(body)}"
    return server.ask(server.head("POST", "/api/v1/memos", *lines) + body)


def tus(server: Server, client_id: str, audio: bytes) -> Answer:
    """Send it in two pieces, as a resumable upload, and ask for its receipt."""
    spoken, half = "Tus-Resumable: 1.0.0", len(audio) // 2
    described = f"Upload-Metadata: id {b64encode(client_id.encode()).decode()}"
    length = f"Upload-Length: {len(audio)}"
    begun = server.ask(server.head("POST", "/api/v1/uploads/", spoken, length, described, "Content-Length: 0"))
    if begun.status != HTTPStatus.CREATED:
        return begun
    path = urlsplit(begun.headers["location"]).path
    for at, piece in ((0, audio[:half]), (half, audio[half:])):
        lines = spoken, f"Upload-Offset: {at}", "Content-Type: application/offset+octet-stream"
        taken = server.ask(server.head("PATCH", path, *lines, f"Content-Length: {len(piece)}") + piece)
        if taken.status != HTTPStatus.NO_CONTENT:
            return taken
    return server.ask(server.head("GET", f"/api/v1/memos/{client_id}"))


DOORS: dict[str, Door] = {"PUT": put, "POST": post, "tus": tus}
"""A door more is a line more here: all that follows goes through each of them."""
IN_ONE_REQUEST = {put, post}
"""No receipt, no row. By others the memo may be there, whole, when only asking for its receipt failed."""


def is_taken(door: Door, server: Server, client_id: str, audio: bytes) -> bool:
    """Return whether there was a receipt; no answer is none."""
    try:
        return door(server, client_id, audio).status in {200, 201}
    except OSError:
        return False
