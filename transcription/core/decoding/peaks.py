"""How loud a recording is along its length, one byte each fiftieth of a second, for pictures of it.

A peak is 255 times the square root of the loudest sample of its stretch, where 1 is full scale: so quiet speech shows
(-20 dB is 81, -40 dB is 26), as it does not by amplitude (26 and 3).
"""

import numpy as np
from numpy.typing import NDArray

from transcription.core.words import SAMPLE_RATE

PEAKS_PER_SECOND = 50
FULL_SCALE = 32768
LOUDEST_BYTE = 255
SAMPLES_A_PEAK = SAMPLE_RATE // PEAKS_PER_SECOND


class PeakMeter:
    """Makes peaks of sound that comes in pieces."""

    def __init__(self) -> None:
        self._left = np.zeros(0, np.int16)
        self._peaks = bytearray()

    def feed(self, pcm: bytes | bytearray) -> None:
        """Take mono s16 sound at SAMPLE_RATE."""
        samples = np.concatenate((self._left, np.frombuffer(bytes(pcm), np.int16)))
        whole = len(samples) - len(samples) % SAMPLES_A_PEAK
        self._left = samples[whole:]
        self._peaks += _peaks_of(samples[:whole])

    def close(self) -> bytes:
        """Return all peaks; what is left over at the end makes one more."""
        if len(self._left):
            self._peaks += _peaks_of(np.pad(self._left, (0, SAMPLES_A_PEAK - len(self._left))))
        return bytes(self._peaks)


def _peaks_of(samples: NDArray[np.int16]) -> bytes:
    """Return the peaks of whole stretches."""
    stretches = samples.reshape(-1, SAMPLES_A_PEAK).astype(np.int32)
    loudest = np.abs(stretches).max(axis=1, initial=0)
    levels: NDArray[np.uint8] = np.rint(np.sqrt(loudest / FULL_SCALE) * LOUDEST_BYTE).astype(np.uint8)
    return levels.tobytes()
