"""The date inside a recording. A few KB are read, and no content raises an error."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from struct import error, unpack
from typing import BinaryIO

from capture.core.audio_types import HEAD_BYTES, sniff
from capture.core.dates.parse import ParsedDate, parse_dates

TAG_BYTES = 16 * 1024
"""Bytes at the beginning in which tags are looked for."""
MAX_BOXES = 64
"""Boxes or chunks that are stepped over on the way to the date."""
_MAC_EPOCH = datetime(1904, 1, 1, tzinfo=UTC)
_COMMENT = re.compile(rb"(?=(.{4})((?:DATE|CREATION_TIME)=[ -~]{8,40}))", re.DOTALL | re.IGNORECASE)
"""A comment with its length before it (Vorbis I, section 5.2.1)."""
_ID3_TIME = re.compile(rb"TDRC.{6}[\x00\x03]([ -~]{8,40})", re.DOTALL)
"""The frame of the recording time in ISO-8859-1 or UTF-8 (ID3v2.4, section 4.2.5)."""
_BEXT_DATE_OFFSET_BYTES = 256 + 32 + 32
"""Where the date stands in the broadcast extension (EBU Tech 3285, section 2.3)."""


def container_date(file: BinaryIO) -> ParsedDate | None:
    """Return when a recording says it was made, or None where it says nothing that can be read.

    MP4: the creation time of its movie header, which is UTC. WAV: the origination date of its broadcast extension.
    Ogg and FLAC: the comments DATE and CREATION_TIME. MP3: the ID3v2.4 recording time.
    """
    with suppress(OSError, OverflowError, ValueError, error):
        head = file.read(HEAD_BYTES) or b""
        match sniff(head):
            case "mp4":
                return _movie_date(file)
            case "wav":
                return _broadcast_date(file)
            case "ogg" | "flac":
                return _comment_date(head + file.read(TAG_BYTES))
            case "mp3":
                return _tag_date(head + file.read(TAG_BYTES))
    return None


def _mp4_boxes(file: BinaryIO, start: int) -> Iterator[tuple[bytes, int]]:
    """Yield the type of each box from `start` on, and where its content starts (ISO/IEC 14496-12, section 4.2)."""
    for _ in range(MAX_BOXES):
        file.seek(start)
        size, kind = unpack(">I4s", file.read(8))
        content = start + 8
        if size == 1:
            (size,) = unpack(">Q", file.read(8))
            content += 8
        yield kind, content
        if start + size < content:  # it goes to the end of the file, or is nonsense
            return
        start += size


def _movie_date(file: BinaryIO) -> ParsedDate | None:
    movie = next((content for kind, content in _mp4_boxes(file, 0) if kind == b"moov"), None)
    header = next((content for kind, content in _mp4_boxes(file, movie) if kind == b"mvhd"), None) if movie else None
    if header is None:
        return None
    file.seek(header)
    (is_long,) = unpack(">?3x", file.read(4))
    (seconds,) = unpack(">Q", file.read(8)) if is_long else unpack(">I", file.read(4))
    at = _MAC_EPOCH + timedelta(seconds=seconds)
    return ParsedDate(at.date(), at.time(), UTC) if seconds else None


def _broadcast_date(file: BinaryIO) -> ParsedDate | None:
    start = 12
    for _ in range(MAX_BOXES):
        file.seek(start)
        name, size = unpack("<4sI", file.read(8))
        if name == b"bext":
            file.seek(start + 8 + _BEXT_DATE_OFFSET_BYTES)
            day, at = unpack("10s8s", file.read(18))
            # Its fields may be parted by any of - _ : . and space.
            return next(parse_dates(f"{day.decode()}T{at.decode()}"), None)
        start += 8 + size + size % 2
    return None


def _comment_date(beginning: bytes) -> ParsedDate | None:
    for before, comment in _COMMENT.findall(beginning):
        value = comment[: int.from_bytes(before, "little")].decode().partition("=")[2]
        for found in parse_dates(value):
            return found
    return None


def _tag_date(beginning: bytes) -> ParsedDate | None:
    return next((found for tag in _ID3_TIME.findall(beginning) for found in parse_dates(tag.decode())), None)
