"""Holes in sound that is hardly compressed: where bytes were lost and read as zeros, the decoder hears plain silence.

Noise gates and denoisers write plain silence too, between what they let through, and they close and open where it is
soft. So a stretch of zeros is a hole where speech breaks off into it, or breaks in: within a millisecond, as loud as
the recording is for most of its speech.
"""

import numpy as np

from transcription.core.words import SAMPLE_RATE

SAMPLE_BYTES = 2
MIN_HOLE_SAMPLES = SAMPLE_RATE // 5
"""Samples of zeros that are looked at: 0.2 s."""
LONG_END_SAMPLES = SAMPLE_RATE
"""Samples of zeros at the end that no recorder adds of itself: 1 s."""
BEFORE_SAMPLES, AFTER_SAMPLES = SAMPLE_RATE // 1000, SAMPLE_RATE // 2000
"""Samples of sound beside them: 1 ms before, for resampling rounds an edge, and half of one after."""
PERIOD_SAMPLES = SAMPLE_RATE // 100
"""The longest period of a voice, 10 ms: between two of its pulses a single millisecond may be soft."""
FADED_PART = 0.12
"""Of the last period's peak, that the last millisecond has at most where sound fades out, as a gate lets it."""
LOUD_PEAK = 200
"""Least peak of an edge, of 32768 (-44 dB): sound that breaks off."""
LOUD_PART = 0.16
"""Of the recording's loud peaks, that an edge has which breaks off: gates close and open 18 dB and more below them."""
OPEN_SECONDS, OPEN_SECONDS_A_STRETCH = 0.5, 0.3
"""Seconds of sound softer than half of an edge, and as many a stretch, from which on no gate was at work: it would have
closed there too."""
FRAME_SAMPLES_OF_PEAKS, LOUD_QUANTILE = SAMPLE_RATE // 100, 0.95
PEAK_STEP, PEAK_STEPS = 16, 2049
PIECE_BYTES = MIN_HOLE_SAMPLES * SAMPLE_BYTES // 2
MAX_STRETCHES = 100_000


class Holes:
    """Listens to mono s16 PCM at SAMPLE_RATE, as native bytes."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._zeros = 0
        self._tail = np.zeros(0, np.int16)
        self._peaks = np.zeros(PEAK_STEPS, np.int64)
        self._stretches = list[tuple[int, int]]()
        """The peak of the louder edge, 0 where it fades, and how many samples are zero."""

    def feed(self, pcm: bytes) -> None:
        """Take the next samples, however many."""
        for start in range(0, len(pcm), PIECE_BYTES):
            self._feed(np.frombuffer(pcm[start : start + PIECE_BYTES], np.int16))

    def close(self) -> None:
        """Close the recording, and count its holes."""
        if self._zeros >= LONG_END_SAMPLES and len(self._tail):
            self._note(0, self._zeros)
        self.seconds += sum(zeros for edge, zeros in self._stretches if self._is_hole(edge)) / SAMPLE_RATE

    def _is_hole(self, edge: int) -> bool:
        if edge <= LOUD_PEAK:
            return False
        softer = int(self._peaks[: edge // 2 // PEAK_STEP].sum()) * FRAME_SAMPLES_OF_PEAKS / SAMPLE_RATE
        is_open = softer >= OPEN_SECONDS + OPEN_SECONDS_A_STRETCH * len(self._stretches)
        return is_open or edge > LOUD_PART * self._loud_peak()

    def _note(self, after: int, zeros: int) -> None:
        edge, period = _peak(self._tail[-BEFORE_SAMPLES:]), _peak(self._tail)
        self._stretches.append((max(after, period if edge >= FADED_PART * period else 0), zeros))

    def _feed(self, piece: "np.typing.NDArray[np.int16]") -> None:
        self._count_peaks(piece)
        sounding = np.flatnonzero(piece)
        if not len(sounding):
            self._zeros += len(piece)
            return
        first, last = int(sounding[0]), int(sounding[-1]) + 1
        zeros = self._zeros + first
        if zeros >= MIN_HOLE_SAMPLES and len(self._tail) and len(self._stretches) < MAX_STRETCHES:
            self._note(_peak(piece[first : first + AFTER_SAMPLES]), zeros)
        self._tail = piece[max(last - PERIOD_SAMPLES, first) : last]
        self._zeros = len(piece) - last

    def _count_peaks(self, piece: "np.typing.NDArray[np.int16]") -> None:
        framed = piece[: len(piece) // FRAME_SAMPLES_OF_PEAKS * FRAME_SAMPLES_OF_PEAKS].astype(np.int32)
        peaks = np.abs(framed.reshape(-1, FRAME_SAMPLES_OF_PEAKS)).max(axis=1, initial=0)
        self._peaks += np.bincount(peaks[peaks > 0] // PEAK_STEP, minlength=PEAK_STEPS)

    def _loud_peak(self) -> float:
        """Return the peak that the loudest twentieth of frames with sound reaches."""
        so_far = np.cumsum(self._peaks)
        return float(np.searchsorted(so_far, LOUD_QUANTILE * so_far[-1]) * PEAK_STEP) if so_far[-1] else 0.0


def _peak(samples: "np.typing.NDArray[np.int16]") -> int:
    return int(np.abs(samples.astype(np.int32)).max(initial=0))
