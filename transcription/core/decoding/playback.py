"""The copy that people listen to: AAC in MP4, which every browser plays, seekable, and all as loud as each other.

What browsers record has neither duration nor index, older phones cannot play it, and whispers are inaudible.
"""

import contextlib
import io
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, cast

import av
import numpy as np
from av.audio import AudioFrame
from av.filter import Graph

from transcription.core.decoding.containers import Recording, frames, new_tally, open_container
from transcription.core.decoding.mixing import Mixer
from transcription.core.words import SAMPLE_RATE

RATE_HZ = 24_000
BITS_PER_SECOND = 48_000
CODER = {"aac_coder": "fast"}
"""A third of the time of the default one; at this rate speech sounds the same."""
LOUDNESS_LUFS = -18.0
"""In LUFS: that of spoken word on the web."""
GAIN_LIMITS_DB = (-20.0, 30.0)
SILENT_LUFS = -69.0
"""LUFS at and below which there is nothing to make louder (EBU R 128 gates at -70)."""
INAUDIBLE_PEAK = 16
"""Of 32768 (-66 dB): peak of a frame, once it is as loud as the rest, below which there is nothing to hear."""
ALIVE_EVERY_FRAMES = 500
"""Frames between two signs of life."""


class Loudness:
    """Integrated loudness by EBU R 128, as FFmpeg measures it."""

    def __init__(self) -> None:
        self._graph = Graph()
        self._graph.threads = 1
        source = self._graph.add_abuffer(format="s16", sample_rate=SAMPLE_RATE, layout="mono", channels=1)
        self._graph.link_nodes(source, self._graph.add("ebur128", "metadata=1"), self._graph.add("abuffersink"))
        self._graph.configure()
        self._heard = SILENT_LUFS

    def feed(self, frame: AudioFrame) -> None:
        """Take a mono s16 frame at SAMPLE_RATE."""
        frame.pts = None
        self._graph.push(frame)
        self._drain()

    def close(self) -> float:
        """End the measurement, and return by how many dB all is to be raised; 0 where it is silent."""
        self._graph.push(None)
        self._drain()
        if self._heard <= SILENT_LUFS:
            return 0.0
        return min(max(LOUDNESS_LUFS - self._heard, GAIN_LIMITS_DB[0]), GAIN_LIMITS_DB[1])

    def _drain(self) -> None:
        with contextlib.suppress(av.error.BlockingIOError, av.error.EOFError):
            while True:
                self._heard = float(self._graph.pull().metadata.get("lavfi.r128.I", self._heard))


def playback_copy(
    recording: Recording, demuxer: str, gain: float, mixer: Mixer, still_alive: Callable[[], None]
) -> io.BytesIO:
    """Return the copy. gain: in dB. mixer: that has decided. still_alive: called now and then.

    Raises what opening and decoding raise.
    """
    made = io.BytesIO()
    # Its index first, so that a browser can seek before it has read all.
    index_first: dict[str, Any] = {"options": {"movflags": "+faststart"}, "io_open": lambda *_: _Rereading(made)}
    with open_container(recording, demuxer) as container, av.open(made, "w", format="mp4", **index_first) as copy:
        encoder = copy.add_stream("aac", rate=RATE_HZ, layout="mono", bit_rate=BITS_PER_SECOND, options=CODER)
        graph, muxed = _levelling(gain), 0
        for number, frame in enumerate(frames(container, RATE_HZ, new_tally(container), mixer)):
            frame.pts = None
            graph.push(_hushed(frame, gain))
            for levelled in _pulled(graph, muxed):
                muxed += levelled.samples
                copy.mux(encoder.encode(levelled))
            if number % ALIVE_EVERY_FRAMES == 0:
                still_alive()
        graph.push(None)
        for levelled in _pulled(graph, muxed):
            muxed += levelled.samples
            copy.mux(encoder.encode(levelled))
        copy.mux(encoder.encode(None))
    return made


def _hushed(frame: AudioFrame, gain: float) -> AudioFrame:
    """Return a frame, or plain silence where nobody could hear it: faint noise costs as many bytes as speech."""
    samples = frame.to_ndarray()
    if int(np.abs(samples.astype(np.int32)).max(initial=0)) * 10 ** (gain / 20) > INAUDIBLE_PEAK:
        return frame
    silence = AudioFrame.from_ndarray(np.zeros_like(samples), frame.format.name, "mono")
    silence.sample_rate, silence.pts = frame.sample_rate, None
    return silence


class _Rereading:
    """A second reader of what is being written: the muxer reads it again to move the index to the front."""

    def __init__(self, made: io.BytesIO) -> None:
        self.made, self.position = made, 0

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes from here."""
        with self.made.getbuffer() as whole:
            piece = bytes(whole[self.position : self.position + size])
        self.position += len(piece)
        return piece

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to an offset from the start, from here or from the end."""
        origin = {io.SEEK_CUR: self.position, io.SEEK_END: self.made.getbuffer().nbytes}.get(whence, 0)
        self.position = origin + offset
        return self.position

    def tell(self) -> int:
        """Return where it reads."""
        return self.position

    def close(self) -> None:
        """Leave what is written to its writer."""


def _levelling(gain: float) -> Graph:
    # What comes in is s16 as for the loudness: mixing to mono, FFmpeg makes floats 3 dB louder.
    graph = Graph()
    graph.threads = 1
    source = graph.add_abuffer(format="s16", sample_rate=RATE_HZ, layout="mono", channels=1)
    floats = f"sample_fmts=fltp:sample_rates={RATE_HZ}:channel_layouts=mono"
    limiter = graph.add("alimiter", "limit=0.8:level=disabled")
    inward, outward = graph.add("aformat", floats), graph.add("aformat", floats)
    volume = graph.add("volume", f"{gain:.2f}dB")
    graph.link_nodes(source, inward, volume, limiter, outward, graph.add("abuffersink")).configure()
    return graph


def _pulled(graph: Graph, muxed: int) -> Iterator[AudioFrame]:
    """Yield what comes out, with its times, from which players know of the encoder's delay. muxed: samples before."""
    with contextlib.suppress(av.error.BlockingIOError, av.error.EOFError):
        while True:
            frame = cast("AudioFrame", graph.pull())
            frame.pts, frame.time_base = muxed, Fraction(1, RATE_HZ)
            muxed += frame.samples
            yield frame
