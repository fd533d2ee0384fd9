"""Files made to do harm, or broken on their way: what a stranger could send, and what a dying phone does send."""

import io
import random
import struct
import wave
from collections.abc import Iterator

from tests.support.hostile.damaged import MADE, whole
from tests.support.recordings import made

BRIEF = 3.0
"""Seconds of sound in those that have any."""
TEXTS = {
    "letter": "Dear diary, tonight I said nothing.\n",
    "ffconcat": "ffconcat version 1.0\nfile '{path}'\n",
    "playlist": "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{path}\n#EXTINF:10,\n{url}\n#EXT-X-ENDLIST\n",
    "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 0\n",
    "mpd": '<?xml version="1.0"?><MPD><BaseURL>{url}</BaseURL></MPD>\n',
    "concat": "concat:{path}|{path}\n",
}


def hostile(path: str, url: str) -> Iterator[tuple[str, bytes]]:
    """Yield (name, content). path, url: of what none of them may reach."""
    yield "empty", b""
    yield "zeros", bytes(20_000)
    yield "noise", random.Random(7).randbytes(20_000)
    yield from ((name, text.format(path=path, url=url).encode()) for name, text in TEXTS.items())
    yield from _pointing(path, url)
    yield from _bombs()
    yield from _nested()
    for name in MADE:
        content = whole(name, BRIEF)
        yield f"head of {name}", content[:100]
        yield f"{name} without its head", content[100:]
        yield f"{name} over zeros", content[: len(content) // 3] + bytes(len(content))
        yield f"{name} with flipped bits", flipped(content, random.Random(name), 60)
        yield f"{name} twice", content * 2


def flipped(content: bytes, numbers: random.Random, times: int) -> bytes:
    """Return the content with so many bits flipped."""
    changed = bytearray(content)
    for _ in range(times):
        changed[numbers.randrange(len(changed))] ^= 1 << numbers.randrange(8)
    return bytes(changed)


def _pointing(path: str, url: str) -> Iterator[tuple[str, bytes]]:
    """Yield containers that say their sound, or a picture, lies somewhere else."""
    m4a = whole("m4a", BRIEF)
    at = m4a.index(b"url \x00\x00\x00\x01")
    for name, place in (("file", f"file://{path}"), ("url", url)):
        told = place.encode() + b"\0"
        entry = struct.pack(">I4sI", 12 + len(told), b"url ", 0) + told
        yield f"m4a pointing to a {name}", _grown(m4a, at - 4, 12, entry)
        frame = b"\0-->\0\3\0" + told
        picture = b"APIC" + _synchsafe(len(frame)) + b"\0\0" + frame
        yield f"mp3 with a picture at a {name}", b"ID3\4\0\0" + _synchsafe(len(picture)) + picture + whole("mp3", BRIEF)
    movie = _box(b"rdrf", bytes(4) + b"url " + struct.pack(">I", len(url)) + url.encode())
    yield "reference movie", m4a[:28] + _box(b"moov", _box(b"rmra", _box(b"rmda", movie)))
    for name in ("ogg", "mp3", "wav", "flac"):
        text = TEXTS["playlist"].format(path=path, url=url).encode()
        yield f"{name} with a playlist behind its first bytes", whole(name, BRIEF)[:12] + text


def _grown(m4a: bytes, at: int, old: int, entry: bytes) -> bytes:
    """Return an MPEG-4 file with one box of another length, its parents grown to fit."""
    changed = bytearray(m4a)
    for parent in (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"):
        place = m4a.index(parent) - 4
        (size,) = struct.unpack_from(">I", changed, place)
        struct.pack_into(">I", changed, place, size + len(entry) - old)
    changed[at : at + old] = entry
    return bytes(changed)


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), name) + content


def _synchsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def _bombs() -> Iterator[tuple[str, bytes]]:
    """Yield small files that announce, or hold, far more sound than anybody speaks."""
    flac = bytearray(whole("flac", BRIEF))
    flac[21] |= 0x0F
    flac[22:26] = b"\xff" * 4  # the number of samples (RFC 9639, section 8.2)
    yield "FLAC that announces days", bytes(flac)
    ogg = bytearray(whole("ogg", BRIEF))
    last = ogg.rindex(b"OggS")
    ogg[last + 6 : last + 14] = b"\xff" * 7 + b"\x7f"  # the granule position (RFC 3533, section 6)
    yield "Opus that announces ages", bytes(ogg)
    mp3 = bytearray(whole("mp3", BRIEF))
    tag = max(mp3.find(b"Xing"), mp3.find(b"Info"))
    mp3[tag + 8 : tag + 12] = b"\xff" * 4
    yield "MP3 that announces years", bytes(mp3)
    wav = bytearray(whole("wav", BRIEF))
    data = wav.index(b"data")
    wav[data + 4 : data + 8] = b"\0\0\xf0\x7e"
    yield "WAV that announces hours", bytes(wav)
    out = io.BytesIO()
    with wave.open(out, "wb") as slow:
        slow.setparams((1, 1, 1, 0, "NONE", "not compressed"))  # one sample a second
        slow.writeframes(bytes(60_000))
    caf = bytearray(whole("caf", BRIEF))
    data = caf.index(b"data")
    caf[data + 4 : data + 12] = (1 << 50).to_bytes(8, "big")
    yield "CAF that announces a petabyte", bytes(caf)
    yield "WAV of one sample a second", out.getvalue()
    yield "much silence in FLAC", made(1200, "flac", "flac", rate=8_000, loudness=0.0)


def _nested() -> Iterator[tuple[str, bytes]]:
    """Yield recordings inside recordings, and heads that go on for ever."""
    yield "mp3 in wav", _wav(0x55, whole("mp3", BRIEF))
    yield "flac in wav", _wav(0xF1AC, whole("flac", BRIEF))
    yield (
        "ogg in m4a",
        whole("m4a", BRIEF)[:28] + _box(b"mdat", whole("ogg", BRIEF)) + _box(b"moov", whole("m4a", BRIEF)),
    )
    yield "boxes in boxes", whole("m4a", BRIEF)[:28] + _boxes_in_boxes(2_000)
    yield "tags before tags", (b"ID3\4\0\0" + _synchsafe(10) + bytes(10)) * 3_000 + whole("mp3", BRIEF)
    yield "a thousand streams", b"".join(_first_page(number) for number in range(1_000)) + whole("ogg", BRIEF)
    yield (
        "elements in elements",
        whole("webm", BRIEF)[:60] + b"\x18\x53\x80\x67\x01" + b"\xff" * 7 + b"\x1f\x43\xb6\x75" * 5_000,
    )


def _wav(form: int, content: bytes) -> bytes:
    head = struct.pack("<4sIHHIIHH", b"fmt ", 16, form, 1, 48_000, 16_000, 1, 16)
    data = struct.pack("<4sI", b"data", len(content)) + content
    return b"RIFF" + struct.pack("<I", 4 + len(head) + len(data)) + b"WAVE" + head + data


def _boxes_in_boxes(depth: int) -> bytes:
    return b"".join(struct.pack(">I4s", 8 * (depth - level), b"moov") for level in range(depth))


def _first_page(number: int) -> bytes:
    """Return an Ogg page that begins a stream of its own."""
    return (
        b"OggS\0\2" + bytes(8) + struct.pack("<I", number + 1) + bytes(8) + b"\1\x13OpusHead\1\1\0\0\x80\xbb\0\0\0\0\0"
    )
