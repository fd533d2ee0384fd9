"""The kind of an audio file by its first bytes. Names and content types may be wrong, and are not used."""

HEAD_BYTES = 64
"""How many of the first bytes `sniff` looks at."""

_MAGIC = (
    (0, b"OggS", "ogg"),
    (0, b"\x1aE\xdf\xa3", "webm"),
    (4, b"ftyp", "mp4"),
    (0, b"ID3", "mp3"),
    (0, b"fLaC", "flac"),
    (0, b"caff", "caf"),
    (0, b"#!AMR", "amr"),
)
_CHUNKED = {
    (b"RIFF", b"WAVE"): "wav",
    (b"RF64", b"WAVE"): "wav",
    (b"FORM", b"AIFF"): "aiff",
    (b"FORM", b"AIFC"): "aiff",
}

_PICTURES = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif", b"avis"}
"""Brands of pictures in the container that m4a has too (ISO/IEC 23008-12): phones send them beside recordings."""


def sniff(head: bytes) -> str | None:
    """Return the kind of container, a key of KINDS, or None where the file is no audio that can be read.

    head: the first HEAD bytes of the file, or all of them.
    """
    if head[4:8] == b"ftyp" and head[8:12] in _PICTURES:
        return None
    for offset, magic, kind in _MAGIC:
        if head[offset : offset + len(magic)] == magic:
            return kind
    if chunked := _CHUNKED.get((head[:4], head[8:12])):
        return chunked
    return _mpeg_type(head)


def _mpeg_type(head: bytes) -> str | None:
    """Tell ADTS AAC and MP3 by the bits of a frame header (ISO/IEC 13818-7 table 4, 11172-3 section 2.4.1.3)."""
    if len(head) < 4 or head[0] != 0xFF:  # noqa: PLR2004 - bit patterns of the standard
        return None
    if head[1] & 0xF6 == 0xF0:  # noqa: PLR2004
        return "aac"
    version, layer, bitrate, rate = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    is_frame = head[1] & 0xE0 == 0xE0 and version != 1 and layer != 0 and bitrate not in {0, 15} and rate != 3  # noqa: PLR2004
    return "mp3" if is_frame else None
