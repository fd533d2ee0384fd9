"""Cut a long recording at pauses, into slices that fit Whisper's window."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Protocol

from transcription.core.words import SAMPLE_RATE, Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WINDOW_SECONDS = 30.0
"""Whisper's window: a recording that is longer is heard in slices."""
MAX_SLICE_SECONDS = 16.0
"""A slice is no longer: in a full window Whisper leaves out who speaks after others."""
SEARCHED_SECONDS = 8.0
"""At the end of a window, in which a pause is looked for: a slice costs a whole window, however little it holds."""
PLAIN_PAUSE_SECONDS = 0.3
"""A pause between words that is plainly one; the last such one is taken."""
NO_SPEECH_BELOW = 0.35
"""Silero's probability of speech below which nobody speaks: its own threshold of 0.5 less the 0.15 at which it ends."""
FRAME_SAMPLES = 512
"""Samples of one of Silero's frames, at 16 kHz."""
NO_SPACES = {"ja", "lo", "my", "th", "yue", "zh"}
"""Languages that Whisper writes without spaces (its own tokenizer's list)."""

_WINDOW_SAMPLES = int(WINDOW_SECONDS * SAMPLE_RATE)
_MAX_SAMPLES = int(MAX_SLICE_SECONDS * SAMPLE_RATE)
_SEARCHED_SAMPLES = int(SEARCHED_SECONDS * SAMPLE_RATE) // FRAME_SAMPLES * FRAME_SAMPLES
_PAUSE_FRAMES = round(PLAIN_PAUSE_SECONDS * SAMPLE_RATE / FRAME_SAMPLES)


class Slices(Protocol):
    """Samples of 16 bits, 16 kHz mono, of which slices are taken: an array, or what reads them from the disk."""

    def __len__(self) -> int: ...

    def __getitem__(self, span: slice, /) -> "NDArray[np.int16]": ...


def is_long(samples: int) -> bool:
    """Return whether a recording of so many samples is heard in slices."""
    return samples > _WINDOW_SAMPLES


def next_end(samples: Slices, start: int) -> int:
    """Return where the slice ends that begins at `start`: both as counts of samples from the beginning.

    samples: the whole recording, of shape (n,), 16 kHz mono. The same samples and start always give the same end, so
    that a worker that is killed is followed by one that cuts where it did.
    """
    if len(samples) - start <= _MAX_SAMPLES:
        return len(samples)
    end = start + _MAX_SAMPLES
    return end - _SEARCHED_SAMPLES + _pause(to_float(samples[end - _SEARCHED_SAMPLES : end]))


def to_float(samples: "NDArray[np.int16]") -> "NDArray[np.float32]":
    """Return samples as engines take them, in [-1, 1]."""
    import numpy as np

    return samples.astype(np.float32) / np.float32(32768)


def to_int16(samples: "NDArray[np.float32]") -> "NDArray[np.int16]":
    """Return samples in [-1, 1] as whole numbers of 16 bits: those from which `to_float` makes them again."""
    import numpy as np

    return np.rint(samples * 32768).clip(-32768, 32767).astype(np.int16)


def _pause(samples: "NDArray[np.float32]") -> int:
    """Return the middle of the last plain pause, else of the longest one, else of the quietest moment, in samples."""
    import numpy as np
    from faster_whisper.vad import get_vad_model

    speech = np.asarray(get_vad_model()(samples)).reshape(-1)
    runs = list(_quiet_runs(speech < NO_SPEECH_BELOW))
    plain = [run for run in runs if len(run) >= _PAUSE_FRAMES]
    if plain or runs:
        pause = plain[-1] if plain else max(runs, key=len)
        return (pause.start + pause.stop) * FRAME_SAMPLES // 2
    loudness = (samples.reshape(-1, FRAME_SAMPLES) ** 2).sum(axis=1)
    quietest = int(np.convolve(loudness, np.ones(_PAUSE_FRAMES), mode="valid").argmin())
    return (2 * quietest + _PAUSE_FRAMES) * FRAME_SAMPLES // 2


def _quiet_runs(quiet: Iterable[bool]) -> Iterator[range]:
    """Yield the runs of frames in which it is quiet."""
    begun = None
    for number, is_quiet in enumerate([*quiet, False]):
        if is_quiet and begun is None:
            begun = number
        elif not is_quiet and begun is not None:
            yield range(begun, number)
            begun = None


def shifted(words: Iterable[Word], seconds: float) -> list[Word]:
    """Return a slice's words with their times in the whole recording. seconds: where the slice begins."""
    return [word._replace(start=round(word.start + seconds, 3), end=round(word.end + seconds, 3)) for word in words]


def join_slices(slices: Iterable[tuple[str, list[Word]]]) -> list[Word]:
    """Return the words of all slices, each given with its language: the first of a slice goes on after a space."""
    words: list[Word] = []
    for language, heard in slices:
        if words and heard and language not in NO_SPACES and not heard[0].text[:1].isspace():
            heard = [heard[0]._replace(text=f" {heard[0].text}"), *heard[1:]]  # noqa: PLW2901 - the same, with a space
        words += heard
    return words


def main_language(slices: Iterable[tuple[str, list[Word]]]) -> str:
    """Return the language in which most words were heard, each slice given with its language; the first of equals."""
    spoken: dict[str, int] = {}
    for language, words in slices:
        spoken[language] = spoken.get(language, 0) + len(words)
    return max(spoken, key=lambda language: spoken[language], default="")
