"""Tracks and channels of a recording side by side: brought to one rate, laid at their times, mixed to one channel."""

import contextlib
from collections import deque
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, cast

import av
import numpy as np
from av.audio import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.filter import Graph

from transcription.core.decoding.integrity import Tally
from transcription.core.decoding.mixing import RAMP_SECONDS, STRETCH_SECONDS, Mixer, mix

if TYPE_CHECKING:
    from numpy.typing import NDArray

ALONE = {"mono", "1 channels"}
"""Layouts of a channel that needs no mixing. FFmpeg makes what it takes for a bass box silent, mixing it to mono."""
GATHERED_SECONDS = 0.5
"""Seconds of sound that are brought to another rate at once."""
MAX_AHEAD_SECONDS = 60.0
"""Seconds by which one track may be ahead of another in the file; the other is then heard where it comes."""
LATE_SECONDS, MAX_LATE_SECONDS = 0.45, 4 * 3600.0
"""Seconds by which a track that begins or goes on later than its sound so far is laid later, and at most."""
FULL_SCALE = {"u1": (128, 128), "i2": (0, 1 << 15), "i4": (0, 1 << 31), "i8": (0, 1 << 63)}
"""Of whole numbers: where silence is, and how far it goes."""


def is_alone(frame: AudioFrame) -> bool:
    """Return whether a frame has one channel, which is that of a voice."""
    return frame.layout.name in ALONE


def loudest_channel(frame: AudioFrame) -> "NDArray[np.int16]":
    """Return how loud a frame is, of shape (n,), by whichever channel is loudest; zero where all of them are."""
    loudest = np.abs(_floats(frame)).max(axis=0, initial=0)
    whole: NDArray[np.int16] = np.rint(loudest * 32768).clip(0, 32767).astype(np.int16)
    return whole


class Alone:
    """A single channel on its way to mono s16. rate: in Hz, to which it is brought."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._resampler: AudioResampler | None = None
        self._shape: tuple[str, str, int] | None = None

    def resampled(self, frame: AudioFrame) -> Iterator[AudioFrame]:
        """Yield what comes of a frame of one channel."""
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if shape != self._shape or self._resampler is None:
            yield from self.end()
            self._shape, self._resampler = shape, AudioResampler("s16", "mono", self._rate)
        frame.pts = None
        yield from self._resampler.resample(frame)

    def end(self) -> Iterator[AudioFrame]:
        """Yield what the resampler held back."""
        yield from self._resampler.resample(None) if self._resampler else ()
        self._resampler = None


class _Resampler:
    """Brings one channel of floats to another rate, in the thread that asks: a channel more is no thread more."""

    def __init__(self, rate: int, to_rate: int) -> None:
        self._rate, self._graph = rate, Graph()
        self._graph.threads = 1
        source = self._graph.add_abuffer(format="fltp", sample_rate=rate, layout="mono", channels=1)
        floats = self._graph.add("aformat", f"sample_fmts=fltp:sample_rates={to_rate}:channel_layouts=mono")
        self._graph.link_nodes(source, floats, self._graph.add("abuffersink")).configure()

    def resampled(self, samples: "NDArray[np.float32] | None") -> "NDArray[np.float32]":
        """Return what comes of samples, of shape (n,), or of their end, which is None."""
        self._graph.push(None if samples is None else _mono_frame(samples, self._rate, "fltp"))
        pieces = [np.zeros(0, np.float32)]
        with contextlib.suppress(av.error.BlockingIOError, av.error.EOFError):
            while True:
                pieces.append(cast("AudioFrame", self._graph.pull()).to_ndarray()[0])
        return np.concatenate(pieces)


class Track:
    """One track on its way to the mix. tally: of its packets. rate: in Hz, to which it is brought."""

    def __init__(self, stream: AudioStream, tally: Tally, rate: int) -> None:
        self.stream, self.tally, self._rate = stream, tally, rate
        self.waiting = 0
        """Samples that can be taken."""
        self.is_ended = False
        self._pieces = deque["NDArray[np.float32]"]()
        self._laid = 0.0
        self._gathered = list["NDArray[np.float32]"]()
        self._shape: tuple[int, int] | None = None
        self._resamplers = list[_Resampler]()

    def lay_at(self, seconds: float | None) -> None:
        """Let what comes next begin at a time of the recording, if that is later than where its sound is."""
        gap = 0.0 if seconds is None else min(seconds - self._laid, MAX_LATE_SECONDS)
        if gap > LATE_SECONDS:
            self._flush()
            self._add(None, round(gap * self._rate))
            self._laid += gap

    def add(self, frame: AudioFrame) -> None:
        """Add a frame of any form."""
        channels = _floats(frame)
        shape = (len(channels), frame.sample_rate)
        if shape != self._shape:
            self._flush()
            self._shape = shape
            self._resamplers = [_Resampler(frame.sample_rate, self._rate) for _ in channels]
        self._gathered.append(channels)
        self._laid += frame.samples / frame.sample_rate
        if sum(piece.shape[1] for piece in self._gathered) >= GATHERED_SECONDS * frame.sample_rate:
            self._resample()

    def end(self) -> None:
        """Add what the decoder and the resamplers held back: no more comes."""
        self._flush()
        self.is_ended = True

    def take(self, samples: int) -> "NDArray[np.float32]":
        """Return the next samples, of shape (channels, samples); zeros where there are none."""
        taken, left = list["NDArray[np.float32]"](), samples
        while left and self._pieces:
            piece = self._pieces.popleft()
            if piece.shape[1] > left:
                self._pieces.appendleft(piece[:, left:])
                piece = piece[:, :left]
            taken.append(piece)
            left -= piece.shape[1]
        self.waiting -= samples - left
        laid = np.zeros((max((len(piece) for piece in taken), default=1), samples), np.float32)
        at = 0
        for piece in taken:
            laid[: len(piece), at : at + piece.shape[1]] = piece
            at += piece.shape[1]
        return laid

    def _flush(self) -> None:
        self._resample()
        if self._shape:
            self._put([resampler.resampled(None) for resampler in self._resamplers])
        self._shape = None

    def _resample(self) -> None:
        if not self._gathered or self._shape is None:
            return
        channels = np.concatenate(self._gathered, axis=1)
        self._gathered.clear()
        self._put([one.resampled(channel) for one, channel in zip(self._resamplers, channels, strict=True)])

    def _put(self, rows: "list[NDArray[np.float32]]") -> None:
        if rows and len(rows[0]):
            self._add(np.stack(rows), len(rows[0]))

    def _add(self, piece: "NDArray[np.float32] | None", samples: int) -> None:
        # Silence is one zero that is shown often: hours of it cost nothing.
        silence = np.broadcast_to(np.zeros((1, 1), np.float32), (1, samples))
        self._pieces.append(silence if piece is None else piece)
        self.waiting += samples


class Desk:
    """Where tracks become one channel. rate: in Hz, of the tracks and of what comes out."""

    def __init__(self, tracks: Sequence[Track], mixer: Mixer, rate: int) -> None:
        self._tracks, self._mixer, self._rate = tracks, mixer, rate
        self._number = 0
        self._weights = np.zeros(0, np.float32)

    def mixed(self) -> Iterator[AudioFrame]:
        """Yield what can be mixed by now, as mono s16: whole stretches, and what is left once all tracks have ended."""
        while samples := self._ready():
            channels = np.concatenate([track.take(samples) for track in self._tracks])
            decided = self._mixer.decide(self._number, channels, self._rate)
            one = mix(channels, decided.weights, self._weights, round(RAMP_SECONDS * self._rate))
            self._weights = decided.weights
            self._number += 1
            whole = np.rint(one * 32768).clip(-32768, 32767).astype(np.int16)
            for at in range(0, samples, self._rate):
                yield _mono_frame(whole[at : at + self._rate], self._rate, "s16")

    def _ready(self) -> int:
        stretch, most = round(STRETCH_SECONDS * self._rate), max(track.waiting for track in self._tracks)
        going = [track.waiting for track in self._tracks if not track.is_ended]
        if not going:
            return min(most, stretch)
        is_ready = most >= stretch and (min(going) >= stretch or most > MAX_AHEAD_SECONDS * self._rate)
        return stretch if is_ready else 0


def _floats(frame: AudioFrame) -> "NDArray[np.float32]":
    """Return a frame as floats of shape (channels, samples), in [-1, 1]."""
    laid = frame.to_ndarray()
    if not frame.format.is_planar:
        laid = laid.reshape(-1, frame.layout.nb_channels).T
    if laid.dtype.kind == "f":
        return np.nan_to_num(laid.astype(np.float32))
    zero, scale = FULL_SCALE[laid.dtype.str[1:]]
    return ((laid.astype(np.float32) - zero) / scale).astype(np.float32)


def _mono_frame(samples: "NDArray[np.float32] | NDArray[np.int16]", rate: int, form: str) -> AudioFrame:
    frame = AudioFrame.from_ndarray(
        cast("NDArray[np.float32]", np.ascontiguousarray(samples)).reshape(1, -1), form, "mono"
    )
    frame.sample_rate = rate
    return frame
