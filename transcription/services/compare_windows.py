"""Recordings of one's own, heard in the padded window and in the short one: what each costs, and what each hears."""

import time
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from capture.core.audio_types import HEAD_BYTES, sniff
from transcription.core.decoding.decode import Undecodable, decode
from transcription.core.engines.protocol import Engine, Options
from transcription.core.hearing import hear_sound
from transcription.core.slicing import Slices
from transcription.core.word_error_rate import plain_words, word_error_rate
from transcription.core.words import joined
from transcription.services.transcribe_file import NOT_A_RECORDING

WINDOWS = ("full", "auto")


class WindowRun(NamedTuple):
    """One hearing. seconds: of wall time. window: that in which the words were heard in the end."""

    seconds: float
    text: str
    window: str


class Compared(NamedTuple):
    """A recording heard both ways. truth: what a text beside it says, or None. seconds: of audio."""

    name: str
    seconds: float
    padded: WindowRun
    short: WindowRun
    truth: str | None

    def error_rate(self, run: WindowRun) -> float | None:
        """Return a hearing's word error rate, or None where nobody knows what was said."""
        return word_error_rate([(self.truth, run.text)]) if self.truth and plain_words(self.truth) else None

    def differences(self) -> list[tuple[str, str]]:
        """Return the stretches in which the words differ, padded and short; case and punctuation do not count."""
        padded, short = plain_words(self.padded.text), plain_words(self.short.text)
        return [
            (" ".join(padded[a:b]), " ".join(short[c:d]))
            for tag, a, b, c, d in SequenceMatcher(None, padded, short, autojunk=False).get_opcodes()
            if tag != "equal"
        ]


def recording_paths(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files that are named, and what lies in the folders that are and looks like audio, by name."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for inside in sorted(path.rglob("*")):
            if inside.is_file() and _sniffed_kind(inside):
                yield inside


def compare_windows(path: Path, listener: Engine, languages: tuple[str, ...], *, max_seconds: float) -> Compared:
    """Hear a recording both ways. Raises OSError, Undecodable, ChildDied and EngineFailure."""
    kind = _sniffed_kind(path)
    if kind is None:
        raise Undecodable(NOT_A_RECORDING)
    with path.open("rb") as recording:
        decoded = decode(recording, kind, max_seconds=max_seconds, copied=False)
    padded, short = (_timed_run(listener, decoded.sound, Options(languages, window=window)) for window in WINDOWS)
    beside = path.with_suffix(".txt")
    truth = beside.read_text(encoding="utf-8", errors="replace") if beside.is_file() else None
    return Compared(path.name, decoded.seconds, padded, short, truth)


def _sniffed_kind(path: Path) -> str | None:
    with path.open("rb") as recording:
        return sniff(recording.read(HEAD_BYTES))


def _timed_run(listener: Engine, sound: Slices, options: Options) -> WindowRun:
    begun = time.perf_counter()
    heard = hear_sound(listener, sound, options)
    return WindowRun(time.perf_counter() - begun, joined(heard.words), heard.window)
