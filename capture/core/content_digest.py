"""Hashes that senders give of their recordings."""

import re
from typing import cast

import http_sf

from capture.core.errors import Refusal

SHA256_BYTES = 32


def sha256_from_repr_digest(header: str | None) -> str | None:
    """Return the sha256 in hex from a Repr-Digest header (RFC 9530), or None where it names no sha-256.

    The header is a dictionary of structured fields (RFC 9651). Raises Refusal where it cannot be read.
    """
    if not header:
        return None
    try:
        members = cast("dict[str, tuple[object, object]]", http_sf.parse(header.encode("ascii"), tltype="dictionary"))
    except ValueError as error:  # http_sf's errors are among them
        raise Refusal("bad-digest") from error
    digests = {algorithm: value for algorithm, (value, _parameters) in members.items()}
    if any(digest is True for digest in digests.values()):  # a name alone is no digest
        raise Refusal("bad-digest")
    digest = digests.get("sha-256")
    if digest is None:
        return None
    if not isinstance(digest, bytes) or len(digest) != SHA256_BYTES:
        raise Refusal("bad-digest")
    return digest.hex()


def sha256_from_field(value: str | None) -> str | None:
    """Return the sha256 in lower-case hex from a form field, or None where it is empty. Raises Refusal."""
    if not value:
        return None
    if not re.fullmatch(r"[0-9a-fA-F]{64}", value):
        raise Refusal("bad-digest")
    return value.lower()
