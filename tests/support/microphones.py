"""WAV files that Chromium's microphone plays: noise that turns to exact zeros, and a sweep that tells its time."""

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
SWEEP_SECONDS = 6
SWEEP_FROM_HERTZ = 300
SWEEP_HERTZ_A_SECOND = 1000
SILENT_SECONDS = 60


def write_dying_microphone(path: Path, *, alive_seconds: float) -> Path:
    """Write noise that turns to exact zeros, and return the path."""
    noise = np.random.default_rng(1).normal(0, 0.1, int(alive_seconds * RATE))
    return _write(path, np.concatenate([noise, np.zeros(SILENT_SECONDS * RATE)]))


def write_sweep(path: Path) -> Path:
    """Write a tone whose pitch rises steadily, again and again, and return the path."""
    seconds = np.arange(SWEEP_SECONDS * RATE) / RATE
    phase = 2 * np.pi * (SWEEP_FROM_HERTZ * seconds + SWEEP_HERTZ_A_SECOND * seconds**2 / 2)
    return _write(path, 0.3 * np.sin(phase))


def _write(path: Path, samples: NDArray[np.float64]) -> Path:
    with wave.open(str(path), "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(RATE)
        target.writeframes((samples * 32767).astype("<i2").tobytes())
    return path
