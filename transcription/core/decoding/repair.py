"""Repair files whose index of sound is no longer in its place, because bytes before it were lost.

MPEG-4 and CAF tell the place of each packet in a list, which recorders write last (ISO/IEC 14496-12; Apple's Core
Audio Format). A file is looked at as if the lost bytes were there, as zeros; pieces of a fragmented one that cannot be
followed are left out. Nothing is copied.
"""

import io
import os
import re
from collections.abc import Iterator
from typing import NamedTuple

from capture.core.audio_types import HEAD_BYTES, MIN_HEAD_BYTES, find_frames, sniff
from transcription.core.decoding.integrity import BARE
from transcription.core.decoding.truncation import Readable, at, size_of, tag_bytes

LISTS = {"mov": b"moov", "caf": b"pakt"}
FRAGMENT, SOUND = b"moof", {b"mdat", b"data"}
TAG_STARTS = {
    "mp3": re.compile(rb"ID3|TAG|APETAGEX"),
    "aac": re.compile(rb"ID3|TAG|APETAGEX"),
    "amr": re.compile(rb"#!AMR\n"),
}
FOLLOWING = re.compile(rb"\xff[\xe0-\xff]|ID3|TAG|APETAGEX|[\x04\x0c\x14\x1c\x24\x2c\x34\x3c\x44\x7c]|$", re.DOTALL)
"""What goes on behind a tag: a frame of MP3, AAC or AMR, another tag, or the end."""
LONGEST_TAG_HEAD_BYTES = 32
SEARCH_BYTES = 1 << 16
MAX_PIECES = 100_000
MAX_MISSING_LENGTHS = 10
"""Times its own length that a file may have lost; who announces more lies, and petabytes of zeros take long to read."""
FREE_HEAD_BYTES, MAX_FILLING_BYTES = 8, 1 << 32


class FilePiece(NamedTuple):
    """A stretch of the file: where it begins, or None for zeros behind `head`, and how long it is, in bytes."""

    place: int | None
    length: int
    head: bytes = b""


class Hole(NamedTuple):
    """So many bytes are missing, somewhere before the list that begins at this place."""

    before: int
    missing: int


class Box(NamedTuple):
    """One box or chunk. end: as it says of itself."""

    name: bytes
    place: int
    end: int


class Spliced(io.RawIOBase):
    """A file put together of pieces of another."""

    def __init__(self, file: Readable, pieces: list[FilePiece]) -> None:
        self._file, self._position = file, 0
        self._pieces = [piece for piece in pieces if piece.length > 0]
        self._length = sum(piece.length for piece in self._pieces)

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def seekable(self) -> bool:
        """Return that one can go to any place of it."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes from here."""
        wanted = self._length if size < 0 else size
        read, begin = bytearray(), 0
        for place, length, head in self._pieces:
            inside = self._position - begin
            if 0 <= inside < length and len(read) < wanted:
                piece = min(wanted - len(read), length - inside)
                first = head[inside : inside + piece]
                read += first + bytes(piece - len(first)) if place is None else at(self._file, place + inside, piece)
                self._position += piece
            begin += length
        return bytes(read)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to an offset from the start, from here or from the end."""
        self._position = max(0, {os.SEEK_CUR: self._position, os.SEEK_END: self._length}.get(whence, 0) + offset)
        return self._position

    def tell(self) -> int:
        """Return where it reads."""
        return self._position


def filled(file: Readable, gap: Hole, place: int) -> Spliced:
    """Return the file with zeros for the missing bytes at a place."""
    return Spliced(file, [FilePiece(0, place), FilePiece(None, gap.missing), FilePiece(place, size_of(file) - place)])


def missing_bytes(file: Readable, demuxer: str) -> Hole | None:
    """Return how many bytes are missing before the list, or None where it is in its place or there is none."""
    name, boxes = LISTS.get(demuxer), list(_container_boxes(file, demuxer))
    if name is None or not boxes or any(box.name in {name, FRAGMENT} for box in boxes):
        return None
    sound, end = boxes[-1], size_of(file)
    found = _rfind(file, name, sound.place)
    if found is None or sound.name not in SOUND or sound.end <= end:
        return None
    before = found - (4 if demuxer == "mov" else 0)
    missing = sound.end - before
    return Hole(before, missing) if 0 < missing <= MAX_MISSING_LENGTHS * end else None


def whole_fragments(file: Readable, demuxer: str) -> list[FilePiece]:
    """Return the pieces of a fragmented MPEG-4 file that can be followed, or none where all of it can be.

    What lies between them becomes a box that is passed over, so long that each fragment lies where it says it did.
    """
    if demuxer != "mov":
        return []
    pieces, place, length = list[FilePiece](), 0, 0
    is_broken = is_fragmented = False
    while place < size_of(file) and len(pieces) < MAX_PIECES:
        box = _box(file, demuxer, place)
        if box is not None and box.end <= size_of(file):
            is_fragmented |= box.name == FRAGMENT
            _append(pieces, place, box.end)
            place, length = box.end, length + box.end - place
            continue
        is_broken = True
        found = _find(file, FRAGMENT, place + 5)
        if found is None:
            break
        place, filling = found - 4, (_lay_at(file, found - 4) or length) - length
        if FREE_HEAD_BYTES <= filling < MAX_FILLING_BYTES:
            pieces.append(FilePiece(None, filling, filling.to_bytes(4, "big") + b"free"))
            length += filling
    return pieces if is_broken and is_fragmented else []


def joined_parts(file: Readable, demuxer: str) -> list[FilePiece]:
    """Return what is left without tags inside of joined files and bytes before the first frame; or none without any.

    The first tag and the last are left: the demuxer knows them.
    """
    if demuxer not in BARE:
        return []
    begin = (
        find_frames(at(file, 0, HEAD_BYTES)) if demuxer == "mp3" and not sniff(at(file, 0, MIN_HEAD_BYTES)) else None
    )
    pieces, place = list[FilePiece](), begin[0] if begin else 0
    for start, end in _inner_tags(file, demuxer):
        if start >= place:
            _append(pieces, place, start)
            place = end
    if not (pieces or place) or len(pieces) > MAX_PIECES:
        return []
    _append(pieces, place, size_of(file))
    return pieces


def _inner_tags(file: Readable, demuxer: str) -> Iterator[tuple[int, int]]:
    end, place = size_of(file), max(tag_bytes(at(file, 0, 10)), 1)
    while place < end:
        content = at(file, place, SEARCH_BYTES + LONGEST_TAG_HEAD_BYTES)
        for found in TAG_STARTS[demuxer].finditer(content):
            start = place + found.start()
            length = _tag_length(file, start, content[found.start() : found.start() + LONGEST_TAG_HEAD_BYTES])
            if found.start() < SEARCH_BYTES and length and start + length < end:
                yield start, start + length
        place += SEARCH_BYTES


def _tag_length(file: Readable, place: int, head: bytes) -> int:
    """Return the length of a tag that is one: frames go on behind it, or another tag."""
    if head[:3] == b"ID3":
        is_one = head[3] in range(2, 5) and all(byte < 0x80 for byte in head[6:10])  # noqa: PLR2004 - 7 bits a byte
        length = tag_bytes(head) if is_one else 0
    elif head[:8] == b"APETAGEX":
        is_head = len(head) == LONGEST_TAG_HEAD_BYTES and head[23] & 0x20
        length = int.from_bytes(head[12:16], "little") + 32 if is_head else 32
    else:
        length = 128 if head[:3] == b"TAG" else 6
    return length if length and FOLLOWING.match(at(file, place + length, 8)) else 0


def _append(pieces: list[FilePiece], place: int, end: int) -> None:
    if pieces and (last := pieces[-1]).place is not None and last.place + last.length == place:
        place = pieces.pop().place or 0
    pieces.append(FilePiece(place, end - place))


def _lay_at(file: Readable, place: int) -> int | None:
    """Return where a fragment lay, if it says so (tfhd with base-data-offset: ISO/IEC 14496-12, section 8.8.7)."""
    head = at(file, place, 256)
    found = head.find(b"tfhd")
    has_offset = found >= 0 and head[found + 7 : found + 8] and head[found + 7] & 1
    return int.from_bytes(head[found + 12 : found + 20], "big") if has_offset else None


def breaks_off(file: Readable, demuxer: str) -> bool:
    """Return whether the last box of an MPEG-4 file is longer than what there is."""
    boxes = list(_container_boxes(file, demuxer)) if demuxer == "mov" else []
    return bool(boxes) and boxes[-1].end > size_of(file)


def lacks_list(file: Readable, demuxer: str) -> bool:
    """Return whether the list is missing altogether, as where a phone died before it could write it."""
    return demuxer in LISTS and _rfind(file, LISTS[demuxer], 0) is None


def _container_boxes(file: Readable, demuxer: str) -> list[Box]:
    """Return the boxes one after the other, the one that breaks off included."""
    boxes, place = list[Box](), 8 if demuxer == "caf" else 0
    while len(boxes) < MAX_PIECES and (box := _box(file, demuxer, place)):
        boxes.append(box)
        place = box.end
    return boxes


def _box(file: Readable, demuxer: str, place: int) -> Box | None:
    head = at(file, place, 16)
    if demuxer == "caf":
        name, size, shortest = head[:4], int.from_bytes(head[4:12], "big") + 12, 12
    else:
        name, size, shortest = head[4:8], int.from_bytes(head[:4], "big"), 8
        if size == 1:
            size, shortest = int.from_bytes(head[8:16], "big"), 16
        elif size == 0:
            size = size_of(file) - place
    is_one = len(head) >= shortest and size >= shortest and all(0x20 <= byte < 0x7F for byte in name)  # noqa: PLR2004
    return Box(name, place, place + size) if is_one else None


def _find(file: Readable, name: bytes, start: int) -> int | None:
    for place in range(start, size_of(file), SEARCH_BYTES):
        found = at(file, place, SEARCH_BYTES + len(name) - 1).find(name)
        if found >= 0:
            return place + found
    return None


def _rfind(file: Readable, name: bytes, start: int) -> int | None:
    for place in range(max(size_of(file) - SEARCH_BYTES, start), start - SEARCH_BYTES, -SEARCH_BYTES):
        found = at(file, max(place, start), SEARCH_BYTES + len(name) - 1).rfind(name)
        if found >= 0:
            return max(place, start) + found
    return None
