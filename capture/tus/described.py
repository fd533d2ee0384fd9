"""What the OpenAPI document says of uploads that can be taken up again."""

from typing import Any

from capture.http.schemas import Problem, header
from capture.tus.protocol import BODY_TYPE, VERSION


def answers(good: int, *refused: int) -> dict[Any, Any]:
    """Return what an operation answers, by status."""
    return {good: None, **dict.fromkeys((401, *refused), Problem)}


def _number(name: str, description: str) -> dict[str, Any]:
    return header(name, description, required=True, type="integer", minimum=0)


_VERSION = header("Tus-Resumable", "the protocol's version", required=True, enum=[VERSION])
_CHECKSUM = header("Upload-Checksum", "sha1 or sha256, a space, base64: of this body")
_BODY = {"content": {BODY_TYPE: {"schema": {"type": "string", "format": "binary"}}}}

ASKED = {"parameters": [_VERSION]}
BEGUN = {
    "parameters": [
        _VERSION,
        _number("Upload-Length", "bytes of the whole recording"),
        header("Upload-Metadata", "pairs of key and base64: id, recorded_at, sha256, context"),
        _CHECKSUM,
    ],
    "requestBody": {"required": False, **_BODY},
}
CONTINUED = {
    "parameters": [_VERSION, _number("Upload-Offset", "where these bytes belong"), _CHECKSUM],
    "requestBody": {"required": True, **_BODY},
}
