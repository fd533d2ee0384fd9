"""The date inside a recording. A few KB are read, and no content raises an error."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from struct import error, unpack
from typing import BinaryIO

from capture.core.audio_types import sniff
from capture.core.dates.parse import ParsedDate, parse_dates

TAG_BYTES = 16 * 1024
"""Bytes at the beginning in which tags are looked for."""
BEGINNING_BYTES = 1024
SYNCHSAFE_VERSION = 4
ID3_HEAD_BYTES = 10
MAX_BOXES = 64
"""Boxes or chunks that are stepped over on the way to the date."""
_MAC_EPOCH = datetime(1904, 1, 1, tzinfo=UTC)
_COMMENT = re.compile(rb"(?=(.{4})((?:DATE|CREATION_TIME)=[ -~]{8,40}))", re.DOTALL | re.IGNORECASE)
"""A comment with its length before it (Vorbis I, section 5.2.1)."""
_INFO = re.compile(rb"(ICRD|IDIT)....([ -~\n]{4,40})", re.DOTALL)
"""The dates in a list of INFO, each behind its length."""
INFO_BYTES = 4096
_MOVIE_DATE = re.compile(rb"20\d\d-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)?")
"""As ©day and com.apple.quicktime.creationdate write it, the only dates of this form in the lists of a movie."""
_MATROSKA_EPOCH = datetime(2001, 1, 1, tzinfo=UTC)
_BEXT_DATE_OFFSET_BYTES = 256 + 32 + 32
"""Where the date stands in the broadcast extension (EBU Tech 3285, section 2.3)."""


def container_date(file: BinaryIO) -> ParsedDate | None:  # noqa: PLR0911 - one a kind
    """Return when a recording says it was made, or None where it says nothing that can be read.

    MP4: QuickTime's creationdate, ©day, or the creation time of its movie header, which is UTC.
    WAV: the origination date of its broadcast extension.
    Also ICRD, IDIT and ID3 in it. Ogg and FLAC: the comments DATE and CREATION_TIME. MP3 and AIFF: the recording time
    of their ID3 tags. WebM: DateUTC.
    """
    with suppress(OSError, OverflowError, ValueError, error):
        head = file.read(BEGINNING_BYTES) or b""
        match sniff(head):
            case "mp4":
                return _movie_date(file)
            case "wav":
                return _broadcast_date(file)
            case "ogg" | "flac":
                return _comment_date(head + file.read(TAG_BYTES))
            case "mp3":
                return id3_date(head + file.read(TAG_BYTES))
            case "aiff":
                return _aiff_date(file)
            case "webm":
                return _segment_date(head)
    return None


def _mp4_boxes(file: BinaryIO, start: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield the type of each box from `start` on, and where its content starts and ends (ISO/IEC 14496-12, 4.2)."""
    for _ in range(MAX_BOXES):
        file.seek(start)
        if len(head := file.read(8)) < 8:  # noqa: PLR2004 - a box's head
            return
        size, kind = unpack(">I4s", head)
        content = start + 8
        if size == 1:
            (size,) = unpack(">Q", file.read(8))
            content += 8
        yield kind, content, start + size
        if start + size < content:  # it goes to the end of the file, or is nonsense
            return
        start += size


def _movie_date(file: BinaryIO) -> ParsedDate | None:
    """Return QuickTime's creationdate or ©day, which tell the clock of where it was, else the header's time in UTC."""
    movie = next(((content, end) for kind, content, end in _mp4_boxes(file, 0) if kind == b"moov"), None)
    if movie is None:
        return None
    header, said = None, list[ParsedDate]()
    for kind, content, end in _mp4_boxes(file, movie[0]):
        if movie[0] < movie[1] <= content:  # a movie of no size goes to the end of the file
            break
        file.seek(content)
        if kind == b"mvhd":
            (is_long,) = unpack(">?3x", file.read(4))
            (seconds,) = unpack(">Q", file.read(8)) if is_long else unpack(">I", file.read(4))
            at = _MAC_EPOCH + timedelta(seconds=seconds)
            header = ParsedDate(at.date(), at.time(), UTC) if seconds else None
        elif kind in {b"udta", b"meta"}:
            told = file.read(max(min(end - content, INFO_BYTES), 0))
            said += [one for text in _MOVIE_DATE.findall(told) for one in parse_dates(text.decode())]
    exact = next((one for one in said if one.time), None)
    return exact or header or next(iter(said), None)


def _broadcast_date(file: BinaryIO) -> ParsedDate | None:
    """Return the date of a WAV: of its broadcast extension, of IDIT, of an ID3 tag, or of ICRD."""
    found = list[ParsedDate]()
    for name, start, size in _chunks(file, "<4sI"):
        file.seek(start)
        if name == b"bext":
            file.seek(start + _BEXT_DATE_OFFSET_BYTES)
            day, at = unpack("10s8s", file.read(18))
            # Its fields may be parted by any of - _ : . and space.
            found += parse_dates(f"{day.decode(errors='replace')}T{at.decode(errors='replace')}")
        elif name in {b"id3 ", b"ID3 "}:
            found += filter(None, [id3_date(file.read(min(size, TAG_BYTES)))])
        elif name in {b"LIST", b"IDIT"}:
            found += _info_dates(file.read(min(size, INFO_BYTES)), is_list=name == b"LIST")
        if any(one.time for one in found):
            break
    return next((one for one in found if one.time), next(iter(found), None))


def _aiff_date(file: BinaryIO) -> ParsedDate | None:
    for name, start, size in _chunks(file, ">4sI"):
        if name == b"ID3 ":
            file.seek(start)
            return id3_date(file.read(min(size, TAG_BYTES)))
    return None


def _chunks(file: BinaryIO, form: str) -> Iterator[tuple[bytes, int, int]]:
    """Yield the name of each chunk, where its content starts, and how many bytes it has."""
    start = 12
    for _ in range(MAX_BOXES):
        file.seek(start)
        if len(head := file.read(8)) < 8:  # noqa: PLR2004 - a chunk's head
            return
        name, size = unpack(form, head)
        yield name, start + 8, size
        start += 8 + size + size % 2


def _info_dates(content: bytes, *, is_list: bool) -> Iterator[ParsedDate]:
    """Yield the dates of ICRD and IDIT; IDIT may be as C writes it: Fri Jul 14 21:05:09 2023."""
    texts = [text for _name, text in _INFO.findall(content)] if is_list else [content]
    for text in texts:
        written = text.rstrip(b"\0\n ").decode(errors="replace")
        yield from parse_dates(written)
        with suppress(ValueError):
            at = datetime.strptime(written, "%a %b %d %H:%M:%S %Y")  # noqa: DTZ007 - it says no zone
            yield ParsedDate(at.date(), at.time(), None)


def _segment_date(head: bytes) -> ParsedDate | None:
    """Return DateUTC of a Matroska file: nanoseconds since 2001 (RFC 9559, section 5.1.2.12)."""
    found = head.find(b"\x44\x61\x88")
    if found < 0 or len(head) < found + 11:
        return None
    (nanoseconds,) = unpack(">q", head[found + 3 : found + 11])
    at = _MATROSKA_EPOCH + timedelta(microseconds=nanoseconds // 1000)
    return ParsedDate(at.date(), at.time(), UTC)


def id3_date(tag: bytes) -> ParsedDate | None:
    """Return the recording time of an ID3 tag: TDRC, or TYER with TDAT (day and month) and TIME of versions before 2.4.

    tag: from its beginning on, or what lies before it.
    """
    begin = tag.find(b"ID3")
    frames = dict(_id3_frames(tag[begin:])) if 0 <= begin < len(tag) - ID3_HEAD_BYTES else {}
    told = frames.get("TDRC", "")
    if not told and (year := frames.get("TYER") or frames.get("TYE")):
        day, at = frames.get("TDAT") or frames.get("TDA") or "", frames.get("TIME") or frames.get("TIM") or ""
        told = f"{year[:4]}-{day[2:4]}-{day[:2]}" + (f"T{at[:2]}:{at[2:4]}" if at else "")
    return next(parse_dates(told), None)


def _id3_frames(tag: bytes) -> Iterator[tuple[str, str]]:
    """Yield the text frames (id3.org, ID3v2.2 to 2.4, section 4)."""
    version, place = tag[3], ID3_HEAD_BYTES
    head = 6 if version == 2 else 10  # noqa: PLR2004 - the version of three letters
    for _ in range(MAX_BOXES):
        name = tag[place : place + (3 if head == 6 else 4)]  # noqa: PLR2004 - see above
        if not name.strip(b"\0") or not name.isalnum():
            return
        raw = tag[place + len(name) : place + 2 * len(name)]
        is_synchsafe = version == SYNCHSAFE_VERSION
        size = (
            sum(byte << 7 * n for n, byte in enumerate(reversed(raw))) if is_synchsafe else int.from_bytes(raw, "big")
        )
        content = tag[place + head : place + head + size]
        if name[:1] == b"T" and content:
            form = {1: "utf-16", 2: "utf-16-be", 3: "utf-8"}.get(content[0], "latin-1")
            yield name.decode(), content[1:].decode(form, errors="replace").strip("\0 ")
        place += head + size


def _comment_date(beginning: bytes) -> ParsedDate | None:
    for before, comment in _COMMENT.findall(beginning):
        value = comment[: int.from_bytes(before, "little")].decode().partition("=")[2]
        for found in parse_dates(value):
            return found
    return None
