"""The words of tus 1.0: headers in, values out, and what the OpenAPI document says of them.

https://tus.io/protocols/resumable-upload
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from capture.core.errors import Refusal
from capture.http.schemas import Problem, header_parameter

if TYPE_CHECKING:
    from hashlib import _Hash

VERSION = "1.0.0"
EXTENSIONS = ("creation", "creation-with-upload", "checksum", "expiration", "termination")
ALGORITHMS = ("sha1", "sha256")
BODY_TYPE = "application/offset+octet-stream"

_NUMBER = re.compile(r"[0-9]{1,18}")


class Checksum(NamedTuple):
    """What a body is said to hash to. digest: as bytes."""

    algorithm: str
    digest: bytes

    def new_hash(self) -> "_Hash":
        """Return an empty hash of its algorithm."""
        return hashlib.new(self.algorithm, usedforsecurity=False)


def parse_byte_count(name: str, written: str | None) -> int:
    """Return a number of bytes, at least 0. Raises Refusal where the header of that name is missing or none."""
    if written is None or not _NUMBER.fullmatch(written):
        raise Refusal("bad-number", header=name)
    return int(written)


def parse_checksum(header: str | None) -> Checksum | None:
    """Return what Upload-Checksum says, or None where there is none. Raises Refusal where it cannot be read."""
    if header is None:
        return None
    algorithm, _, written = header.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        raise Refusal("bad-checksum", algorithms=" or ".join(ALGORITHMS))
    try:
        digest = base64.b64decode(written, validate=True)
    except ValueError as error:
        raise Refusal("bad-checksum", algorithms=" or ".join(ALGORITHMS)) from error
    found = Checksum(algorithm, digest)
    if len(digest) != found.new_hash().digest_size:
        raise Refusal("bad-checksum", algorithms=" or ".join(ALGORITHMS))
    return found


def parse_metadata(header: str | None) -> dict[str, str]:
    """Return what Upload-Metadata says, by key; what is no UTF-8 is marked as such. Raises Refusal."""
    found: dict[str, str] = {}
    for pair in header.split(",") if header and header.strip() else ():
        key, _, written = pair.strip().partition(" ")
        if not key or key in found:
            raise Refusal("bad-metadata")
        try:
            found[key] = base64.b64decode(written, validate=True).decode(errors="replace")
        except ValueError as error:
            raise Refusal("bad-metadata") from error
    return found


def format_metadata(said: Mapping[str, str]) -> str:
    """Return Upload-Metadata with these values; those that are empty are left out."""
    pairs = ((key, base64.b64encode(value.encode()).decode()) for key, value in said.items() if value)
    return ",".join(f"{key} {value}" for key, value in pairs)


def tus_answers(good: int, *refused: int) -> dict[Any, Any]:
    """Return what an operation answers, by status."""
    return {good: None, **dict.fromkeys((401, *refused), Problem)}


def _byte_count_parameter(name: str, description: str) -> dict[str, Any]:
    return header_parameter(name, description, required=True, type="integer", minimum=0)


_VERSION = header_parameter("Tus-Resumable", "the protocol's version", required=True, enum=[VERSION])
_CHECKSUM = header_parameter("Upload-Checksum", "sha1 or sha256, a space, base64: of this body")
_BODY = {"content": {BODY_TYPE: {"schema": {"type": "string", "format": "binary"}}}}

ASKED = {"parameters": [_VERSION]}
BEGUN = {
    "parameters": [
        _VERSION,
        _byte_count_parameter("Upload-Length", "bytes of the whole recording"),
        header_parameter("Upload-Metadata", "pairs of key and base64: id, recorded_at, sha256, context"),
        _CHECKSUM,
    ],
    "requestBody": {"required": False, **_BODY},
}
CONTINUED = {
    "parameters": [_VERSION, _byte_count_parameter("Upload-Offset", "where these bytes belong"), _CHECKSUM],
    "requestBody": {"required": True, **_BODY},
}
