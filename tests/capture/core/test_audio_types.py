"""What a file is, told from its first bytes alone."""

import io
import wave
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.core.audio_kinds import KINDS
from capture.core.audio_types import HEAD_BYTES, is_hopeless, sniff
from config.demo.sample_memos import MEMOS

BY_ENDING = {
    ".ogg": "ogg",
    ".opus": "ogg",
    ".webm": "webm",
    ".m4a": "mp4",
    ".mp3": "mp3",
    ".flac": "flac",
    ".wav": "wav",
}
RECORDINGS = sorted(path for path in MEMOS.iterdir() if path.suffix in BY_ENDING)


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: path.name)
def test_every_sample_memo_is_known(recording: Path) -> None:
    with recording.open("rb") as file:
        assert sniff(file.read(HEAD_BYTES)) == BY_ENDING[recording.suffix]


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\0\0\0\x20ftypM4A ", "mp4"),
        (b"ID3\x04\0", "mp3"),
        (b"\xff\xfb\x90\x64", "mp3"),
        (b"\xff\xf3\x44\xc4", "mp3"),
        (b"\xff\xf1\x50\x80", "aac"),
        (b"\xff\xf9\x50\x80", "aac"),
        (b"caff\0\x01", "caf"),
        (b"#!AMR\n", "amr"),
        (b"FORM\0\0\0\0AIFC", "aiff"),
        (b"RF64\xff\xff\xff\xffWAVE", "wav"),
    ],
)
def test_what_phones_and_recorders_write_is_known(head: bytes, kind: str) -> None:
    assert sniff(head) == kind


FRAME = b"\xff\xfb\x90\x64" + bytes(413)
"""MP3 of 128 kbit/s at 44.1 kHz: 417 bytes a frame."""


@pytest.mark.parametrize(
    ("before", "kind"),
    [
        (bytes(417), "mp3"),
        (bytes(9000), "mp3"),
        (b"RECORDER HEADER 0001".ljust(512, b"\0"), "mp3"),
        (b"APETAGEX" + bytes(24), "mp3"),
        (b"TAG" + bytes(125), "mp3"),
    ],
)
def test_frames_behind_other_bytes_are_found(before: bytes, kind: str) -> None:
    assert sniff(before + FRAME * 5) == kind
    assert sniff(before) in {None, kind}


@pytest.mark.parametrize(
    "head",
    [
        b"\0\0\0\x08wide\0\0\x10\0mdat" + bytes(20),
        b"\0\0\x10\0mdat" + bytes(20),
        b"\0\0\0\1mdat" + bytes(20),
        b"\0\0\0\x10free" + bytes(8) + b"\0\0\0\x14ftypqt  ",
        b"\0\0\x02\x10moov\0\0\0\x6cmvhd",
    ],
)
def test_quicktime_needs_no_type_first(head: bytes) -> None:
    assert sniff(head) == "mp4"


def test_a_picture_behind_another_box_is_none() -> None:
    assert sniff(b"\0\0\0\x10free" + bytes(8) + b"\0\0\0\x14ftypheic") is None


def test_wave_of_many_gigabytes_is_known() -> None:
    assert sniff(b"BW64\xff\xff\xff\xffWAVE") == "wav"


@pytest.mark.parametrize("other", [b"PK\x03\x04", b"%PDF-1.7", b"RIFF\0\0\0\0AVI ", b"\xff\xd8\xff\xe1", b"FLV\1"])
def test_frames_inside_of_something_else_do_not_make_it_one(other: bytes) -> None:
    assert sniff(other + bytes(100) + FRAME * 5) is None


def test_what_python_writes_is_known() -> None:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        sound.writeframes(b"\0\0")
    assert sniff(out.getvalue()) == "wav"


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\xff",
        b"\xff\xff\xff\xff",
        b"\xff\xd8\xff\xe0\0\x10JFIF",
        b"\xff\xfe<\0h\0t\0",
        b"\x89PNG\r\n\x1a\n",
        b"\0\0\0\x20ftypheic",
        b"%PDF-1.7",
        b"PK\x03\x04",
        b"<html>",
        b"RIFF\0\0\0\0AVI ",
        b"ffconcat version 1.0\nfile /etc/passwd",
        b"#EXTM3U\n#EXT-X-TARGETDURATION:10",
        b"v=0\no=- 0 0 IN IP4 127.0.0.1",
    ],
)
def test_what_is_no_recording_is_not_taken_for_one(head: bytes) -> None:
    assert sniff(head) is None


@given(st.binary(max_size=HEAD_BYTES))
def test_any_bytes_are_a_known_kind_or_none(head: bytes) -> None:
    assert sniff(head) in {None, *KINDS}


@pytest.mark.parametrize(
    "head", [b"x" * 64, b"PK\x03\x04", b"RIFF\0\0\0\0AVI ", b"\0\0\0\x20ftypheic", bytes(HEAD_BYTES)]
)
def test_what_can_become_no_recording_is_seen_early(head: bytes) -> None:
    assert is_hopeless(head)


@pytest.mark.parametrize("head", [b"", b"x", bytes(9000), b"RECORDER HEADER 0001".ljust(64), b"OggS" + bytes(70)])
def test_what_may_become_one_is_waited_for(head: bytes) -> None:
    assert not is_hopeless(head)
