"""Sealed recordings: each slice was encrypted as it came, and the service's key alone opens it (docs/recorder.md).

A slice is one message of HPKE (RFC 9180), base mode. Its `info` is the header of its recording and its own number, so
that none can stand in another place, or in another recording.
"""

import hashlib
import re
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from capture.core.audio_types import sniff
from capture.core.errors import Refusal

MAGIC = b"\x93SEALED\x01"
KEY_ID_BYTES = 8
HEADER_BYTES = 32
"""Bytes of the magic, the key's id, and sixteen by chance, which are the recording's own."""
NUMBER_BYTES = 4
FRAME = struct.Struct(">II")
"""What stands before each slice: its number, and how many bytes it has, sealed."""
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
SEAL_BYTES = 48
"""Bytes that sealing adds to a slice: an X25519 key of its own, and the tag."""
MAX_SLICE_BYTES = 1024 * 1024
MAX_SLICES = 100_000
"""A day of slices a second. Its end, which holds nothing, is not counted."""
MAX_TRIED_ENDS = 8
"""How many places are tried as the end of a slice. Four given bytes stand in 1 MB by chance once in 4,000 times."""


def is_sealed(head: bytes) -> bool:
    """Return whether a file that begins so is a sealed recording."""
    return head.startswith(MAGIC)


def is_recording(head: bytes) -> bool:
    """Return whether a file that begins so is a recording, sealed or not. head: as `sniff` takes it."""
    return is_sealed(head) or sniff(head) is not None


def key_id(public: X25519PublicKey) -> bytes:
    """Return by what a sealed recording names the key that opens it."""
    return hashlib.sha256(public.public_bytes_raw()).digest()[:KEY_ID_BYTES]


def is_sealed_for(head: bytes, public: X25519PublicKey) -> bool:
    """Return whether a sealed recording that begins so is for a key."""
    return head[len(MAGIC) :][:KEY_ID_BYTES] == key_id(public)


def unseal(file: BinaryIO, key: X25519PrivateKey, write: Callable[[bytes], object]) -> bool:
    """Open a sealed recording slice by slice, and return whether it is whole: no slice is missing, nor its end.

    Raises Refusal where it is sealed for another key, or where a slice or its length was changed, or a slice was moved.
    """
    header = file.read(HEADER_BYTES)
    if len(header) < HEADER_BYTES:
        raise Refusal("sealed-damaged")
    if not is_sealed_for(header, key.public_key()):
        raise Refusal("sealed-for-another")
    expected, is_gapless = 0, True
    for number, sealed, is_cut_off in _frames(file):
        if is_cut_off:
            _refuse_changed_length(sealed, key, header, number)
            return False
        if not expected <= number <= MAX_SLICES:
            raise Refusal("sealed-damaged")
        piece = _open_slice(sealed, key, header, number)
        is_gapless &= number == expected
        if not piece:
            _refuse_more(file)
            return is_gapless
        if number == MAX_SLICES:
            raise Refusal("sealed-damaged")
        write(piece)
        expected = number + 1
    return False


def _frames(file: BinaryIO) -> Iterator[tuple[int, bytes, bool]]:
    """Yield slices: the number of each, its bytes, and whether the file ends before it does.

    Raises Refusal for a length that none has.
    """
    while len(described := file.read(FRAME.size)) == FRAME.size:
        number, size = FRAME.unpack(described)
        if not SEAL_BYTES <= size <= MAX_SLICE_BYTES + SEAL_BYTES:
            raise Refusal("sealed-damaged")
        sealed = file.read(size)
        yield number, sealed, len(sealed) < size


def _open_slice(sealed: bytes, key: X25519PrivateKey, header: bytes, number: int) -> bytes:
    try:
        return SUITE.decrypt(sealed, key, info=header + number.to_bytes(NUMBER_BYTES))
    except InvalidTag as error:
        raise Refusal("sealed-damaged") from error


def _refuse_changed_length(rest: bytes, key: X25519PrivateKey, header: bytes, number: int) -> None:
    """Raise Refusal where the file ends within a slice only because its length was changed: the whole slice is there.

    It ends where the next one begins, or with the file.
    """
    next_number = re.escape((number + 1).to_bytes(NUMBER_BYTES))
    ends = [found.start() for found in islice(re.finditer(next_number, rest), MAX_TRIED_ENDS)]
    for end in (*ends, len(rest)):
        with suppress(Refusal):
            _open_slice(rest[:end], key, header, number)
            break
    else:
        return
    raise Refusal("sealed-damaged")


def _refuse_more(file: BinaryIO) -> None:
    if file.read(1):
        raise Refusal("sealed-damaged")
