"""What is sealed opens to what was spoken; and what was flipped, left out, moved or cut off afterwards is told."""

import io
import json
import re
import shutil
import subprocess
from itertools import permutations
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import assume, given
from hypothesis import strategies as st

from capture.core.errors import Refusal
from capture.core.sealed import FRAME, HEADER_BYTES, MAGIC, MAX_SLICE_BYTES, MAX_SLICES, SEAL_BYTES, is_sealed, unseal
from tests.support.sealing import END, new_header, seal, seal_slice, seal_slices
from tests.support.servers import missing

KEY = X25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key()
PIECES = st.lists(st.binary(min_size=1, max_size=300), max_size=5)
CLIENT = Path(__file__).parents[2] / "clients" / "sealing.mjs"
SPOKEN = [b"one", b"two", b"three", b"four"]


def opened(sealed: bytes, key: X25519PrivateKey = KEY) -> tuple[bytes, bool]:
    """Return what a sealed recording holds, and whether it is whole."""
    audio = io.BytesIO()
    is_whole = unseal(io.BytesIO(sealed), key, audio.write)
    return audio.getvalue(), is_whole


def refusal(sealed: bytes, key: X25519PrivateKey = KEY) -> str:
    """Return the code of the refusal to open it."""
    with pytest.raises(Refusal) as refused:
        opened(sealed, key)
    return refused.value.code


@given(pieces=PIECES)
def test_what_is_sealed_opens_to_what_was_spoken(pieces: list[bytes]) -> None:
    sealed = seal(PUBLIC, pieces)
    assert is_sealed(sealed)
    assert opened(sealed) == (b"".join(pieces), True)
    assert opened(seal(PUBLIC, pieces, is_ended=False)) == (b"".join(pieces), False)


@given(pieces=PIECES, is_ended=st.booleans(), data=st.data())
def test_every_flipped_bit_is_told(pieces: list[bytes], is_ended: bool, data: st.DataObject) -> None:
    assume(pieces or is_ended)
    sealed = bytearray(seal(PUBLIC, pieces, is_ended=is_ended))
    place = data.draw(st.integers(8 * len(MAGIC), 8 * len(sealed) - 1))
    sealed[place // 8] ^= 1 << place % 8
    assert refusal(bytes(sealed)) in {"sealed-damaged", "sealed-for-another"}


def test_a_length_that_was_changed_passes_for_no_cut_off_slice() -> None:
    header = new_header(PUBLIC)
    slices = seal_slices(PUBLIC, header, [*SPOKEN, END])
    for changed in range(len(slices)):
        number, size = FRAME.unpack_from(slices[changed])
        longer = FRAME.pack(number, size + 2**19) + slices[changed][FRAME.size :]
        for left in (slices, slices[: changed + 1]):
            assert refusal(header + b"".join([*left[:changed], longer, *left[changed + 1 :]])) == "sealed-damaged"


@given(pieces=PIECES, data=st.data())
def test_what_was_cut_off_is_not_whole_and_what_came_before_is_there(pieces: list[bytes], data: st.DataObject) -> None:
    sealed = seal(PUBLIC, pieces)
    cut = sealed[: data.draw(st.integers(HEADER_BYTES, len(sealed) - 1))]
    audio, is_whole = opened(cut)
    assert not is_whole
    kept, left = [], len(cut) - HEADER_BYTES
    for piece in pieces:
        left -= FRAME.size + len(piece) + SEAL_BYTES
        kept += [piece] if left >= 0 else []
    assert audio == b"".join(kept)


def test_a_slice_that_is_missing_is_told_and_the_others_are_there() -> None:
    header = new_header(PUBLIC)
    slices = seal_slices(PUBLIC, header, [*SPOKEN, END])
    for lost in range(len(SPOKEN)):
        left = [one for number, one in enumerate(slices) if number != lost]
        audio = b"".join(piece for number, piece in enumerate(SPOKEN) if number != lost)
        assert opened(header + b"".join(left)) == (audio, False)


def test_no_other_order_is_taken_nor_a_slice_twice() -> None:
    header = new_header(PUBLIC)
    slices = seal_slices(PUBLIC, header, [*SPOKEN[:3], END])
    for order in permutations(slices):
        if list(order) != slices:
            assert refusal(header + b"".join(order)) == "sealed-damaged"
    assert refusal(header + slices[0] * 2) == "sealed-damaged"
    assert refusal(header + b"".join([*slices, slices[0]])) == "sealed-damaged"


def test_a_slice_passes_neither_for_another_number_nor_for_another_recordings() -> None:
    header, other = new_header(PUBLIC), new_header(PUBLIC)
    mine, theirs = seal_slice(PUBLIC, header, 0, b"mine"), seal_slice(PUBLIC, other, 1, b"theirs")
    assert refusal(header + mine + theirs) == "sealed-damaged"
    renumbered = FRAME.pack(1, len(mine) - FRAME.size) + mine[FRAME.size :]
    assert refusal(header + renumbered) == "sealed-damaged"


def test_what_is_sealed_for_another_says_so() -> None:
    assert refusal(seal(PUBLIC, SPOKEN), X25519PrivateKey.generate()) == "sealed-for-another"


def test_no_slice_takes_more_memory_than_it_may_and_nobody_has_more_of_them() -> None:
    header = new_header(PUBLIC)
    largest = bytes(MAX_SLICE_BYTES)
    assert opened(header + seal_slice(PUBLIC, header, 0, largest)) == (largest, False)
    assert refusal(header + seal_slice(PUBLIC, header, 0, largest + b"\0")) == "sealed-damaged"
    assert refusal(header + FRAME.pack(0, SEAL_BYTES - 1) + bytes(SEAL_BYTES)) == "sealed-damaged"
    last, end = (seal_slice(PUBLIC, header, MAX_SLICES + number, piece) for number, piece in ((-1, b"last"), (0, END)))
    assert opened(header + last + end) == (b"last", False)
    assert refusal(header + seal_slice(PUBLIC, header, MAX_SLICES, b"late")) == "sealed-damaged"
    assert refusal(header + seal_slice(PUBLIC, header, MAX_SLICES + 1, END)) == "sealed-damaged"
    assert refusal(header[:-1]) == "sealed-damaged"


WRITTEN = (Path(__file__).parents[3] / "docs" / "recorder.md").read_text()
VECTOR = {
    name: bytes.fromhex(value)
    for name, value in re.findall(r"^    (\w+ \w+|header) +([0-9a-f]+)$", WRITTEN, re.MULTILINE)
}
SECONDS = [b"OggS, the first second", b"and the next one"]


def test_the_vector_of_the_documents_opens() -> None:
    sealed = VECTOR["header"] + b"".join(VECTOR[f"slice {number}"] for number in range(3))
    key = X25519PrivateKey.from_private_bytes(VECTOR["private key"])
    assert key.public_key().public_bytes_raw() == VECTOR["public key"]
    assert opened(sealed, key) == (b"".join(SECONDS), True)


def test_the_phones_page_seals_what_opens_here_and_its_library_opens_the_vector() -> None:
    node = shutil.which("node")
    if node is None:
        missing("node")
    vector = [
        {
            "info": (VECTOR["header"] + number.to_bytes(4)).hex(),
            "sealed": VECTOR[f"slice {number}"][FRAME.size :].hex(),
        }
        for number in range(3)
    ]
    asked = {
        "publicKey": PUBLIC.public_bytes_raw().hex(),
        "privateKey": VECTOR["private key"].hex(),
        "slices": [second.hex() for second in SECONDS],
        "vector": vector,
    }
    command = [str(node), "--experimental-default-type=module", str(CLIENT), json.dumps(asked)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")
    spoken, shared, *slices = (bytes.fromhex(line) for line in said[:-1])
    assert opened(spoken) == (b"".join(SECONDS), True)
    assert opened(shared) == (b"".join(SECONDS), True)
    assert slices == [*SECONDS, END]
