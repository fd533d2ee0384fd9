"""The process that reads files of strangers. It holds one open file and one pipe, and has given up everything else.

It is forked from a server that has imported this module, PyAV, and nothing else of ours. What it sends is framed: one
byte that says what follows, then the content (see the tags). Nothing in it is unpickled.
"""

import contextlib
import io
import json
import resource
import wave
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from typing import NamedTuple

import av
from av.audio import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError, InvalidDataError
from av.filter import Graph

PCM, MEASURED, PLAYBACK, ALIVE, DONE, REASON = b"P", b"M", b"C", b"A", b"D", b"R"

RATE = 16_000
PLAYBACK_RATE = 24_000
PLAYBACK_BITS = 48_000
PLAYBACK_CHUNK = 1 << 20
LOUDNESS = -18.0
"""The playback copy's, in LUFS: that of spoken word on the web."""
GAIN_LIMITS = (-20.0, 30.0)
SILENT = -69.0
"""LUFS at and below which there is nothing to make louder (EBU R 128 gates at -70)."""
ALIVE_EVERY = 500
"""Frames of the playback copy between two signs of life."""

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

CODECS = ("opus", "vorbis", "aac", "mp3float", "flac", "pcm_s16le", "alac", "amrnb")

Send = Callable[[bytes], None]


class Limits(NamedTuple):
    """What the child may use. memory: bytes of address space. cpu: seconds."""

    memory: int = 512 * 1024**2
    cpu: int = 1800


def give_up_everything(limits: Limits) -> None:
    """Set the limits that make an exploited decoder harmless: no file, no socket, no growth, no core dump."""
    for what, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.cpu),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(what, (most, most))


def decode(recording: Connection, out: Connection, kind: str, limits: Limits) -> None:
    """Send the recording as 16 kHz mono s16 PCM, then what was measured on the way, then its playback copy."""
    give_up_everything(limits)
    file = io.FileIO(recording.fileno(), closefd=False)
    try:
        gain = _send_pcm(file, out.send_bytes, DEMUXERS[kind])
    except (FFmpegError, MemoryError, ValueError, IndexError) as error:
        out.send_bytes(REASON + type(error).__name__.encode())
        return
    # The words are what matters: where the copy fails, the original is played.
    with contextlib.suppress(FFmpegError, MemoryError, ValueError, IndexError):
        _send_playback(file, out.send_bytes, DEMUXERS[kind], gain)
    out.send_bytes(DONE)


def _send_pcm(file: io.RawIOBase | io.BytesIO, send: Send, demuxer: str) -> float:
    """Return the gain in dB that brings the recording to the playback loudness."""
    loudness, errors, samples = _Loudness(), 0, 0
    with _opened(file, demuxer) as container:
        stream = container.streams.audio[0]
        for frame in _frames(container, stream, AudioResampler(format="s16", layout="mono", rate=RATE)):
            if frame is None:
                errors += 1
                continue
            pcm = bytes(frame.planes[0])[: frame.samples * 2]
            samples += frame.samples
            send(PCM + pcm)
            loudness.hear(frame)
        seconds = container.duration / av.time_base if container.duration else None
    send(MEASURED + json.dumps({"container_seconds": seconds, "decoder_errors": errors}).encode())
    measured = loudness.integrated()
    return 0.0 if measured <= SILENT else min(max(LOUDNESS - measured, GAIN_LIMITS[0]), GAIN_LIMITS[1])


def _opened(file: io.RawIOBase | io.BytesIO, demuxer: str) -> InputContainer:
    file.seek(0)
    return av.open(file, format=demuxer, metadata_errors="ignore")


def _frames(container: InputContainer, stream: AudioStream, resampler: AudioResampler) -> Iterator[AudioFrame | None]:
    """Yield resampled frames, and None for each packet that could not be decoded."""
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except InvalidDataError:
            yield None
            continue
        for frame in frames:
            yield from resampler.resample(frame)
    yield from resampler.resample(None)


class _Loudness:
    """Integrated loudness by EBU R 128, as FFmpeg measures it."""

    def __init__(self) -> None:
        self._graph = Graph()
        source = self._graph.add_abuffer(format="s16", sample_rate=RATE, layout="mono", channels=1)
        self._graph.link_nodes(source, self._graph.add("ebur128", "metadata=1"), self._graph.add("abuffersink"))
        self._graph.configure()
        self._heard = SILENT

    def hear(self, frame: AudioFrame) -> None:
        frame.pts = None
        self._graph.push(frame)
        self._drain()

    def integrated(self) -> float:
        self._graph.push(None)
        self._drain()
        return self._heard

    def _drain(self) -> None:
        with contextlib.suppress(av.error.BlockingIOError, av.error.EOFError):
            while True:
                self._heard = float(self._graph.pull().metadata.get("lavfi.r128.I", self._heard))


def _send_playback(file: io.RawIOBase | io.BytesIO, send: Send, demuxer: str, gain: float) -> None:
    """Send an AAC copy in MP4 with a duration and an index, as loud as all the others; made in memory."""
    made = io.BytesIO()
    with _opened(file, demuxer) as container, av.open(made, "w", format="mp4") as copy:
        encoder = copy.add_stream("aac", rate=PLAYBACK_RATE, layout="mono")
        encoder.bit_rate = PLAYBACK_BITS
        graph = _levelling(gain)
        resampler = AudioResampler(format="fltp", layout="mono", rate=PLAYBACK_RATE)
        for number, frame in enumerate(_frames(container, container.streams.audio[0], resampler)):
            if frame is not None:
                frame.pts = None
                graph.push(frame)
            for levelled in _pulled(graph):
                copy.mux(encoder.encode(levelled))
            if number % ALIVE_EVERY == 0:
                send(ALIVE)
        graph.push(None)
        for levelled in _pulled(graph):
            copy.mux(encoder.encode(levelled))
        copy.mux(encoder.encode(None))
    content = made.getbuffer()
    for start in range(0, len(content), PLAYBACK_CHUNK):
        send(PLAYBACK + content[start : start + PLAYBACK_CHUNK].tobytes())


def _levelling(gain: float) -> Graph:
    graph = Graph()
    source = graph.add_abuffer(format="fltp", sample_rate=PLAYBACK_RATE, layout="mono", channels=1)
    limiter = graph.add("alimiter", "limit=0.8:level=disabled")
    back = graph.add("aformat", f"sample_fmts=fltp:sample_rates={PLAYBACK_RATE}:channel_layouts=mono")
    graph.link_nodes(source, graph.add("volume", f"{gain:.2f}dB"), limiter, back, graph.add("abuffersink"))
    graph.configure()
    return graph


def _pulled(graph: Graph) -> Iterator[AudioFrame]:
    with contextlib.suppress(av.error.BlockingIOError, av.error.EOFError):
        while True:
            frame = graph.pull()
            frame.pts = None
            yield frame


def _rehearse() -> None:
    """Decode a moment of silence in the server: whatever is loaded late is loaded before the files are given up."""
    for codec in CODECS:
        av.CodecContext.create(codec, "r")
    silence = io.BytesIO()
    with wave.open(silence, "wb") as recording:
        recording.setparams((1, 2, RATE, 0, "NONE", "not compressed"))
        recording.writeframes(bytes(RATE))
    _send_pcm(silence, lambda _: None, "wav")
    _send_playback(silence, lambda _: None, "wav", 0.0)


_rehearse()
