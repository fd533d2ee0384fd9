"""Hashes that senders give of their recordings."""

import base64
import re

from capture.core.errors import Refusal

SHA256_BYTES = 32
_MEMBER = re.compile(r"(?:^|,)\s*sha-256\s*=\s*([^,]*)")
_DICTIONARY = re.compile(r"\s*[a-z*][a-z0-9_.*-]*\s*=.*")


def sha256_from_repr_digest(header: str | None) -> str | None:
    """Return the sha256 in hex from a Repr-Digest header (RFC 9530), or None where it names no sha-256.

    Raises Refusal where the header cannot be read.
    """
    if not header:
        return None
    if not _DICTIONARY.fullmatch(header):
        raise Refusal("bad-digest")
    member = _MEMBER.search(header)
    if member is None:
        return None
    value = member[1].partition(";")[0].strip()  # parameters mean nothing here
    if not (value.startswith(":") and value.endswith(":")):
        raise Refusal("bad-digest")
    try:
        digest = base64.b64decode(value[1:-1], validate=True)
    except ValueError as error:
        raise Refusal("bad-digest") from error
    if len(digest) != SHA256_BYTES:
        raise Refusal("bad-digest")
    return digest.hex()


def sha256_from_field(value: str | None) -> str | None:
    """Return the sha256 in lower-case hex from a form field, or None where it is empty. Raises Refusal."""
    if not value:
        return None
    if not re.fullmatch(r"[0-9a-fA-F]{64}", value):
        raise Refusal("bad-digest")
    return value.lower()
