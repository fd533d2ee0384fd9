"""Opening recordings of unknown make, whatever is wrong with them. Runs in the child alone."""

import io
from collections.abc import Iterator
from typing import cast

import av
from av.audio import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.codec.context import CodecContext
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet

from transcription.core.decoding import repair
from transcription.core.decoding.integrity import BARE, Tally
from transcription.core.decoding.integrity import Packet as Met
from transcription.core.decoding.truncation import tag_bytes

Recording = io.RawIOBase | io.BytesIO

DEMUXERS = {
    "ogg": "ogg",
    "webm": "matroska",
    "mp4": "mov",
    "mp3": "mp3",
    "flac": "flac",
    "wav": "wav",
    "aac": "aac",
    "caf": "caf",
    "amr": "amr",
    "aiff": "aiff",
}
"""The one demuxer that may read each kind. Left to guess, FFmpeg follows playlists to other files and addresses."""


TAGGED = {b"fLaC": "flac", b"\xff\xf0": "aac", b"\xff\xf1": "aac", b"\xff\xf8": "aac", b"\xff\xf9": "aac"}
"""What may lie behind an ID3 tag, beside MP3, and the demuxer for it."""
MIN_RATE_HZ = 4000
"""Samples a second; of fewer no speech is made, but much sound of few bytes."""
FAILURES = (FFmpegError, OSError, OverflowError, ValueError)
"""What the demuxer raises; the last three where a file sends it to a place that no file has."""
MAX_STUMBLES = 1000
"""Places at which the demuxer may fail and go on."""


class TooCoarse(ValueError):
    """It has fewer samples a second than speech needs."""


class UnknownCodec(ValueError):
    """There is a stream of sound, in a form for which there is no decoder."""


def open_container(file: Recording, demuxer: str) -> InputContainer:
    """Open a recording with its one demuxer. Raises FFmpegError where that cannot read it."""
    file.seek(0)
    if demuxer == "mp3":
        demuxer = _behind_tag(file)
    return cast("InputContainer", av.open(file, format=demuxer, metadata_errors="ignore"))


def mended(file: Recording, demuxer: str) -> Recording:
    """Return the file, or a repaired view of it where its index lost bytes."""
    if pieces := repair.whole_fragments(file, demuxer):
        return repair.Spliced(file, pieces)
    gap = repair.missing_bytes(file, demuxer)
    if gap is None:
        return file
    # Where in the sound they are missing is where it can no longer be read, if they are put behind it.
    place = _first_unreadable(repair.filled(file, gap, gap.before), demuxer)
    return repair.filled(file, gap, gap.before if place is None else min(place, gap.before))


def _first_unreadable(file: Recording, demuxer: str) -> int | None:
    with open_container(file, demuxer) as container:
        for packet in _packets(container, sound(container)):
            if packet and _decoded_frames(packet) is None:
                return packet.pos
    return None


def sound(container: InputContainer) -> AudioStream:
    """Return the first audio stream. Raises IndexError where there is none, or UnknownCodec."""
    stream = container.streams.audio[0]
    if cast("CodecContext | None", stream.codec_context) is None:
        raise UnknownCodec
    return stream


def announced(container: InputContainer, file: Recording) -> float | None:
    """Return how many seconds of sound the container says there are, or None where it does not say, or only guesses."""
    stream = sound(container)
    if container.format.name in BARE and not _counts_frames(file):
        return None
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    alone = len(container.streams) == 1
    return container.duration / av.time_base if container.duration and alone else None


def new_tally(container: InputContainer) -> Tally:
    """Return an empty tally for a container that is about to be read. Raises what `sound` does, and TooCoarse."""
    codec = sound(container).codec_context
    if 0 < codec.sample_rate < MIN_RATE_HZ:
        raise TooCoarse
    return Tally(container.format.name, is_pcm=codec.name.startswith("pcm_"))


def frames(container: InputContainer, sample_format: str, rate: int, tally: Tally) -> Iterator[AudioFrame]:
    """Yield mono frames of the first audio stream, and count what was met on the way.

    A stream may change its own format midway; the resampler is made anew for what follows. Raises what `sound` does.
    """
    resampler, shape = None, None
    for packet in _packets(container, sound(container)):
        decoded = _decoded_frames(packet) if packet else None
        if not _count_packet(tally, packet, decoded):
            continue
        for frame in decoded or ():
            if shape != (frame.format.name, frame.layout.name, frame.sample_rate):
                yield from resampler.resample(None) if resampler else ()
                resampler = AudioResampler(format=sample_format, layout="mono", rate=rate)
                shape = (frame.format.name, frame.layout.name, frame.sample_rate)
            frame.pts = None
            yield from resampler.resample(frame) if resampler else ()
    yield from resampler.resample(None) if resampler else ()


def _packets(container: InputContainer, stream: AudioStream) -> "Iterator[Packet[AudioStream] | None]":
    """Yield packets, and None for each place where the demuxer failed: most find their way behind it."""
    for _ in range(MAX_STUMBLES):
        try:
            yield from container.demux(stream)
        except MemoryError:
            raise
        except FAILURES:
            yield None
        else:
            return


def _decoded_frames(packet: "Packet[AudioStream]") -> list[AudioFrame] | None:
    try:
        return packet.decode()
    except MemoryError:
        raise
    except FFmpegError:
        return None


def _count_packet(tally: Tally, packet: "Packet[AudioStream] | None", decoded: list[AudioFrame] | None) -> bool:
    """Count a packet in the tally, and return whether it is sound."""
    if packet is None:
        tally.count_failure()
        return False
    seconds = None if decoded is None else sum(frame.samples / frame.sample_rate for frame in decoded)
    if packet.size == 0:  # the last one, which asks the decoder for what it held back
        tally.readable += seconds or 0.0
        return True
    base = float(packet.time_base)
    start = None if packet.pts is None else packet.pts * base
    met = Met(bytes(packet), packet.pos, start, (packet.duration or 0) * base, packet.is_corrupt)
    return tally.count(met, seconds)


def _behind_tag(file: Recording) -> str:
    """Return the demuxer for what begins with an ID3 tag, or with a frame."""
    file.seek(tag_bytes(file.read(10) or b""))
    head = file.read(4) or b""
    file.seek(0)
    return TAGGED.get(head) or TAGGED.get(head[:2]) or "mp3"


def _counts_frames(file: Recording) -> bool:
    """Return whether an MP3's first frame is the one that says how many there are (Xing, Info, VBRI)."""
    at = file.tell()
    file.seek(0)
    file.seek(tag_bytes(file.read(10) or b""))
    head = file.read(64) or b""
    file.seek(at)
    return any(name in head for name in (b"Xing", b"Info", b"VBRI"))
