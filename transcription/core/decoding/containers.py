"""Opening recordings of unknown make, whatever is wrong with them. Runs in the child alone."""

import io
from collections.abc import Iterator, Sequence
from typing import cast

import av
from av.audio import AudioFrame
from av.audio.stream import AudioStream
from av.codec.context import CodecContext
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet

from transcription.core.decoding import repair
from transcription.core.decoding.integrity import BARE, Tallies, Tally
from transcription.core.decoding.integrity import Packet as Met
from transcription.core.decoding.mixing import Mixer
from transcription.core.decoding.tracks import Alone, Desk, Track, is_alone, loudest_channel
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
LOUD_ZEROS = {"pcm_u8", "pcm_mulaw", "pcm_alaw"}
"""Uncompressed codecs in which a byte of zero is as loud as can be, so that a packet of them is damage."""
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
    """Return the file, or a repaired view of it where its index lost bytes, or files were joined with their tags."""
    if pieces := repair.whole_fragments(file, demuxer) or repair.joined_parts(file, demuxer):
        return repair.Spliced(file, pieces)
    gap = repair.missing_bytes(file, demuxer)
    if gap is None:
        return file
    # Where in the sound they are missing is where it can no longer be read, if they are put behind it.
    place = _first_unreadable(repair.filled(file, gap, gap.before), demuxer)
    return repair.filled(file, gap, gap.before if place is None else min(place, gap.before))


def _first_unreadable(file: Recording, demuxer: str) -> int | None:
    with open_container(file, demuxer) as container:
        for packet in _packets(container, tracks_of(container)):
            if packet and _decoded_frames(packet) is None:
                return packet.pos
    return None


def tracks_of(container: InputContainer) -> list[AudioStream]:
    """Return the tracks of sound that can be decoded. Raises IndexError where there is none at all, or UnknownCodec."""
    known = [one for one in container.streams.audio if cast("CodecContext | None", one.codec_context) is not None]
    if not known and container.streams.audio[0]:
        raise UnknownCodec
    return known


def unknown_tracks(container: InputContainer) -> int:
    """Return how many tracks of sound there are in a form for which there is no decoder."""
    return len(container.streams.audio) - len(tracks_of(container))


def announced(container: InputContainer, file: Recording) -> float | None:
    """Return how many seconds of sound the container says there are, or None where it does not say, or only guesses."""
    if container.format.name in BARE and not _counts_frames(file):
        return None
    said = [float(one.duration * one.time_base) for one in tracks_of(container) if one.duration and one.time_base]
    if said:
        return max(said)
    alone = len(container.streams) == 1
    return container.duration / av.time_base if container.duration and alone else None


def new_tally(container: InputContainer) -> Tallies:
    """Return an empty tally for a container that is about to be read. Raises what `tracks_of` does, and TooCoarse."""
    codecs = [stream.codec_context for stream in tracks_of(container)]
    if all(0 < codec.sample_rate < MIN_RATE_HZ for codec in codecs):
        raise TooCoarse
    return Tallies(
        [
            Tally(
                container.format.name,
                is_pcm=_has_silent_zeros(codec.name),
                is_coarse=codec.name.startswith("adpcm_"),
            )
            for codec in codecs
        ]
    )


def _has_silent_zeros(codec: str) -> bool:
    """Return whether bytes of zeros are silence in a codec: in samples that are not, or hardly, compressed."""
    return codec.startswith(("pcm_", "adpcm_")) and codec not in LOUD_ZEROS


def frames(container: InputContainer, rate: int, tallies: Tallies, mixer: Mixer) -> Iterator[AudioFrame]:
    """Yield mono s16 frames of all tracks, and count what was met on the way.

    A single channel goes by itself; where there are more, the mixer decides. A track may change its own format midway;
    the resampler is made anew for what follows. Raises what `tracks_of` does.
    """
    streams = tracks_of(container)
    tracks = {stream.index: Track(stream, tally, rate) for stream, tally in zip(streams, tallies.each, strict=True)}
    alone, desk = Alone(rate) if len(tracks) == 1 else None, Desk([*tracks.values()], mixer, rate)
    begins = None if alone else _begins(streams)
    for packet in _packets(container, streams):
        track = tracks[packet.stream.index if packet else streams[0].index]
        decoded = _decoded_frames(packet) if packet else None
        if not _count_packet(track.tally, packet, decoded):
            continue
        if packet and begins is not None and packet.pts is not None:
            track.lay_at(float(packet.pts * packet.time_base) - begins)
        for frame in decoded or ():
            if track.tally.is_pcm:
                track.tally.hear(loudest_channel(frame), frame.sample_rate)
            if alone and is_alone(frame):
                yield from alone.resampled(frame)
                continue
            yield from alone.end() if alone else ()
            alone = None
            track.add(frame)
        if packet is not None and packet.size == 0:
            track.end()
        yield from () if alone else desk.mixed()
    yield from alone.end() if alone else ()
    for track in tracks.values():
        track.end()
    yield from desk.mixed()


def _begins(streams: Sequence[AudioStream]) -> float:
    """Return when the first of the tracks begins, in seconds."""
    said = [float(one.start_time * one.time_base) for one in streams if one.start_time is not None and one.time_base]
    return min(said, default=0.0)


def _packets(container: InputContainer, streams: list[AudioStream]) -> "Iterator[Packet[AudioStream] | None]":
    """Yield packets, and None for each place where the demuxer failed: most find their way behind it."""
    for _ in range(MAX_STUMBLES):
        try:
            yield from cast("Iterator[Packet[AudioStream]]", container.demux(streams))
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
    # FLAC in some containers tells no duration: what came of the packet does.
    lasts = packet.duration * base if packet.duration else seconds or 0.0
    met = Met(bytes(packet), packet.pos, start, lasts, packet.is_corrupt)
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
