"""A phone that speaks tus to the API in this process."""

import base64
import io
from typing import Any

from capture.models import Upload
from capture.tus.protocol import BODY_TYPE, format_metadata
from tests.support.api_phone import OGG, Phone

UPLOADS = "/api/v1/uploads/"


class TusPhone:
    """Begins, continues and asks for uploads of OGG."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone

    def ask(self, method: str, path: str, body: bytes | None = None, /, **headers: str) -> Any:
        """Send any request in tus; header names with underscores. A Content_Length may be other than the body's own."""
        named = {name.replace("_", "-"): value for name, value in {"Tus_Resumable": "1.0.0", **headers}.items()}
        content: dict[str, Any] = {}
        if body is not None:
            content = {
                "CONTENT_LENGTH": named.pop("Content-Length", str(len(body))),
                "CONTENT_TYPE": named.pop("Content-Type", BODY_TYPE),
                "wsgi.input": io.BytesIO(body),
            }
        return self.phone.client.generic(method, path, headers=named, **content)

    def begin(self, length: int = len(OGG), body: bytes | None = None, /, **said: str) -> Any:
        """Begin an upload, with metadata by key."""
        return self.ask("POST", UPLOADS, body, Upload_Length=str(length), Upload_Metadata=format_metadata(said))

    def begin_upload(self, length: int = len(OGG), /, **said: str) -> str:
        """Begin an upload and return its address."""
        answer = self.begin(length, **said)
        assert answer.status_code == 201, answer.content
        return str(answer["Location"])

    def patch(self, address: str, offset: int, body: bytes, /, **headers: str) -> Any:
        """Send bytes."""
        return self.ask("PATCH", address, body, Upload_Offset=str(offset), **headers)

    def offset(self, address: str) -> int:
        """Ask where an upload goes on."""
        answer = self.ask("HEAD", address)
        assert answer.status_code == 200, answer.content
        return int(answer["Upload-Offset"])


def checksum(algorithm: str, digest: bytes) -> str:
    """Return an Upload-Checksum."""
    return f"{algorithm} {base64.b64encode(digest).decode()}"


def upload_at(address: str) -> Upload:
    """Return the row behind an address."""
    return Upload.objects.get(pk=address.rsplit("/", 1)[1])
