"""An engine that returns the transcript that was given with a recording."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from transcription.core.engines.protocol import Heard, Options
from transcription.core.warnings.hallucination import FEW_LETTERS, MOST_LETTERS_A_SECOND
from transcription.core.warnings.phrases import letters_and_digits
from transcription.core.words import SAMPLE_RATE, Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Row = Sequence[str | float | None]
"""[text, start, end, probability]; both times are None where none was given."""


class ProvidedText:
    """An engine that hears nothing, and knows what was said. model: which kind of transcript it was."""

    name = "imported text"

    def __init__(self, rows: Sequence[Row], *, model: str) -> None:
        self.model = model
        self._rows = rows

    def is_too_long(self, seconds: float) -> bool:
        """Return whether the text has more letters than anybody says in so many seconds, and so is of another sound."""
        letters = sum(len(letters_and_digits(str(row[0]))) for row in self._rows)
        return letters > FEW_LETTERS and letters > MOST_LETTERS_A_SECOND * seconds

    def transcribe(
        self, samples: "NDArray[np.float32]", options: Options, progress: Callable[[], None] = lambda: None
    ) -> Heard:
        """Return the given words (see Engine), as what the speaker speaks first."""
        del progress
        words = list(timed_words(self._rows, len(samples) / SAMPLE_RATE))
        return Heard(words, next(iter(options.languages), "en"), [])


def timed_words(rows: Sequence[Row], seconds: float) -> Iterator[Word]:
    """Yield words in order and inside the audio. Those without times share what lies between their neighbours.

    seconds: of audio. Time is shared out by the lengths of the texts.
    """
    runs = [(is_timed, list(run)) for is_timed, run in groupby(rows, key=lambda row: row[1] is not None)]
    clock = 0.0
    for number, (is_timed, run) in enumerate(runs):
        if is_timed:
            spans = [(float(start or 0), float(end or 0)) for _text, start, end, _probability in run]
        else:
            after = runs[number + 1][1][0][1] if number + 1 < len(runs) else seconds
            spans = list(
                _share_time([len(str(row[0])) for row in run], clock, max(clock, min(float(after or 0), seconds)))
            )
        for (text, _start, _end, probability), (start, end) in zip(run, spans, strict=True):
            begun = min(max(start, clock), seconds)
            clock = min(max(end, begun), seconds)
            yield Word(str(text), round(begun, 3), round(clock, 3), float(probability or 0))


def _share_time(lengths: Sequence[int], start: float, end: float) -> Iterator[tuple[float, float]]:
    whole, done = max(sum(lengths), 1), 0
    for length in lengths:
        begun, done = done, done + length
        yield start + (end - start) * begun / whole, start + (end - start) * done / whole
