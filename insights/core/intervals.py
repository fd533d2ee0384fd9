"""How much of a stretch of audio others cover: what is heard again lies where something was heard before."""

from collections.abc import Iterable
from typing import Protocol


class Stretch(Protocol):
    """A stretch of audio, in seconds."""

    audio_start: float
    audio_end: float


def share_covered(stretch: Stretch, others: Iterable[Stretch]) -> float:
    """Return the share of a stretch that lies in others, in [0, 1]; seconds in several of them count once."""
    length = stretch.audio_end - stretch.audio_start
    reached, covered = stretch.audio_start, 0.0
    for other in sorted(others, key=lambda other: other.audio_start):
        covered += max(0.0, min(other.audio_end, stretch.audio_end) - max(other.audio_start, reached))
        reached = max(reached, other.audio_end)
    if length <= 0:
        return float(any(other.audio_start <= stretch.audio_start <= other.audio_end for other in others))
    return min(covered / length, 1.0)
