"""Where the packets of a playback copy lie (`playback.py`): its MP4 boxes read, and nothing decoded.

The copies are ours, but were made by the child that reads what strangers send: whatever does not fit is refused.
ISO/IEC 14496-12 (boxes), 14496-14 (esds). A packet of AAC-LC is 1024 samples.
"""

import struct
from array import array
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import NamedTuple

PACKET_SAMPLES = 1024
HEAD_BYTES = 64 * 1024
"""Read at first: the index of some five minutes."""
MAX_INDEX_BYTES = 8 * 1024**2
"""Of a copy of a day."""
MAX_PACKET_BYTES = 8192
"""Of AAC in mono there are at most 768; what a broken index says is refused."""
DESCRIPTOR_CONFIG, DESCRIPTOR_STREAM, DESCRIPTOR_DECODER = 5, 3, 4

BOX_BYTES = 8
"""Of what stands before the content of a box: its length and kind."""
LAST_BYTE_BELOW = 0x80

ReadBytes = Callable[[int, int], bytes]


class NotOurCopy(Exception):
    """It is no playback copy as `playback.py` makes them."""


class CopyIndex(NamedTuple):
    """rate: samples a second. config: how its packets are coded; copies with the same can be joined.

    left_out: samples at the beginning that players leave out. sizes, offsets: of each packet, bytes.
    """

    rate: int
    config: bytes
    left_out: int
    sizes: "array[int]"
    offsets: list[int]

    def packet_at(self, second: float) -> int:
        """Return the packet in which a second is, as a player counts them."""
        packet = int(second * self.rate + self.left_out) // PACKET_SAMPLES
        return min(max(packet, 0), len(self.sizes) - 1)

    def second_of(self, packet: int) -> float:
        """Return at which second a packet begins, as a player counts them."""
        return (packet * PACKET_SAMPLES - self.left_out) / self.rate


def read_index(read: ReadBytes, size: int) -> CopyIndex:
    """Return the index of a copy. read: so many bytes from an offset. size: of the file. Raises NotOurCopy."""
    try:
        return _index_of(_movie(read, size), size)
    except (struct.error, KeyError, ValueError, IndexError) as error:
        raise NotOurCopy(str(error)) from error


def _movie(read: ReadBytes, size: int) -> bytes:
    """Return the content of the box `moov`, which stands before the sound."""
    head, place = read(0, HEAD_BYTES), 0
    while place + BOX_BYTES <= len(head):
        length, kind = struct.unpack_from(">I4s", head, place)
        if kind == b"moov":
            if not BOX_BYTES < length <= min(size - place, MAX_INDEX_BYTES):
                break
            end = place + length
            whole = head if end <= len(head) else head + read(len(head), end - len(head))
            return whole[place + BOX_BYTES : end]
        if length < BOX_BYTES:
            break
        place += length
    raise NotOurCopy("no index before the sound")


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 0
    while place + BOX_BYTES <= len(content):
        length, kind = struct.unpack_from(">I4s", content, place)
        if length < BOX_BYTES or place + length > len(content):
            raise NotOurCopy("a box that does not fit")
        yield kind, content[place + BOX_BYTES : place + length]
        place += length


def _box_at(content: bytes, *path: bytes) -> bytes:
    """Return the content of the first box of a path. Raises KeyError."""
    for kind in path:
        content = next((within for named, within in _boxes(content) if named == kind), b"") or _missing(kind)
    return content


def _missing(kind: bytes) -> bytes:
    raise KeyError(kind)


def _index_of(movie: bytes, size: int) -> CopyIndex:
    media = _box_at(movie, b"trak", b"mdia")
    table = _box_at(media, b"minf", b"stbl")
    (rate,) = struct.unpack_from(">I", _box_at(media, b"mdhd"), 12)
    sizes = _sizes(_box_at(table, b"stsz"))
    offsets = list(_offsets(table, sizes))
    if (
        not rate
        or not sizes
        or any(not 0 <= place <= size - length for place, length in zip(offsets, sizes, strict=True))
    ):
        raise NotOurCopy("packets that are not in the file")
    return CopyIndex(rate, _config(_box_at(table, b"stsd")), _left_out(movie), sizes, offsets)


def _sizes(content: bytes) -> "array[int]":
    same, count = struct.unpack_from(">II", content, 4)
    if same or len(content) < 12 + 4 * count:
        raise NotOurCopy("packets of unknown size")
    sizes = array("I", struct.unpack_from(f">{count}I", content, 12))
    if count and max(sizes) > MAX_PACKET_BYTES:
        raise NotOurCopy("a packet too large for speech")
    return sizes


def _offsets(table: bytes, sizes: "array[int]") -> Iterator[int]:
    """Yield where each packet begins: packets lie in chunks, of which their table says how many are in each."""
    runs = _box_at(table, b"stsc")
    (count,) = struct.unpack_from(">I", runs, 4)
    firsts = [struct.unpack_from(">II", runs, 8 + 12 * number) for number in range(count)]
    (chunks,) = struct.unpack_from(">I", _box_at(table, b"stco"), 4)
    places = struct.unpack_from(f">{chunks}I", _box_at(table, b"stco"), 8)
    packet, run = 0, 0
    for number, place in enumerate(places, start=1):
        while run + 1 < len(firsts) and firsts[run + 1][0] <= number:
            run += 1
        within = sizes[packet : packet + firsts[run][1]]
        yield from accumulate(within[:-1], initial=place) if within else ()
        packet += len(within)


def _left_out(movie: bytes) -> int:
    """Return how many samples the edit list leaves out at the beginning: the encoder's delay."""
    try:
        (start,) = struct.unpack_from(">i", _box_at(movie, b"trak", b"edts", b"elst"), 12)
    except KeyError:
        return 0
    return max(0, int(start))


def _config(content: bytes) -> bytes:
    """Return the AudioSpecificConfig of the one entry, which is within three descriptors."""
    if content[12:16] != b"mp4a":
        raise NotOurCopy("no AAC")
    place = content.index(b"esds") + 8
    place = _entered(content, place, DESCRIPTOR_STREAM)[0] + 3
    place = _entered(content, place, DESCRIPTOR_DECODER)[0] + 13
    place, length = _entered(content, place, DESCRIPTOR_CONFIG)
    return content[place : place + length]


def _entered(content: bytes, place: int, tag: int) -> tuple[int, int]:
    """Return where the content of a descriptor begins, and its length: seven bits a byte, the last below 128."""
    if content[place] != tag:
        raise NotOurCopy("another descriptor")
    length = 0
    while True:
        place += 1
        length = length << 7 | content[place] & 0x7F
        if content[place] < LAST_BYTE_BELOW:
            return place + 1, length
