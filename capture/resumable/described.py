"""What the OpenAPI document says of uploads that can be taken up again."""

from typing import Any

from ninja import Field, Schema

from capture.resumable.protocol import BODY_TYPE, VERSION


class Problem(Schema):
    """What went wrong (RFC 9457)."""

    type: str = Field(description="stable: for programs")
    title: str = Field(description="a sentence for people, saying what to do")
    status: int


def answers(good: int, *refused: int) -> dict[Any, Any]:
    """Return what an operation answers, by status."""
    return {good: None, **dict.fromkeys((401, *refused), Problem)}


def _header(name: str, description: str, *, required: bool = True, **schema: Any) -> dict[str, Any]:
    described = {"type": "string", **schema}
    return {"name": name, "in": "header", "description": description, "required": required, "schema": described}


def _number(name: str, description: str) -> dict[str, Any]:
    return _header(name, description, type="integer", minimum=0)


_VERSION = _header("Tus-Resumable", "the protocol's version", enum=[VERSION])
_CHECKSUM = _header("Upload-Checksum", "sha1 or sha256, a space, base64: of this body", required=False)
_BODY = {"content": {BODY_TYPE: {"schema": {"type": "string", "format": "binary"}}}}

ASKED = {"parameters": [_VERSION]}
BEGUN = {
    "parameters": [
        _VERSION,
        _number("Upload-Length", "bytes of the whole recording"),
        _header("Upload-Metadata", "pairs of key and base64: id, recorded_at, sha256, context", required=False),
        _CHECKSUM,
    ],
    "requestBody": {"required": False, **_BODY},
}
CONTINUED = {
    "parameters": [_VERSION, _number("Upload-Offset", "where these bytes belong"), _CHECKSUM],
    "requestBody": {"required": True, **_BODY},
}
