"""Holes in sound that is not compressed: where bytes were lost and read as zeros, the decoder hears plain silence.

Microphones are never that silent, and gates close softly. A stretch of zeros into which sound breaks off is a hole.
"""

from transcription.core.words import SAMPLE_RATE

SAMPLE_BYTES = 2
MIN_HOLE_BYTES = SAMPLE_RATE * SAMPLE_BYTES // 5
"""Bytes of zeros that are looked at: 0.2 s."""
LONG_END_BYTES = SAMPLE_RATE * SAMPLE_BYTES
"""Bytes of zeros at the end that no recorder adds of itself: 1 s."""
EDGE_BYTES = SAMPLE_RATE * SAMPLE_BYTES * 3 // 1000
"""Bytes of sound beside them: 3 ms."""
LOUD_PEAK = 200
"""Least peak of an edge, of 32768 (-44 dB): sound that breaks off."""
PIECE_BYTES = MIN_HOLE_BYTES // 2


class Holes:
    """Listens to mono s16 PCM at SAMPLE_RATE, as native bytes."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._zeros, self._before = 0, b""

    def feed(self, pcm: bytes) -> None:
        """Take the next samples, however many."""
        for start in range(0, len(pcm), PIECE_BYTES):
            self._feed(pcm[start : start + PIECE_BYTES])

    def close(self) -> None:
        """Close the recording: sound that breaks off into a long stretch of zeros was never written."""
        if self._zeros >= LONG_END_BYTES and self._before and _peak(self._before) > LOUD_PEAK:
            self.seconds += self._zeros / SAMPLE_BYTES / SAMPLE_RATE

    def _feed(self, piece: bytes) -> None:
        sounding = piece.lstrip(b"\0")
        leading = (len(piece) - len(sounding)) // SAMPLE_BYTES * SAMPLE_BYTES
        self._zeros += leading
        if not sounding:
            return
        after = piece[leading:]
        if (
            self._zeros >= MIN_HOLE_BYTES
            and self._before
            and (_peak(self._before) > LOUD_PEAK or _peak(after[:EDGE_BYTES]) > LOUD_PEAK)
        ):
            self.seconds += self._zeros / SAMPLE_BYTES / SAMPLE_RATE
        trailing = (len(after) - len(after.rstrip(b"\0"))) // SAMPLE_BYTES * SAMPLE_BYTES
        self._before = after[max(len(after) - trailing - EDGE_BYTES, 0) : len(after) - trailing]
        self._zeros = trailing


def _peak(pcm: bytes) -> int:
    return max(
        (abs(sample) for sample in memoryview(pcm[: len(pcm) // SAMPLE_BYTES * SAMPLE_BYTES]).cast("h")), default=0
    )
