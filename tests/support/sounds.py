"""Sounds in which nobody speaks, and ways in which speech is hard to hear: made from a seed, 16 kHz, in [-1, 1]."""

from collections.abc import Callable
from typing import cast

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from transcription.core.words import SAMPLE_RATE

Samples = NDArray[np.float32]


def at(sound: NDArray[np.float64], level: float) -> Samples:
    """Return a sound at this level: of its root mean square, in dB of full scale."""
    loudness = float(np.sqrt(np.mean(sound**2))) or 1.0
    return cast("Samples", np.clip(sound / loudness * 10 ** (level / 20), -1, 1).astype(np.float32))


def level(sound: Samples) -> float:
    """Return the root mean square, in dB of full scale."""
    return 20 * float(np.log10(np.sqrt(np.mean(sound.astype(np.float64) ** 2))))


def coloured(chance: Generator, size: int, *, slope: float) -> NDArray[np.float64]:
    """Return noise whose power falls with frequency to the power of `slope`: 0 white, 1 pink, 2 brown."""
    spectrum = np.fft.rfft(chance.standard_normal(size))
    spectrum[1:] /= np.arange(1, len(spectrum)) ** (slope / 2)
    spectrum[0] = 0
    return np.fft.irfft(spectrum, size)


def silence(chance: Generator, size: int) -> Samples:
    """Nothing at all, or the last bit of a quiet room."""
    return (chance.integers(-1, 2, size) * chance.integers(0, 2) / 32768).astype(np.float32)


def white(chance: Generator, size: int) -> Samples:
    return at(coloured(chance, size, slope=0), chance.uniform(-70, -6))


def pink(chance: Generator, size: int) -> Samples:
    return at(coloured(chance, size, slope=chance.uniform(1, 2)), chance.uniform(-70, -6))


def music(chance: Generator, size: int) -> Samples:
    """Notes one after another, some together, each with its overtones, struck or swelling."""
    sound, times = np.zeros(size), np.arange(size) / SAMPLE_RATE
    for _ in range(chance.integers(3, 25)):
        pitch = 55 * 2 ** (chance.integers(0, 49) / 12)
        begun, lasts = chance.uniform(0, times[-1]), chance.uniform(0.1, 2)
        age = times - begun
        shape = np.where(
            age > 0, np.minimum(age / chance.uniform(0.005, 0.3), 1) * np.exp(-np.maximum(age, 0) / lasts), 0
        )
        trembling = chance.choice([0, 0.004]) * np.sin(2 * np.pi * 5.5 * times)
        for overtone in range(1, chance.integers(2, 9)):
            if pitch * overtone < SAMPLE_RATE / 2:
                sound += shape * np.sin(2 * np.pi * pitch * overtone * (times + trembling / 5.5)) / overtone
    return at(sound, chance.uniform(-50, -10))


def clicks(chance: Generator, size: int) -> Samples:
    """A few knocks and clicks of a recorder that is handled, over a quiet room."""
    sound = np.asarray(at(coloured(chance, size, slope=1), chance.uniform(-80, -50)), np.float64)
    for _ in range(chance.integers(1, 20)):
        length = int(chance.uniform(0.001, 0.08) * SAMPLE_RATE)
        begun = chance.integers(0, size - length)
        decay = np.exp(-np.arange(length) / (length / chance.uniform(3, 8)))
        knock = coloured(chance, length, slope=chance.uniform(0, 2))
        sound[begun : begun + length] += knock / np.abs(knock).max() * decay * chance.uniform(0.02, 0.9)
    return np.clip(sound, -1, 1).astype(np.float32)


def breathing(chance: Generator, size: int) -> Samples:
    """Air in and out, each breath coloured by a mouth or a nose, with the rests between."""
    sound, clock = np.zeros(size), 0
    while clock < size:
        length = min(int(chance.uniform(0.6, 2.5) * SAMPLE_RATE), size - clock)
        air = coloured(chance, length, slope=chance.uniform(0, 1))
        spectrum, pitches = np.fft.rfft(air), np.fft.rfftfreq(length, 1 / SAMPLE_RATE)
        centre, width = chance.uniform(300, 3000), chance.uniform(300, 2000)
        air = np.fft.irfft(spectrum * np.exp(-(((pitches - centre) / width) ** 2)), length)
        loudness = float(np.abs(air).max()) or 1.0
        sound[clock : clock + length] = air / loudness * np.sin(np.linspace(0, np.pi, length)) ** chance.uniform(0.5, 2)
        clock += length + int(chance.uniform(0.1, 1.5) * SAMPLE_RATE)
    return at(sound + coloured(chance, size, slope=1) * 0.01, chance.uniform(-60, -15))


NOBODY: tuple[Callable[[Generator, int], Samples], ...] = (silence, white, pink, music, clicks, breathing)


def quieter(speech: Samples, by: float) -> Samples:
    """Return speech as a recorder that is this many dB too far away writes it: in the same 16 bits."""
    return cast("Samples", (np.round(speech * 10 ** (-by / 20) * 32768) / 32768).astype(np.float32))


def noisy(chance: Generator, speech: Samples, below: float, *, slope: float) -> Samples:
    """Return speech in noise that is this many dB below it."""
    noise = at(coloured(chance, len(speech), slope=slope), level(speech) - below)
    return cast("Samples", speech + noise)


def whispered(chance: Generator, speech: Samples, *, order: int = 16) -> Samples:
    """Return speech with its voice taken out: what the mouth does to a sound is kept, the sound becomes breath.

    Linear prediction in frames of 32 ms (Makhoul 1975): each frame's residual is replaced by noise of its loudness.
    """
    frame, hop = 512, 256
    window = np.hanning(frame)
    padded = np.pad(speech.astype(np.float64), (frame, frame))
    emphasised = np.append(padded[0], padded[1:] - 0.97 * padded[:-1])
    spoken = np.zeros(len(padded))
    for begun in range(0, len(padded) - frame, hop):
        piece = emphasised[begun : begun + frame] * window
        alike = np.correlate(piece, piece, "full")[frame - 1 : frame + order]
        if alike[0] < 1e-9:
            continue
        lags = np.abs(np.subtract.outer(np.arange(order), np.arange(order)))
        predictor = np.linalg.solve(alike[lags] + np.eye(order) * alike[0] * 1e-4, alike[1:])
        power = max(float(alike[0] - predictor @ alike[1:]), 0.0)
        mouth = 1 / np.fft.rfft(np.append(1, -predictor), 2 * frame)
        breath = np.fft.rfft(chance.standard_normal(frame) * window, 2 * frame)
        spoken[begun : begun + frame] += (np.fft.irfft(breath * mouth) * np.sqrt(power / np.sum(window**2)))[:frame]
    return at(spoken[frame:-frame], level(speech))
