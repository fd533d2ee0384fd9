"""Recordings of several channels and tracks, made of a spoken sample memo."""

import io
import wave
from collections.abc import Sequence
from functools import cache
from typing import cast

import av
import numpy as np
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from tests.support.recordings import sample

Samples = NDArray[np.float32]
SPOKEN_HZ = 16_000


@cache
def spoken(name: str = "memo-001.ogg") -> Samples:
    """Return what is said in a sample memo, of shape (n,), at SPOKEN_HZ, loud enough to be anybody's."""
    with av.open(str(sample(name))) as file:
        resampler = av.AudioResampler("flt", "mono", SPOKEN_HZ)
        made = [one.to_ndarray()[0] for frame in file.decode(audio=0) for one in resampler.resample(frame)]
    speech = np.concatenate(made).astype(np.float32)
    return cast("Samples", (speech * np.float32(0.5 / np.abs(speech).max())))


def hissing(samples: int, level: float, seed: int = 1) -> Samples:
    """Return noise of this level (root mean square, of full scale)."""
    return (np.random.default_rng(seed).standard_normal(samples) * level).astype(np.float32)


def humming(samples: int, level: float, pitch: float = 50.0) -> Samples:
    """Return a hum with its overtones."""
    times = np.arange(samples) / SPOKEN_HZ
    tones = np.stack([np.sin(2 * np.pi * pitch * n * times) / n for n in range(1, 8)])
    hum: Samples = (level * tones.sum(axis=0)).astype(np.float32)
    return hum


def wav_of(channels: Sequence[Samples]) -> bytes:
    """Return a WAV of these channels, 16 bits at SPOKEN_HZ."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((len(channels), 2, SPOKEN_HZ, 0, "NONE", "not compressed"))
        laid = np.stack(channels, axis=1) * 32767
        file.writeframes(np.rint(laid).clip(-32768, 32767).astype("<i2").tobytes())
    return out.getvalue()


def tracks_of_sound(tracks: Sequence[Samples], container: str = "mp4", codec: str = "aac") -> bytes:
    """Return a recording with a track for each."""
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        streams = [cast("AudioStream", file.add_stream(codec, rate=SPOKEN_HZ, layout="mono")) for _ in tracks]
        for at in range(0, max(map(len, tracks)), SPOKEN_HZ):
            for stream, track in zip(streams, tracks, strict=True):
                if not len(piece := track[at : at + SPOKEN_HZ]):
                    continue
                whole = np.rint(piece * 32767).astype(np.int16).reshape(1, -1)
                frame = av.AudioFrame.from_ndarray(whole, "s16", "mono")
                frame.sample_rate, frame.pts = SPOKEN_HZ, at
                resampler = av.AudioResampler(stream.format.name, "mono", SPOKEN_HZ)
                for one in resampler.resample(frame):
                    file.mux(stream.encode(one))
        for stream in streams:
            file.mux(stream.encode(None))
    return out.getvalue()
