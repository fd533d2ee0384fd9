"""Real damage is told in every form, with about as much as is missing; the same file without it is told to be whole.

What cannot be told: zeros in hardly compressed sound that begin and end where it is soft, for they are what a gate
writes; bare MP3 or AAC that broke off in a frame which the bytes behind happen to complete; how much is gone where
nothing says how much there was (`is_length_unknown`); FLAC, WebM and MPEG-4 files that are joined: players take them
for one.
"""

import random
from collections.abc import Callable
from typing import NamedTuple

import av
import pytest

from tests.support.channels import SPOKEN_HZ, Samples, hissing, spoken
from tests.support.faults.counts import SOAK
from tests.support.hostile.forms import form_of, forms
from tests.support.hostile.measured import Measured, measured

BLOCK_BYTES = 512
"""Disks lose whole ones."""
FEW = (
    "pcm_s16le in wav, 44100 Hz bytes", "pcm_mulaw in wav, 8000 Hz bytes", "adpcm_ms in wav, 44100 Hz bytes",
    "adpcm_ima_wav in wav, 8000 Hz bytes", "pcm_s16be in aiff, 44100 Hz bytes", "adpcm_ima_qt in aiff, 22050 Hz bytes",
    "pcm_s16le in caf, 44100 Hz bytes", "alac in caf, 44100 Hz bytes", "pcm_s16le in mov, 44100 Hz bytes",
    "aac in mp4, 44100 Hz bytes", "libopus in mp4, 48000 Hz bytes", "aac in matroska, 44100 Hz bytes",
    "libopus in webm, 48000 Hz bytes", "flac in flac, 16000 Hz bytes", "libopus in ogg, 48000 Hz bytes",
    "libmp3lame in mp3, 44100 Hz bytes", "aac in adts, 44100 Hz bytes",
)  # fmt: skip
UNSHAPED = [name for name, form in forms().items() if form.shape is bytes]
NAMES = [name for name in UNSHAPED if SOAK or name in FEW]
WHOLE_IN_ONE = ("pcm_s16le in matroska", "pcm_s24le in matroska")
"""Made here as a single packet: of that nothing is left."""
JOINABLE = {"ogg", "mp3", "aac"}
LIST_LAST = {"mov", "mp4"}
"""Containers that cannot be read at all without their end; of CAF it is those with packets of varying length."""


class Hurt(NamedTuple):
    """A damaged file. lost: the share of the sound that is missing."""

    content: bytes
    lost: float


def _block(content: bytes, chance: random.Random) -> tuple[int, int]:
    """Return where a fifth of the file begins and ends, somewhere in the middle, in whole blocks."""
    size = len(content) // 5 // BLOCK_BYTES * BLOCK_BYTES
    begin = int(len(content) * chance.uniform(0.3, 0.45)) // BLOCK_BYTES * BLOCK_BYTES
    return begin, begin + size


def lost(content: bytes, chance: random.Random) -> Hurt:
    begin, end = _block(content, chance)
    return Hurt(content[:begin] + content[end:], (end - begin) / len(content))


def zeroed(content: bytes, chance: random.Random) -> Hurt:
    begin, end = _block(content, chance)
    return Hurt(content[:begin] + bytes(end - begin) + content[end:], (end - begin) / len(content))


def cut(content: bytes, chance: random.Random) -> Hurt:
    end = int(len(content) * chance.uniform(0.6, 0.8))
    return Hurt(content[:end], 1 - end / len(content))


def joined(content: bytes, chance: random.Random) -> Hurt:
    """Return a file that broke off, with a whole one behind it."""
    first = cut(content, chance)
    return Hurt(first.content + content, first.lost)


DAMAGES: tuple[Callable[[bytes, random.Random], Hurt], ...] = (lost, zeroed, cut, joined)


def is_length_unknown(name: str, damage: str) -> bool:
    """Return whether nothing says how much there was."""
    if damage == "joined" or (" in mov" in name and name.startswith(("adpcm_", "pcm_"))):
        return damage != "zeroed"
    return ("adts" in name and damage != "zeroed") or ("ogg" in name and damage == "cut")


def said() -> Samples:
    """Return a sentence with its pauses in a quiet room, of which no gate was at work: its noise goes on."""
    speech = spoken()
    return speech + hissing(len(speech), 0.001)


def heard(content: bytes, kind: str) -> Measured | None:
    """Return what is found, or None where the file is refused."""
    try:
        return measured(content, kind)
    except (av.error.FFmpegError, IndexError):
        return None


def test_there_are_containers_enough() -> None:
    assert {*FEW} <= {*UNSHAPED}
    assert len({forms()[name].container for name in FEW}) >= 10
    assert len(FEW) >= 12


@pytest.mark.parametrize("name", NAMES)
def test_what_is_damaged_is_told_and_what_is_not_is_whole(name: str) -> None:
    form, sound = forms()[name], said()
    content, seconds = form_of(form, sound), len(sound) / SPOKEN_HZ
    assert measured(content, form.kind).is_whole
    for damage in DAMAGES:
        what = damage.__name__
        if damage is joined and form.kind not in JOINABLE:
            continue
        is_bare = damage is lost and form.container == "adts"
        is_chance = damage is joined or is_bare or (damage is zeroed and form.codec.startswith(("pcm_", "adpcm_")))
        told = list[bool]()
        for seed in range(5 if SOAK or is_chance else 1):
            hurt = damage(content, random.Random(f"{name} {what} {seed}"))
            found = heard(hurt.content, form.kind)
            if found is None:
                assert what == "cut", (what, "refused")
                assert form.container in LIST_LAST or name.startswith(("alac in caf", "aac in caf", "libopus in caf"))
                continue
            told.append(not found.is_whole)
            if told[-1] and not is_length_unknown(name, what) and not name.startswith(WHOLE_IN_ONE):
                # A container finds its way again at its next page or cluster, ADPCM at its next block.
                room = 5.5 if form.container in {"matroska", "webm"} else max(1.2, 0.12 * seconds)
                assert found.lost == pytest.approx(hurt.lost * seconds, abs=room), (what, seed, found)
        assert sum(told) >= (0.6 if is_chance else 1.0) * len(told), (what, told)
