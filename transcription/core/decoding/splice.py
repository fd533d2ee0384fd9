"""Spans of playback copies joined into one sound, packet by packet: nothing is decoded, and nothing is written.

All copies are made by the same encoder, so that their packets can follow each other. At a seam the two halves of an
overlap do not belong together: 43 ms fade in that are not quite what was said; a packet earlier is taken for it. The
result is an MP4 whose every byte is known from the indexes, so that any part of it can be sent at any time.
"""

import struct
from array import array
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from transcription.core.decoding.copy_index import PACKET_SAMPLES, CopyIndex

MAX_SPLICED_SECONDS = 2 * 3600
"""More is not joined: what lies behind is left out."""
_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


class Cut(NamedTuple):
    """What is to be joined: from where to where of a copy, in its own seconds. source: its number."""

    source: int
    start: float
    end: float


class SplicedCut(NamedTuple):
    """Where a cut came to lie: at which second of the result begins what began at `start` of its copy."""

    start: float
    end: float
    at: float


class Spliced(NamedTuple):
    """The result. head: its first bytes. pieces: what follows, each a source and its bytes. laid: one a cut."""

    head: bytes
    pieces: list[tuple[int, range]]
    laid: list[SplicedCut]
    seconds: float

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return len(self.head) + sum(len(span) for _source, span in self.pieces)


def splice(sources: Sequence[CopyIndex], cuts: Sequence[Cut]) -> Spliced:
    """Return the sound of all cuts, one after another. sources: of the same rate and config, one at least.

    Cuts that begin after MAX_SPLICED_SECONDS are left out: `laid` is shorter then.
    """
    rate, most = sources[0].rate, MAX_SPLICED_SECONDS * sources[0].rate // PACKET_SAMPLES
    sizes, pieces, laid = array("I"), list[tuple[int, range]](), list[SplicedCut]()
    for source, start, end in cuts:
        index = sources[source]
        first, last = max(0, index.packet_at(start) - 1), index.packet_at(end)
        if len(sizes) + last - first >= most:
            break
        laid.append(SplicedCut(start, end, len(sizes) * PACKET_SAMPLES / rate + start - index.second_of(first)))
        sizes.extend(index.sizes[first : last + 1])
        for packet in range(first, last + 1):
            _add_piece(pieces, source, index.offsets[packet], index.sizes[packet])
    head = _head(rate, sources[0].config, sizes)
    return Spliced(head, pieces, laid, len(sizes) * PACKET_SAMPLES / rate)


def _add_piece(pieces: list[tuple[int, range]], source: int, place: int, length: int) -> None:
    """Add a packet to the pieces: to the last one where it lies just behind it."""
    if pieces and pieces[-1][0] == source and pieces[-1][1].stop == place:
        pieces[-1] = source, range(pieces[-1][1].start, place + length)
    else:
        pieces.append((source, range(place, place + length)))


def _boxed(kind: bytes, *content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + sum(map(len, content)), kind) + b"".join(content)


def _full(kind: bytes, *content: bytes, flags: int = 0) -> bytes:
    return _boxed(kind, struct.pack(">I", flags), *content)


def _head(rate: int, config: bytes, sizes: "array[int]") -> bytes:
    """Return all that stands before the sound: the kind of file, its index, and the beginning of `mdat`."""
    kind = _boxed(b"ftyp", b"M4A \0\0\2\0", b"M4A isommp42")
    length = len(_movie_box(rate, config, sizes, 0))
    movie = _movie_box(rate, config, sizes, len(kind) + length + 8)
    return kind + movie + struct.pack(">I4s", 8 + sum(sizes), b"mdat")


def _movie_box(rate: int, config: bytes, sizes: "array[int]", place: int) -> bytes:
    """Return the index. place: at which byte the sound begins."""
    count = len(sizes)
    duration = count * PACKET_SAMPLES
    table = _boxed(
        b"stbl",
        _full(b"stsd", struct.pack(">I", 1), _entry(rate, config)),
        _full(b"stts", struct.pack(">III", 1, count, PACKET_SAMPLES)),
        _full(b"stsc", struct.pack(">IIII", 1, 1, count, 1)),
        _full(b"stsz", struct.pack(">II", 0, count), struct.pack(f">{count}I", *sizes)),
        _full(b"stco", struct.pack(">II", 1, place)),
    )
    here = _boxed(b"dinf", _full(b"dref", struct.pack(">I", 1), _full(b"url ", flags=1)))
    media = _boxed(
        b"mdia",
        _full(b"mdhd", struct.pack(">IIIIHH", 0, 0, rate, duration, 0x55C4, 0)),
        _full(b"hdlr", struct.pack(">I4s12x", 0, b"soun"), b"voice\0"),
        _boxed(b"minf", _full(b"smhd", bytes(4)), here, table),
    )
    track = _full(
        b"tkhd", struct.pack(">IIIII8xHHHH", 0, 0, 1, 0, duration, 0, 0, 0x100, 0), _MATRIX, bytes(8), flags=3
    )
    movie = struct.pack(">IIIIIH10x", 0, 0, rate, duration, 0x10000, 0x100) + _MATRIX + bytes(24) + struct.pack(">I", 2)
    return _boxed(b"moov", _full(b"mvhd", movie), _boxed(b"trak", track, media))


def _entry(rate: int, config: bytes) -> bytes:
    """Return how the packets are coded: mono AAC."""
    coded = _descriptor(4, struct.pack(">BB3sII", 0x40, 0x15, b"\0\0\0", 0, 0) + _descriptor(5, config))
    stream = _descriptor(3, struct.pack(">HB", 1, 0) + coded + _descriptor(6, b"\2"))
    return _boxed(b"mp4a", struct.pack(">6xH8xHHHHI", 1, 1, 16, 0, 0, rate << 16), _full(b"esds", stream))


def _descriptor(tag: int, content: bytes) -> bytes:
    return struct.pack(">BB", tag, len(content)) + content


def part_of(spliced: Spliced, span: range) -> list[tuple[int | None, range]]:
    """Return what makes up these bytes of the result: of the head (None), and of sources."""
    found = list[tuple[int | None, range]]()
    place = 0
    for source, piece in chain([(None, range(len(spliced.head)))], spliced.pieces):
        first, last = max(span.start - place, 0), min(span.stop - place, len(piece))
        if first < last:
            found.append((source, piece[first:last]))
        place += len(piece)
    return found
