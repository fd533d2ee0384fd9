"""A client as docs/clients.md asks for: it sends no byte again that is there, and asks before it sends at all again."""

import hashlib
from base64 import b64encode
from http import HTTPStatus
from urllib.parse import urlsplit

from tests.support.faults.doors import Reached, tus_request
from tests.support.web_server import Answer

ONE_REQUEST_BYTES = 32 * 1024
"""What is not larger goes in one request, the first time. As in capture/static/capture/sending/delivery.js."""
GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}


class GoodClient:
    """One recording on its way. `send` is called again until there is a receipt."""

    def __init__(self, client_id: str, audio: bytes) -> None:
        self._client_id = client_id
        self._audio = audio
        self._digest = hashlib.sha256(audio)
        self._is_tried = False
        self._upload = ""

    def send(self, server: Reached) -> Answer:
        """Send what is not there yet, and return the answer: the receipt, or why there is none. Raises OSError."""
        if not self._is_tried and len(self._audio) <= ONE_REQUEST_BYTES:
            self._is_tried = True
            lines = f"Repr-Digest: sha-256=:{_base64(self._digest.digest())}:", f"Content-Length: {len(self._audio)}"
            return server.ask(server.head("PUT", f"/api/v1/memos/{self._client_id}", *lines) + self._audio)
        answer = self._asked(server)
        if "retry-after" in answer.headers:
            return answer._replace(status=HTTPStatus.LOCKED)
        if answer.status < HTTPStatus.BAD_REQUEST and (at := int(answer.headers["upload-offset"])) < len(self._audio):
            of_type = "Content-Type: application/offset+octet-stream"
            answer = tus_request(server, "PATCH", self._upload, f"Upload-Offset: {at}", of_type, body=self._audio[at:])
        if answer.status >= HTTPStatus.BAD_REQUEST:
            return answer
        return server.ask(server.head("GET", f"/api/v1/memos/{self._client_id}"))

    def _asked(self, server: Reached) -> Answer:
        """Return how much is there: of the upload that was begun, or else of one that begins now."""
        # A POST that stands for HEAD, for answers to HEAD announce bodies that never come.
        override = "X-HTTP-Method-Override: HEAD"
        answer = tus_request(server, "POST", self._upload, override) if self._upload else None
        if answer is None or answer.status in GONE:
            said = {"id": self._client_id, "sha256": self._digest.hexdigest()}
            described = ",".join(f"{key} {_base64(value.encode())}" for key, value in said.items())
            length = f"Upload-Length: {len(self._audio)}"
            answer = tus_request(server, "POST", "/api/v1/uploads/", length, f"Upload-Metadata: {described}")
            self._upload = urlsplit(answer.headers.get("location", "")).path
        return answer


def _base64(content: bytes) -> str:
    return b64encode(content).decode()
