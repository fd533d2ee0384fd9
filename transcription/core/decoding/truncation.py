"""Whether a file ends before its time, by what it says of its own bytes. Decoders pass over that in silence."""

import io
import os
import struct
from collections.abc import Iterator

from transcription.core.decoding.integrity import Packet

Readable = io.RawIOBase | io.BytesIO

OGG_HEAD_BYTES = 27
MAX_OGG_PAGE_BYTES = OGG_HEAD_BYTES + 255 + 255 * 255
BEGINNING = b"OggS\0\x02"
SEARCHED_BYTES = 1 << 20
UNKNOWN_SIZE_BYTES = 0x7FFF0000
"""Sizes from here on are what recorders write that do not know it beforehand."""
MAX_CHUNKS = 1000
BLOCK_HEAD_BYTES, LACED = 4, 0b110


def is_cut(file: Readable, demuxer: str, last: Packet | None) -> bool:
    """Return whether the file ends in the middle of something. last: its last packet."""
    if demuxer == "ogg":
        return _ogg_is_cut(file)
    if demuxer == "matroska" and last is not None and last.place is not None:
        return _ebml_is_cut(file, last.place, len(last.content))
    return False


def missing_share(file: Readable, demuxer: str) -> float:
    """Return which share of the sound's bytes is not there, by a header that tells their number; else 0."""
    form = {"wav": ("<4sI", 12, 0), "aiff": (">4sI", 12, 0), "caf": (">4sQ", 8, 0)}.get(demuxer)
    if form is None:
        return 0.0
    head, place, end = struct.Struct(form[0]), form[1], size_of(file)
    for _ in range(MAX_CHUNKS):
        if len(said := at(file, place, head.size)) < head.size:
            break
        name, size = head.unpack(said)
        place += head.size
        if name in {b"data", b"SSND"}:
            there = end - place
            return (size - there) / size if there < size < UNKNOWN_SIZE_BYTES else 0.0
        place += size + (size % 2 if demuxer != "caf" else 0)
    return 0.0


def sound_bytes(file: Readable) -> int:
    """Return how many bytes there are beside the tags that music players put before and after frames."""
    end = size_of(file)
    start = tag_bytes(at(file, 0, 10))
    if at(file, end - 128, 3) == b"TAG":
        end -= 128
    foot = at(file, end - 32, 32)
    if foot[:8] == b"APETAGEX" and len(foot) == 32:  # noqa: PLR2004
        size, flags = int.from_bytes(foot[12:16], "little"), int.from_bytes(foot[20:24], "little")
        end -= size + (32 if flags >> 31 else 0)
    return max(end - start, 0)


def tag_bytes(head: bytes) -> int:
    """Return the length of the ID3 tag that begins so, or 0 (id3.org, ID3v2.4.0 section 3.1)."""
    if head[:3] != b"ID3" or len(head) < 10:  # noqa: PLR2004
        return 0
    a, b, c, d = head[6:10]
    return 10 + (a << 21 | b << 14 | c << 7 | d) + (10 if head[5] & 0x10 else 0)


def size_of(file: Readable) -> int:
    """Return the file's length in bytes."""
    return file.seek(0, os.SEEK_END)


def at(file: Readable, place: int, length: int) -> bytes:
    """Return up to `length` bytes at an offset, none beyond the end: damaged files name offsets that no file has."""
    if place >= size_of(file):
        return b""
    file.seek(max(place, 0))
    return file.read(length) or b""


def _ogg_is_cut(file: Readable) -> bool:
    """Return whether the file, or one of those that are joined in it, ends within a page."""
    return any(_ends_within_page(file, end) for end in (*_later_streams(file), size_of(file)))


def _later_streams(file: Readable) -> Iterator[int]:
    """Yield where streams begin behind the first page (RFC 3533, section 6: version 0, beginning of stream)."""
    begin = 1
    while piece := at(file, begin, SEARCHED_BYTES + len(BEGINNING) - 1):
        found = piece.find(BEGINNING)
        while found >= 0:
            yield begin + found
            found = piece.find(BEGINNING, found + 1)
        begin += SEARCHED_BYTES


def _ends_within_page(file: Readable, end: int) -> bool:
    """Find the last page before an end; its segment table says how long it is (RFC 3533, section 6)."""
    begin = max(end - MAX_OGG_PAGE_BYTES, 0)
    tail = at(file, begin, end - begin)
    page = tail[max(tail.rfind(b"OggS"), 0) :]
    if len(page) < OGG_HEAD_BYTES:
        return True
    segments = page[OGG_HEAD_BYTES : OGG_HEAD_BYTES + page[26]]
    return len(page) < OGG_HEAD_BYTES + page[26] + sum(segments)


def _ebml_is_cut(file: Readable, place: int, length: int) -> bool:
    """Walk from one element to the next, from behind the last block to the end (RFC 8794, sections 4 to 6).

    place: where that block begins: the track's number, two bytes of time, flags, and the packet (RFC 9559, section 10).
    """
    end, head = size_of(file), at(file, place, BLOCK_HEAD_BYTES)
    if len(head) < BLOCK_HEAD_BYTES or head[-1] & LACED:
        return False  # where several packets share a block, their common end is not known from one of them
    place += BLOCK_HEAD_BYTES + length
    for _ in range(MAX_CHUNKS):
        if place >= end:
            return place > end
        head = at(file, place, 12)
        id_length = _length(head)
        size_length = _length(head[id_length:])
        if id_length + size_length > len(head):
            return True
        all_ones = (1 << 7 * size_length) - 1
        size = int.from_bytes(head[id_length : id_length + size_length], "big") & all_ones
        place += id_length + size_length + (0 if size == all_ones else size)  # such a size is unknown: look inside
    return False


def _length(head: bytes) -> int:
    """Return the length of the number that begins so."""
    return 9 - head[0].bit_length() if head else 1
