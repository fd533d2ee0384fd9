"""As many different recordings as a test needs, from the sample memos."""

import io
import wave
from functools import cache
from pathlib import Path

import numpy as np
from faster_whisper.audio import decode_audio
from numpy.typing import NDArray

from config.demo.sample_memos import MEMOS
from transcription.core.words import SAMPLE_RATE

SPOKEN = [f"memo-0{number:02}.ogg" for number in (2, 4, 7, 8, 10, 13, 14, 19, 22, 29)]
"""The shorter ones."""


@cache
def spoken(name: str) -> NDArray[np.int16]:
    """Return the samples of a sample memo."""
    return (np.asarray(decode_audio(str(MEMOS / name))) * 32767).astype(np.int16)


def write_short(folder: Path, number: int, *, beside: bytes = b"") -> Path:
    """Return the `number`th short memo, a recording like no other. beside: what stands in its file after the sound."""
    samples = spoken(SPOKEN[number % len(SPOKEN)])
    return _write_wav(folder / f"short-{number:04}.wav", samples[: len(samples) - 1 - number], beside)


def write_long(folder: Path, seconds: float, number: int = 0) -> Path:
    """Return a recording of so many seconds of speech, with half a second between two memos."""
    pause = np.zeros(SAMPLE_RATE // 2, dtype=np.int16)
    once = np.concatenate([piece for name in SPOKEN for piece in (spoken(name), pause)])
    wanted = int(seconds * SAMPLE_RATE)
    samples = np.tile(once, wanted // len(once) + 1)[:wanted]
    return _write_wav(folder / f"long-{number}.wav", np.roll(samples, number * SAMPLE_RATE))


def _write_wav(path: Path, samples: NDArray[np.int16], beside: bytes = b"") -> Path:
    whole = io.BytesIO()
    with wave.open(whole, "wb") as recording:
        recording.setparams((1, 2, SAMPLE_RATE, 0, "NONE", "not compressed"))
        recording.writeframes(samples.tobytes())
    chunk = b"note" + len(beside).to_bytes(4, "little") + beside if beside else b""
    path.write_bytes(whole.getvalue() + chunk)
    return path
