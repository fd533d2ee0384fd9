"""Recordings of people and of everyday sounds, whose words are known, and what a bench makes of them.

The folder holds a `manifest.jsonl` and the recordings (`clip_folder`).
"""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from capture.core.audio_types import HEAD_BYTES, sniff
from tests.support.clip_folder import clip_folder
from transcription.core.decoding.decode import decode
from transcription.core.words import SAMPLE_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

MAX_SECONDS = 120.0
PAUSE_SECONDS = 0.6
"""Between clips that are joined: as between two sentences."""
QUIET_DB, NOISE_DB = -30.0, 10.0
"""How much less loud a quiet version is, and how much louder the speech of a noisy one is than its noise."""
SPECTRUM_POWER = 0.5
"""Of the noise's amplitude by frequency, as 1/f to this power: pink, which is nearest to rooms and streets."""


class Clip(NamedTuple):
    """One recording. text: what is said, "" where nobody speaks. group: the corpus that it is from."""

    file: str
    kind: str
    language: str
    text: str
    seconds: float
    group: str

    @property
    def is_speech(self) -> bool:
        """Whether somebody speaks in it."""
        return self.kind == "speech"


class Joined(NamedTuple):
    """Clips in one recording. clips: which."""

    clips: list[Clip]
    samples: "Samples"


def are_here() -> bool:
    """Return whether there are clips."""
    return clip_folder() is not None


def _folder() -> Path:
    folder = clip_folder()
    assert folder, "there are no clips"
    return folder


@cache
def all_clips() -> tuple[Clip, ...]:
    """Return all that the manifest tells of, in its order."""
    lines = (_folder() / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    rows = (json.loads(line) for line in lines if line.strip())
    return tuple(
        Clip(row["file"], row["kind"], row.get("language") or "", row.get("text") or "", row["seconds"], row["group"])
        for row in rows
    )


@cache
def samples_of(file: str) -> "Samples":
    """Return a clip as the service decodes it: float32 of shape (n,), 16 kHz."""
    with (_folder() / file).open("rb") as recording:
        kind = sniff(recording.read(HEAD_BYTES))
        return decode(recording, str(kind), max_seconds=MAX_SECONDS, copied=False).samples


def quiet(samples: "Samples") -> "Samples":
    """Return a recording QUIET_DB less loud, in the 16 bits that a phone gives."""
    return np.asarray(np.rint(samples * 10 ** (QUIET_DB / 20) * 32768) / 32768, np.float32)


def noisy(samples: "Samples", seed: int = 0) -> "Samples":
    """Return a recording with pink noise NOISE_DB below its own level. The same for the same seed and length."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(len(samples)))
    spectrum /= np.maximum(np.arange(len(spectrum)), 1) ** SPECTRUM_POWER
    noise = np.fft.irfft(spectrum, len(samples))
    wanted = np.sqrt(np.mean(np.square(samples))) * 10 ** (-NOISE_DB / 20)
    return np.asarray(samples + noise * (wanted / np.sqrt(np.mean(np.square(noise)))), np.float32)


def joined_clips(clips: Iterable[Clip], seconds: float) -> list[Joined]:
    """Return recordings of at most so many seconds, the clips of each one after the other with pauses between."""
    pause = np.zeros(round(PAUSE_SECONDS * SAMPLE_RATE), np.float32)
    groups: list[list[Clip]] = [[]]
    for clip in clips:
        if sum(one.seconds + PAUSE_SECONDS for one in [*groups[-1], clip]) > seconds:
            groups.append([])
        groups[-1].append(clip)
    return [
        Joined(group, np.concatenate([piece for clip in group for piece in (samples_of(clip.file), pause)]))
        for group in groups
        if group
    ]
