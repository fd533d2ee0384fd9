"""Sealing: the key for which phones seal what they record, and what was sealed for it, opened."""

import base64
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from django.conf import settings

from capture.core.errors import Refusal
from capture.core.sealed import is_sealed, is_sealed_for, unseal
from capture.storage.filesystem import fsync_folder
from capture.storage.incoming import Incoming, open_incoming

KEY_FILE = "sealing_key"
"""In the data folder. Without it nobody opens what phones still hold."""


class UnreadableKey(Refusal):
    """The file holds no X25519 key, or cannot be read."""

    def __init__(self) -> None:
        super().__init__("sealing-key-unreadable")


class Sealing(NamedTuple):
    """What came sealed: its hash in hex, its bytes, and whether all of the recording was in it."""

    sha256: str
    bytes: int
    is_whole: bool


def parse_sealing_key(content: bytes) -> X25519PrivateKey:
    """Return a key from its file (PEM, PKCS #8). Raises UnreadableKey."""
    try:
        key = load_pem_private_key(content, password=None)
    except (ValueError, TypeError) as error:
        raise UnreadableKey from error
    if not isinstance(key, X25519PrivateKey):
        raise UnreadableKey
    return key


def sealing_key() -> X25519PrivateKey | None:
    """Return the key that opens, or None where no phone was ever told to seal. Raises UnreadableKey."""
    try:
        return parse_sealing_key(_key_place().read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UnreadableKey from error


def refuse_unless_openable(head: bytes) -> None:
    """Raise Refusal where a recording that begins so is sealed, and its key is not here, or cannot be read.

    head: the header of a sealed recording at least.
    """
    if is_sealed(head):
        _key_for(head)


def _key_for(head: bytes) -> X25519PrivateKey:
    """Return the key of a sealed recording that begins so. Raises Refusal."""
    key = sealing_key()
    if key is None or not is_sealed_for(head, key.public_key()):
        raise Refusal("sealed-for-another")
    return key


def ensure_public_key() -> str:
    """Return the public key that phones seal for, in base64; make the key once, durably before anybody is told of it.

    Raises UnreadableKey.
    """
    key = sealing_key() or _create_key()
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def _key_place() -> Path:
    return Path(settings.HOME / KEY_FILE)


def _create_key() -> X25519PrivateKey:
    """Put a new key in its place, whole, and return it; where another process was faster, the one of that."""
    content = X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with tempfile.NamedTemporaryFile(dir=settings.HOME, prefix=KEY_FILE) as beside:
        beside.write(content)
        beside.flush()
        os.fsync(beside.fileno())
        with suppress(FileExistsError):
            os.link(beside.name, _key_place())
    fsync_folder(settings.HOME)
    return parse_sealing_key(_key_place().read_bytes())


@contextmanager
def open_sealed(sealed: Incoming) -> Iterator[tuple[Incoming, Sealing]]:
    """Give what a sealed recording holds, and what it came as. Raises Refusal where it cannot be opened."""
    key = _key_for(sealed.head)
    sealed.finish()
    with open_incoming() as audio, sealed.path.open("rb") as file:

        def keep(piece: bytes) -> None:
            audio.write(piece)
            sealed.meanwhile()

        is_whole = unseal(file, key, keep)
        yield audio, Sealing(sealed.sha256, sealed.bytes, is_whole)
