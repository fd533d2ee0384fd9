"""Run an engine on samples: its failures become one kind of exception, and long recordings are heard in slices."""

from collections.abc import Callable, Sequence
from itertools import accumulate, chain
from typing import TYPE_CHECKING, NamedTuple

from transcription.core.engines.protocol import Engine, EngineStumbled, Heard, Options
from transcription.core.messages import Message
from transcription.core.silence import silence_end
from transcription.core.slicing import (
    Slices,
    is_long,
    join_slices,
    main_language,
    next_end,
    shifted,
    to_float,
    to_int16,
)
from transcription.core.warnings.spans import shift_warnings
from transcription.core.words import SAMPLE_RATE, Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Listen = Callable[["NDArray[np.float32]", str], Heard]
"""Hears samples in a window ("auto" or "full")."""


class EngineStopped(EngineStumbled):
    """An engine broke down at a recording. kind: the name of what it raised."""

    def __init__(self, kind: str) -> None:
        super().__init__(Message("engine_stopped", {"kind": kind}))
        self.kind = kind


class HeardSlice(NamedTuple):
    """A stretch of a long recording. start, end: seconds. words: timed in the whole. warnings: of its own words."""

    start: float
    end: float
    words: list[Word]
    language: str
    warnings: list[str]
    is_last: bool = False


def run_engine(
    engine: Engine, samples: "NDArray[np.float32]", options: Options, progress: Callable[[], None] = lambda: None
) -> Heard:
    """Return what an engine hears (see Engine). Raises EngineFailure, and what progress raises."""
    try:
        return engine.transcribe(samples, options, progress)
    except (RuntimeError, MemoryError) as error:
        raise EngineStopped(type(error).__name__) from error


def hear_all(engine: Engine, samples: "NDArray[np.float32]", options: Options) -> Heard:
    """Return what is heard, in a long recording slice by slice. Raises EngineFailure.

    samples: of shape (n,), 16 kHz mono in [-1, 1].
    """
    return hear_sound(engine, to_int16(samples), options)


def hear_sound(engine: Engine, sound: Slices, options: Options) -> Heard:
    """Return what is heard, as `hear_all` does, of sound that is read in slices: a long one is never held whole."""

    def listen(piece: "NDArray[np.float32]", window: str) -> Heard:
        return run_engine(engine, piece, options._replace(window=window))

    if is_long(len(sound)):
        return hear_long(sound, listen, options)
    return listen(to_float(sound[: len(sound)]), options.window)


def hear_long(whole: Slices, listen: Listen, options: Options) -> Heard:
    """Return what is heard slice by slice. Raises what `listen` raises."""
    slices = list[HeardSlice]()
    while not (slices and slices[-1].is_last):
        begin = slices[-1].end if slices else 0.0
        slices.append(hear_slice(whole, begin, options.window, listen, passes_silence=options.vad))
    return put_together(slices)


def hear_slice(samples: Slices, start: float, window: str, listen: Listen, *, passes_silence: bool) -> HeardSlice:
    """Hear the slice that begins at so many seconds. Raises what `listen` raises.

    samples: the whole recording. window: of each slice. passes_silence: whether long silence is one slice, however
    long, that is not heard.
    """
    begin = round(start * SAMPLE_RATE)
    if passes_silence and (quiet := silence_end(samples, begin)) > begin:
        return HeardSlice(begin / SAMPLE_RATE, quiet / SAMPLE_RATE, [], "", [], quiet == len(samples))
    end = next_end(samples, begin)
    is_last = end == len(samples)
    heard = listen(to_float(samples[begin:end]), window)
    seconds = begin / SAMPLE_RATE
    return HeardSlice(
        seconds, end / SAMPLE_RATE, shifted(heard.words, seconds), heard.language, heard.warnings, is_last
    )


def put_together(slices: Sequence[HeardSlice]) -> Heard:
    """Return what was heard in the whole recording, of which these are all slices, in order."""
    heard = [(one.language, one.words) for one in slices]
    before = accumulate((len(one.words) for one in slices), initial=0)
    warnings = dict.fromkeys(chain.from_iterable(map(shift_warnings, before, (one.warnings for one in slices))))
    return Heard(join_slices(heard), main_language(heard), list(warnings), "slices")
