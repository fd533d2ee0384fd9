"""What a phone that seals makes of a recording: the sender's side of docs/recorder.md, for tests."""

import base64
import os
from collections.abc import Iterable, Sequence

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from capture.core.sealed import FRAME, HEADER_BYTES, KEY_ID_BYTES, MAGIC, NUMBER_BYTES, SUITE, key_id
from capture.services.sealing import ensure_public_key

END = b""
"""The slice that says that no other follows."""


def service_key() -> X25519PublicKey:
    """Return what phones seal for, made as the first sealed pairing makes it."""
    return X25519PublicKey.from_public_bytes(base64.b64decode(ensure_public_key()))


def new_header(public: X25519PublicKey) -> bytes:
    return MAGIC + key_id(public) + os.urandom(HEADER_BYTES - len(MAGIC) - KEY_ID_BYTES)


def seal_slice(public: X25519PublicKey, header: bytes, number: int, piece: bytes) -> bytes:
    """Return one slice, sealed, with its number and length before it."""
    sealed = SUITE.encrypt(piece, public, info=header + number.to_bytes(NUMBER_BYTES))
    return FRAME.pack(number, len(sealed)) + sealed


def seal_slices(public: X25519PublicKey, header: bytes, pieces: Iterable[bytes]) -> list[bytes]:
    return [seal_slice(public, header, number, piece) for number, piece in enumerate(pieces)]


def seal(public: X25519PublicKey, pieces: Sequence[bytes], *, is_ended: bool = True) -> bytes:
    """Return a recording that came in pieces, sealed; without its end, as a phone that was killed leaves it."""
    header = new_header(public)
    return header + b"".join(seal_slices(public, header, [*pieces, END] if is_ended else pieces))
