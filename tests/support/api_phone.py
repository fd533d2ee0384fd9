"""A phone that speaks to the API in this process, and what it sends."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from capture.models import User
from capture.services.devices import create_device

OGG = b"OggS" + bytes(range(256))


class Phone:
    """A paired phone. `put` and `post` send OGG unless told otherwise."""

    def __init__(self, user: User, name: str = "phone") -> None:
        self.device, self.token = create_device(user, name)
        self.client = Client(headers={"Authorization": f"Bearer {self.token}"}, raise_request_exception=False)

    def put(self, client_id: str, audio: bytes = OGG, **headers: str) -> Any:
        """PUT a recording; header names with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.put_of_length(len(audio), client_id, audio, headers=named)

    def put_of_length(self, announced: int, client_id: str, audio: bytes, **extra: Any) -> Any:
        """PUT a recording that announces another length than it may have."""
        body: dict[str, Any] = {"CONTENT_LENGTH": str(announced), "wsgi.input": io.BytesIO(audio)}
        return self.client.put(f"/api/v1/memos/{client_id}", content_type="audio/ogg", **body, **extra)

    def post(self, **fields: Any) -> Any:
        """POST a form."""
        return self.client.post("/api/v1/memos", fields)

    def receipt(self, client_id: str) -> Any:
        """Ask for a receipt."""
        return self.client.get(f"/api/v1/memos/{client_id}")


def audio(content: bytes = OGG, name: str = "memo.ogg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "audio/ogg")
