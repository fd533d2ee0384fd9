"""The kind of an audio file by its first bytes. Names and content types may be wrong, and are not used."""

import re
from collections.abc import Iterator

HEAD_BYTES = 16 * 1024
"""How many of the first bytes `sniff` looks at: headers of recorders and tags of players lie before the sound."""

MIN_HEAD_BYTES = 64
"""Bytes by which most files are told."""

_MAGIC = (
    (0, b"OggS", "ogg"),
    (0, b"\x1aE\xdf\xa3", "webm"),
    (4, b"ftyp", "mp4"),
    (0, b"ID3", "mp3"),
    (0, b"fLaC", "flac"),
    (0, b"caff", "caf"),
    (0, b"#!AMR", "amr"),
    (0, b"APETAGEX", "mp3"),
)
_CHUNKED = {
    (b"RIFF", b"WAVE"): "wav",
    (b"RF64", b"WAVE"): "wav",
    (b"BW64", b"WAVE"): "wav",
    (b"FORM", b"AIFF"): "aiff",
    (b"FORM", b"AIFC"): "aiff",
}

_PICTURES = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif", b"avis"}
"""Brands of pictures in the container that m4a has too (ISO/IEC 23008-12): phones send them beside recordings."""


_FIRST_BOXES = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
"""Boxes with which QuickTime's own files begin, of before `ftyp` and after (Apple, QuickTime File Format)."""
_MAX_BOXES = 32
_OTHERS = (
    b"RIFF",
    b"FORM",
    b"PK",
    b"%PDF",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8",
    b"MZ",
    b"\x7fELF",
    b"FLV",
    b"\0\0\1",
    b"<",
    b"#",
    b"{",
)
"""How files begin that are something else, whatever is found further inside."""
_MIN_FRAMES = 3
"""Frames one after the other, each as long as its head says, by which sound is told behind other bytes."""
_TAG = re.compile(rb"ID3[\x02-\x04]..[\x00-\x7f]{4}|APETAGEX", re.DOTALL)
_TEXT = re.compile(rb"[ -~\t\r\n]*")
_KBITS = {
    (3, 1): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (3, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (3, 3): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (2, 1): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 3): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
}
"""Bit rates by version and layer, as their bits are (ISO/IEC 11172-3, section 2.4.2.3; 13818-3, section 2.4.2.3)."""
_RATES_HZ = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


def sniff(head: bytes) -> str | None:
    """Return the kind of container, a key of KINDS, or None where the file is no audio that can be read.

    head: the first HEAD bytes of the file, or all of them.
    """
    if is_picture(head):
        return None
    for offset, magic, kind in _MAGIC:
        if head[offset : offset + len(magic)] == magic:
            return kind
    if chunked := _CHUNKED.get((head[:4], head[8:12])):
        return chunked
    if _begins_with_box(head):
        return "mp4"
    if frame := _mpeg_type(head):
        return frame
    found = None if head.startswith(_OTHERS) else find_frames(head)
    return found[1] if found else None


def is_hopeless(head: bytes) -> bool:
    """Return whether a file that begins so can become no recording, whatever follows. head: its bytes so far.

    A maker's header is filled up with zeros or spaces; text, and what other files begin with, is not.
    """
    if len(head) >= HEAD_BYTES or sniff(head):
        return sniff(head) is None
    begins = head[:MIN_HEAD_BYTES]
    is_text = len(begins) == MIN_HEAD_BYTES and _TEXT.fullmatch(begins) is not None
    return head.startswith(_OTHERS) or is_picture(head) or (is_text and b" " * 8 not in head)


def is_picture(head: bytes) -> bool:
    """Return whether it is a picture in the container that m4a has too."""
    return any(kind == b"ftyp" and head[at + 8 : at + 12] in _PICTURES for at, kind in _boxes(head))


def _boxes(head: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    for _ in range(_MAX_BOXES):
        size, kind = int.from_bytes(head[at : at + 4], "big"), head[at + 4 : at + 8]
        yield at, kind
        if size < 8:  # noqa: PLR2004 - a box has its own head, or is the last
            return
        at += size


def _begins_with_box(head: bytes) -> bool:
    size = int.from_bytes(head[:4], "big")
    return head[4:8] in _FIRST_BOXES and (size <= 1 or size >= 8) and len(head) >= 16  # noqa: PLR2004


def find_frames(head: bytes) -> tuple[int, str] | None:
    """Return where frames of MP3 or AAC begin behind other bytes, and which; or a tag behind zeros; or None.

    Other bytes are zeros, a tag, or a header of the recorder's maker.
    """
    zeros = len(head) - len(head.lstrip(b"\0"))
    if _TAG.match(head, zeros) and zeros < len(head):
        return zeros, "mp3"
    at = head.find(b"\xff")
    while at >= 0:
        kind, end, frames = _mpeg_type(head[at : at + 4]), at, 0
        while kind and frames < _MIN_FRAMES and _mpeg_type(head[end : end + 4]) == kind:
            length = _frame_length(head[end : end + 6], kind)
            frames += 1
            end += length
            if not length:
                break
        if kind and frames >= _MIN_FRAMES:
            return at, kind
        at = head.find(b"\xff", at + 1)
    return None


def _frame_length(head: bytes, kind: str) -> int:
    """Return how long a frame says it is, or 0 where it does not."""
    if len(head) < 6:  # noqa: PLR2004 - up to ADTS's length
        return 0
    if kind == "aac":
        return (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    version, layer, bits, rate, padding = (
        head[1] >> 3 & 3,
        head[1] >> 1 & 3,
        head[2] >> 4,
        head[2] >> 2 & 3,
        head[2] >> 1 & 1,
    )
    kbits = _KBITS.get((3, layer) if version == 3 else (2, 3 if layer == 3 else 1))  # noqa: PLR2004 - bits of the standard
    if not kbits or not 0 < bits <= len(kbits):
        return 0
    hertz = _RATES_HZ[version][rate]
    if layer == 3:  # noqa: PLR2004 - layer I, in words of four bytes
        return (12_000 * kbits[bits - 1] // hertz + padding) * 4
    return (144_000 if version == 3 or layer == 2 else 72_000) * kbits[bits - 1] // hertz + padding  # noqa: PLR2004


def _mpeg_type(head: bytes) -> str | None:
    """Tell ADTS AAC and MP3 by the bits of a frame header (ISO/IEC 13818-7 table 4, 11172-3 section 2.4.1.3)."""
    if len(head) < 4 or head[0] != 0xFF:  # noqa: PLR2004 - bit patterns of the standard
        return None
    if head[1] & 0xF6 == 0xF0:  # noqa: PLR2004
        return "aac"
    version, layer, bitrate, rate = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    is_frame = head[1] & 0xE0 == 0xE0 and version != 1 and layer != 0 and bitrate not in {0, 15} and rate != 3  # noqa: PLR2004
    return "mp3" if is_frame else None
