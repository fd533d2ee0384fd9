"""Recordings of a tone in every container, whole and damaged in three ways."""

import random
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from tests.support.recordings import made

SECONDS = 12.0
FRAGMENTED = {"movflags": "frag_keyframe+empty_moov+default_base_moof", "frag_duration": "1000000"}
ABSOLUTE = {"movflags": "frag_keyframe+empty_moov", "frag_duration": "1000000"}


class Made(NamedTuple):
    """How a recording is made. kind: as it is sniffed."""

    kind: str
    codec: str
    container: str
    options: dict[str, str]


MADE = {
    "ogg": Made("ogg", "libopus", "ogg", {}),
    "webm": Made("webm", "libopus", "webm", {"cluster_time_limit": "1000"}),
    "live webm": Made("webm", "libopus", "webm", {"cluster_time_limit": "1000", "live": "1"}),
    "m4a": Made("mp4", "aac", "mp4", {}),
    "fragmented m4a": Made("mp4", "aac", "mp4", FRAGMENTED),
    "fragmented m4a of old": Made("mp4", "aac", "mp4", ABSOLUTE),
    "mp3": Made("mp3", "libmp3lame", "mp3", {}),
    "mp3 without count": Made("mp3", "libmp3lame", "mp3", {"write_xing": "0"}),
    "flac": Made("flac", "flac", "flac", {}),
    "wav": Made("wav", "pcm_s16le", "wav", {}),
    "aac": Made("aac", "aac", "adts", {}),
    "caf": Made("caf", "alac", "caf", {}),
    "pcm caf": Made("caf", "pcm_s16le", "caf", {}),
    "aiff": Made("aiff", "pcm_s16be", "aiff", {}),
    "amr": Made("amr", "", "", {}),
}


@cache
def whole(name: str, seconds: float = SECONDS) -> bytes:
    """Return the recording as it was made."""
    kind, codec, container, options = MADE[name]
    if kind == "amr":  # there is no encoder: frames of 12.2 kbit/s with anything in them (RFC 4867, section 5)
        numbers = random.Random(1)
        return b"#!AMR\n" + b"".join(b"\x3c" + numbers.randbytes(31) for _ in range(int(seconds * 50)))
    return made(seconds, codec, container, options=options)


def _cut(content: bytes) -> bytes:
    return content[: int(len(content) * 0.7)]


def _zeroed(content: bytes) -> bytes:
    start, end = _middle(content)
    return content[:start] + bytes(end - start) + content[end:]


def _holed(content: bytes) -> bytes:
    start, end = _middle(content)
    return content[:start] + content[end:]


def _middle(content: bytes) -> tuple[int, int]:
    return int(len(content) * 0.4), int(len(content) * 0.6)


DAMAGES: dict[str, tuple[Callable[[bytes], bytes], float]] = {
    "truncated": (_cut, 0.7),
    "zeroed": (_zeroed, 0.8),
    "holed": (_holed, 0.8),
}
"""What is done to the bytes, and which share of the sound is left."""
