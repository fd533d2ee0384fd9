"""Whether a recording has come to the end that its container announces; nothing is decoded."""

import os
from typing import BinaryIO

from capture.core.sealed import FRAME, HEADER_BYTES, MAX_SLICES, SEAL_BYTES, is_sealed

MAX_BOXES = 100_000
OGG_TAIL_BYTES = 70_000
"""The largest page of an Ogg file, and somewhat more."""
BOX_HEAD_BYTES = 8
OGG_HEAD_BYTES = 27
OGG_LAST_PAGE = 4
UNKNOWN_SIZES = {0, 0xFFFFFFFF}
"""What recorders write for a size that they do not know yet."""


def has_ended(file: BinaryIO) -> bool | None:
    """Return whether all that a file's container announces is there, or None where it announces nothing.

    Sealed recordings by their last slice, WAV, AIFF and their kin by the size in their head (EA IFF 85), MP4 by its
    boxes (ISO/IEC 14496-12, 4.2), Ogg by the flag of its last page (RFC 3533, 6). The file's position is anywhere
    afterwards.
    """
    size = os.fstat(file.fileno()).st_size
    file.seek(0)
    head = file.read(8)
    if is_sealed(head):
        return _have_slices_ended(file, size)
    if head[:4] in {b"RIFF", b"FORM"}:
        announced = int.from_bytes(head[4:8], "little" if head[:4] == b"RIFF" else "big")
        return announced not in UNKNOWN_SIZES and size >= announced + 8
    if head[4:8] == b"ftyp":
        return _have_boxes_ended(file, size)
    if head[:4] == b"OggS":
        file.seek(max(0, size - OGG_TAIL_BYTES))
        tail = file.read(OGG_TAIL_BYTES)
        return _is_last_page(tail[max(tail.rfind(b"OggS"), 0) :])
    return None


def _have_slices_ended(file: BinaryIO, size: int) -> bool:
    """Return whether the slices fill the file, the empty one that ends them the last."""
    position = HEADER_BYTES
    for _ in range(MAX_SLICES + 1):
        file.seek(position)
        described = file.read(FRAME.size)
        if len(described) < FRAME.size:
            return False
        _number, sealed_bytes = FRAME.unpack(described)
        position += FRAME.size + sealed_bytes
        if position >= size:
            return bool(position == size and sealed_bytes == SEAL_BYTES)
    return False


def _have_boxes_ended(file: BinaryIO, size: int) -> bool:
    """Return whether the boxes fill the file, its table of contents among them."""
    position, kinds = 0, set()
    for _ in range(MAX_BOXES):
        file.seek(position)
        head = file.read(16)
        length, kind = int.from_bytes(head[:4], "big"), head[4:8]
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        if length < BOX_HEAD_BYTES:
            return False  # 0 is a last box that goes on to the end, wherever that is
        kinds.add(kind)
        position += length
        if position >= size:
            return position == size and b"moov" in kinds
    return False


def _is_last_page(page: bytes) -> bool:
    if len(page) < OGG_HEAD_BYTES:
        return False
    segments = page[26]
    length = OGG_HEAD_BYTES + segments + sum(page[OGG_HEAD_BYTES : OGG_HEAD_BYTES + segments])
    return bool(page[5] & OGG_LAST_PAGE) and len(page) >= length
