"""Words as the engine heard them: the currency between engines, transcripts and ideas."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

SAMPLE_RATE = 16_000
"""Of everything an engine hears, in Hz."""


class Word(NamedTuple):
    """One word with the white space that goes before it, so that joining the texts gives the transcript.

    start, end: seconds from the beginning of the audio. probability: the engine's, in [0, 1].
    """

    text: str
    start: float
    end: float
    probability: float


def joined(words: Iterable[Word]) -> str:
    """Return the verbatim text: the words' texts one after another."""
    return "".join(word.text for word in words)


def from_rows(rows: Iterable[Sequence[str | float]]) -> list[Word]:
    """Return words from their stored form, rows of [text, start, end, probability]."""
    return [Word(str(text), float(start), float(end), float(p)) for text, start, end, p in rows]
