"""Long stretches in which nobody can be speaking, found by levels alone, so that hours of silence are not heard.

Silero's word is not asked for: it hears no whispers. A whisper rises above the noise of its room in some band for as
long as a word, and noise that does so in none, for eight seconds, holds no word. Of 74 clips of people, and the same
made whispers, in white noise 5 dB louder than they are, each stretch of eight seconds rises by 6.7 dB and more; white
and pink noise by 2.1 dB and less.
"""

from typing import TYPE_CHECKING

from transcription.core.slicing import Slices, to_float
from transcription.core.words import SAMPLE_RATE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

STRETCH_SECONDS = 8.0
"""Seconds that are looked at together."""
MIN_PASSED_SECONDS = 32.0
"""Seconds of silence from which on it is passed over: a shorter pause is heard with what is beside it."""
LEAD_SECONDS = 0.5
"""Seconds before a stretch that may hold a word that are heard with it."""
RISE_DB = 3.0
"""dB by which the loudest word's length of steady noise may be above its tenth softest."""
NOTHING_LEVEL = 1e-4
"""Of full scale (-80 dB): what stays below, engines do not hear either (`has_sound` in engines/vad)."""
FRAME_SAMPLES, WORD_FRAMES = 480, 10
"""Samples of a frame, 30 ms, and frames of the shortest word."""
BANDS = ((6, 24), (24, 75), (75, 210))
"""Of a frame's spectrum, in steps of 33 Hz: 0.2 to 0.8, 2.5 and 7 kHz."""
SOFT_QUANTILE = 0.1
LEAST_POWER = 1e-9
"""Of a band: a tenth of what the last bit of 16 has."""


def silence_end(samples: Slices, start: int) -> int:
    """Return up to where nobody can be speaking from a place on, or the place itself where that is not long.

    samples: the whole recording, 16 kHz mono; places count them. The same samples and start give the same end.
    """
    size, end = round(STRETCH_SECONDS * SAMPLE_RATE), start
    while end < len(samples):
        stop = min(end + size, len(samples))
        if not is_steady(to_float(samples[max(stop - size, start) : stop])):
            break
        end = stop
    if end < len(samples):
        end -= round(LEAD_SECONDS * SAMPLE_RATE)
    return end if end - start >= MIN_PASSED_SECONDS * SAMPLE_RATE else start


def is_steady(samples: "NDArray[np.float32]") -> bool:
    """Return whether there is nothing, or noise that rises nowhere as a word does. samples: of shape (n,), 16 kHz."""
    import numpy as np

    frames = samples[: len(samples) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    if len(frames) < WORD_FRAMES:
        return not samples.any()
    if np.sqrt(np.square(frames).mean(axis=1)).max() <= NOTHING_LEVEL:
        return True
    power = np.square(np.abs(np.fft.rfft(frames, axis=1)))
    return all(_rise(power[:, low:high].mean(axis=1)) <= RISE_DB for low, high in BANDS)


def _rise(power: "NDArray[np.float32]") -> float:
    """Return by how many dB the loudest word's length is above the softest ones. power: of each frame."""
    import numpy as np

    words = np.convolve(power, np.full(WORD_FRAMES, 1 / WORD_FRAMES), "valid") + LEAST_POWER
    return float(10 * np.log10(words.max() / np.quantile(words, SOFT_QUANTILE)))
