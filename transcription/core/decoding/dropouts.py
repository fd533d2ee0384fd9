"""Holes in sound that is hardly compressed: where bytes were lost and read as zeros, the decoder hears plain silence.

Noise gates and denoisers write plain silence too, between what they let through, and they close and open where it is
soft. So a stretch of zeros is a hole where speech breaks off into it, or breaks in: within a millisecond, as loud as
the recording is for most of its speech.
"""

import numpy as np

from transcription.core.words import SAMPLE_RATE

MIN_HOLE_SECONDS = 0.2
"""Seconds of zeros that are looked at."""
LONG_END_SECONDS = 1.0
"""Seconds of zeros at the end that no recorder adds of itself."""
BEFORE_SECONDS, AFTER_SECONDS = 0.001, 0.0005
"""Seconds of sound beside them that are their edges."""
PERIOD_SECONDS = 0.01
"""The longest period of a voice: between two of its pulses a single millisecond may be soft."""
FADED_PART = 0.2
"""Of the last period's peak, that the last millisecond has at most where sound fades out, as a gate lets it."""
LOUD_PEAK = 200
"""Least peak of an edge, of 32768 (-44 dB): sound that breaks off."""
STILL_PEAK = 64
"""Of 32768 (-54 dB): at a greater value no sound that was compressed to four bits a sample comes to rest: its steps
lead to zero first. Where bytes were lost it stays where it is, or runs on as it was, and then breaks off."""
BROKEN_OFF = 32768
"""An edge that is one without any doubt."""
LOUD_PART = 0.16
"""Of the recording's loud peaks, that an edge has which breaks off: gates close and open 18 dB and more below them."""
OPEN_SECONDS, OPEN_SECONDS_A_STRETCH = 0.5, 0.3
"""Seconds of sound softer than half of an edge, and as many a stretch, from which on no gate was at work: it would have
closed there too."""
PEAK_FRAME_SECONDS, LOUD_QUANTILE = 0.01, 0.95
PEAK_STEP, PEAK_STEPS = 16, 2049
PIECE_SECONDS = 0.1
MAX_STRETCHES = 100_000


class Holes:
    """Listens to samples of 16 bits as they were recorded: bringing them to another rate rounds the edges.

    rate: samples a second. is_coarse: their codec makes steps of what fades out, of four bits a sample. There a sound
    that comes to rest counts as zeros, and where it does so is its edge.
    """

    def __init__(self, rate: int = SAMPLE_RATE, *, is_coarse: bool = False) -> None:
        self._is_coarse = is_coarse
        self._previous = 0
        self.seconds = 0.0
        self._rate = rate
        self._zeros = 0
        self._tail = np.zeros(0, np.int16)
        self._peaks = np.zeros(PEAK_STEPS, np.int64)
        self._stretches = list[tuple[int, int]]()
        """The peak of the louder edge, 0 where it fades, and how many samples are zero."""

    def feed(self, pcm: bytes) -> None:
        """Take the next samples as native bytes, however many."""
        self.feed_samples(np.frombuffer(pcm, np.int16))

    def feed_samples(self, samples: "np.typing.NDArray[np.int16]") -> None:
        """Take the next samples, however many."""
        piece = round(PIECE_SECONDS * self._rate)
        for start in range(0, len(samples), piece):
            self._feed(samples[start : start + piece])

    def close(self) -> None:
        """Close the recording, and count its holes."""
        if self._zeros >= LONG_END_SECONDS * self._rate and len(self._tail):
            self._note(0, self._zeros)
        self.seconds += sum(zeros for edge, zeros in self._stretches if self._is_hole(edge)) / self._rate

    def _is_hole(self, edge: int) -> bool:
        if edge <= LOUD_PEAK or edge == BROKEN_OFF:
            return edge == BROKEN_OFF
        softer = int(self._peaks[: edge // 2 // PEAK_STEP].sum()) * PEAK_FRAME_SECONDS
        is_open = softer >= OPEN_SECONDS + OPEN_SECONDS_A_STRETCH * len(self._stretches)
        return is_open or edge > LOUD_PART * self._loud_peak()

    def _note(self, after: int, zeros: int) -> None:
        edge, period = _peak(self._tail[-round(BEFORE_SECONDS * self._rate) :]), _peak(self._tail)
        if self._is_coarse:  # whether that fades out cannot be told, only where it ends
            before = BROKEN_OFF if _peak(self._tail[-1:]) > STILL_PEAK else 0
        else:
            before = period if edge >= FADED_PART * period else 0
        self._stretches.append((max(after, before), zeros))

    def _feed(self, piece: "np.typing.NDArray[np.int16]") -> None:
        self._count_peaks(piece)
        if self._is_coarse:
            piece = self._moving(piece)
        sounding = np.flatnonzero(piece)
        if not len(sounding):
            self._zeros += len(piece)
            return
        first, last = int(sounding[0]), int(sounding[-1]) + 1
        zeros = self._zeros + first
        if zeros >= MIN_HOLE_SECONDS * self._rate and len(self._tail) and len(self._stretches) < MAX_STRETCHES:
            self._note(_peak(piece[first : first + round(AFTER_SECONDS * self._rate)]), zeros)
        self._tail = piece[max(last - round(PERIOD_SECONDS * self._rate), first) : last]
        self._zeros = len(piece) - last

    def _moving(self, piece: "np.typing.NDArray[np.int16]") -> "np.typing.NDArray[np.int16]":
        """Return samples, but zeros where they are as the one before."""
        before = np.concatenate([np.array([self._previous], np.int16), piece[:-1]])
        self._previous = int(piece[-1])
        return np.where(piece == before, np.int16(0), piece)

    def _count_peaks(self, piece: "np.typing.NDArray[np.int16]") -> None:
        size = round(PEAK_FRAME_SECONDS * self._rate)
        framed = piece[: len(piece) // size * size].astype(np.int32)
        peaks = np.abs(framed.reshape(-1, size)).max(axis=1, initial=0)
        self._peaks += np.bincount(peaks[peaks > 0] // PEAK_STEP, minlength=PEAK_STEPS)

    def _loud_peak(self) -> float:
        """Return the peak that the loudest twentieth of frames with sound reaches."""
        so_far = np.cumsum(self._peaks)
        return float(np.searchsorted(so_far, LOUD_QUANTILE * so_far[-1]) * PEAK_STEP) if so_far[-1] else 0.0


def _peak(samples: "np.typing.NDArray[np.int16]") -> int:
    return int(np.abs(samples.astype(np.int32)).max(initial=0))
