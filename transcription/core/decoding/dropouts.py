"""Holes in sound that is not compressed: where bytes were lost and read as zeros, the decoder hears plain silence.

Microphones are never that silent, and gates close softly. A stretch of zeros into which sound breaks off is a hole.
"""

from transcription.core.words import SAMPLE_RATE

BYTES = 2
SHORTEST = SAMPLE_RATE * BYTES // 5
"""Bytes of zeros that are looked at: 0.2 s."""
LONG = SAMPLE_RATE * BYTES
"""Bytes of zeros at the end that no recorder adds of itself: 1 s."""
EDGE = SAMPLE_RATE * BYTES * 3 // 1000
"""Bytes of sound beside them: 3 ms."""
LOUD = 200
"""Least peak of an edge, of 32768 (-44 dB): sound that breaks off."""
PIECE = SHORTEST // 2


class Holes:
    """Listens to mono s16 PCM at SAMPLE_RATE, as native bytes."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._zeros, self._before = 0, b""

    def hear(self, pcm: bytes) -> None:
        """Take the next samples, however many."""
        for start in range(0, len(pcm), PIECE):
            self._hear(pcm[start : start + PIECE])

    def end(self) -> None:
        """Say that nothing follows: sound that breaks off into a long stretch of zeros was never written."""
        if self._zeros >= LONG and self._before and _peak(self._before) > LOUD:
            self.seconds += self._zeros / BYTES / SAMPLE_RATE

    def _hear(self, piece: bytes) -> None:
        sounding = piece.lstrip(b"\0")
        leading = (len(piece) - len(sounding)) // BYTES * BYTES
        self._zeros += leading
        if not sounding:
            return
        after = piece[leading:]
        if self._zeros >= SHORTEST and self._before and (_peak(self._before) > LOUD or _peak(after[:EDGE]) > LOUD):
            self.seconds += self._zeros / BYTES / SAMPLE_RATE
        trailing = (len(after) - len(after.rstrip(b"\0"))) // BYTES * BYTES
        self._before = after[max(len(after) - trailing - EDGE, 0) : len(after) - trailing]
        self._zeros = trailing


def _peak(pcm: bytes) -> int:
    return max((abs(sample) for sample in memoryview(pcm[: len(pcm) // BYTES * BYTES]).cast("h")), default=0)
