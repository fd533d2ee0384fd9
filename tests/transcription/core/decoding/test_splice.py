"""Spans of playback copies joined without decoding: what is heard, where it lies, any part of it."""

import io
import random
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from config.demo.sample_memos import MEMOS
from transcription.core.decoding.copy_index import CopyIndex, NotOurCopy, read_index
from transcription.core.decoding.decode import decode
from transcription.core.decoding.playback import RATE_HZ
from transcription.core.decoding.splice import Cut, Spliced, part_of, splice

PACKET_SECONDS = 1024 / RATE_HZ


def copy_of(name: str) -> bytes:
    with (MEMOS / name).open("rb") as recording:
        return decode(recording, "ogg", max_seconds=60).playback


def index_of(copy: bytes) -> CopyIndex:
    return read_index(lambda place, length: copy[place : place + length], len(copy))


@pytest.fixture(scope="module")
def copies() -> list[bytes]:
    return [copy_of(f"memo-00{number}.ogg") for number in (1, 2, 3)]


def heard(content: bytes) -> NDArray[np.float32]:
    with av.open(io.BytesIO(content), "r") as container:
        return np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])


def whole(spliced: Spliced, copies: Sequence[bytes], span: range | None = None) -> bytes:
    parts = part_of(spliced, range(spliced.size) if span is None else span)
    return b"".join((spliced.head if n is None else copies[n])[piece.start : piece.stop] for n, piece in parts)


def test_spans_of_several_copies_are_heard_one_after_another_where_they_are_said_to_lie(copies: list[bytes]) -> None:
    indexes = [index_of(copy) for copy in copies]
    cuts = [Cut(2, 1.0, 2.5), Cut(0, 0.0, 2.0), Cut(0, 3.1, 4.7), Cut(1, 0.5, 9.0)]
    spliced = splice(indexes, cuts)
    content = whole(spliced, copies)
    assert len(content) == spliced.size
    sound = heard(content)
    assert len(sound) == pytest.approx(spliced.seconds * RATE_HZ, abs=1)
    for (source, start, end), laid in zip(cuts, spliced.laid, strict=True):
        original = heard(copies[source])
        wanted = original[int((start + 0.1) * RATE_HZ) : int(min(end, len(original) / RATE_HZ) * RATE_HZ) - 2048]
        begins = round((laid.at + 0.1) * RATE_HZ)
        found = sound[begins - 1 : begins + len(wanted) + 1]
        assert max(np.corrcoef(found[n : n + len(wanted)], wanted)[0, 1] for n in range(3)) > 0.999


def test_no_more_is_joined_around_a_span_than_packets_need(copies: list[bytes]) -> None:
    index = index_of(copies[0])
    spliced = splice([index], [Cut(0, 1.0, 2.0)])
    assert 1.0 <= spliced.seconds <= 1.0 + 3 * PACKET_SECONDS
    assert spliced.laid[0].at <= 2 * PACKET_SECONDS


def test_any_part_is_the_same_bytes(copies: list[bytes]) -> None:
    indexes = [index_of(copy) for copy in copies]
    spliced = splice(indexes, [Cut(0, 0.2, 2.0), Cut(1, 1.0, 3.0), Cut(0, 2.0, 4.0)])
    content = whole(spliced, copies)
    chance = random.Random(7)
    for _ in range(200):
        first = chance.randrange(len(content))
        last = chance.randrange(first, len(content)) + 1
        assert whole(spliced, copies, range(first, last)) == content[first:last]


def test_a_long_copy_in_several_chunks_is_read_as_well(tmp_path: Path) -> None:
    """FFmpeg writes a chunk for about each MB, or each second of another track."""
    made = tmp_path / "long.m4a"
    with av.open(str(made), "w", format="mp4", options={"movflags": "+faststart"}) as copy:
        stream = copy.add_stream("aac", rate=RATE_HZ, layout="mono", bit_rate=160_000)
        noise = np.random.default_rng(3)
        for number in range(900):
            frame = av.AudioFrame.from_ndarray(noise.normal(0, 0.2, (1, 2048)).astype(np.float32), "fltp", "mono")
            frame.sample_rate, frame.pts = RATE_HZ, number * 2048
            copy.mux(stream.encode(frame))
        copy.mux(stream.encode(None))
    content = made.read_bytes()
    index = index_of(content)
    with av.open(io.BytesIO(content), "r") as container:
        packets = [packet for packet in container.demux(audio=0) if packet.size]
    assert list(index.sizes) == [packet.size for packet in packets]
    assert index.offsets == [packet.pos for packet in packets]


@given(st.data())
def test_a_broken_copy_is_refused_and_never_more(data: st.DataObject) -> None:
    content = bytearray(SMALL)
    for place in data.draw(st.lists(st.integers(0, len(SMALL) - 1), min_size=1, max_size=8)):
        content[place] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(0, len(content)))] if data.draw(st.booleans()) else content
    try:
        index = index_of(bytes(content))
    except NotOurCopy:
        return
    spliced = splice([index], [Cut(0, 0.0, 1.0)])
    assert all(0 <= piece.start <= piece.stop <= len(content) for _, piece in spliced.pieces)


SMALL = copy_of("memo-002.ogg")[:4000]
"""Its index, and the beginning of the sound, which is therefore not all there."""
