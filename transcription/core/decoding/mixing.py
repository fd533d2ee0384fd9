"""How several channels become one: by what carries speech, and not by what the container calls them.

Of each stretch it is asked which channels have sound, which of them are the same sound, perhaps of opposite sign, and
in which somebody speaks. Channels that a voice shares are added so that it does not cancel itself; voices of their own
are added too; what is loud and no speech is left out. Where nobody speaks, it stays as it was.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from transcription.core.decoding.voice import VOICE_FRAME_SAMPLES, hear_voice
from transcription.core.words import SAMPLE_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

STRETCH_SECONDS = 10.0
"""Of which the mix is decided at once."""
RAMP_SECONDS = 0.05
"""Seconds in which one mix becomes the next."""
LEAST_POWER = 1e-11
"""Of full scale; a channel below it is empty."""
SAME_SOUND = 0.9
"""Correlation from which on channels are the same but for their sign, and nothing needs to be asked."""
SHARED_SOUND = 0.5
"""Correlation, while somebody speaks, from which on channels share a voice."""
VOICED, MIN_VOICED_FRAMES = 0.5, 6
"""Silero's probability from which a frame is voiced, and how many such frames, of 32 ms, are speech."""
COVERED_SHARE, CLEARER_DB = 0.9, 6.0
"""A channel whose voice is heard in a clearer one by so many dB for so much of the time adds nothing but its noise."""
HARMLESS_SHARE = 0.001
"""Of the power of speech, that channels without speech may add."""
MAX_LIFT = 10.0
"""Times by which the voice of a channel is raised at most, so that it is no more than 6 dB below the loudest."""
PAIR, DIFFERENT_SHARE = 2, 0.0001
"""Of the power of the sum of two channels, that their difference has where there may be something else in it."""
BETTER_TOGETHER = 1.3
"""Times as much speech as in any one channel, so that the sum or the difference of two is taken."""


class Stretch(NamedTuple):
    """What was decided of a stretch. weights: of shape (channels,). left_out: loud channels without speech.

    inverted: those whose sign is turned. spoken: the power of speech in each channel, as far as there was any by then.
    """

    weights: "NDArray[np.float32]"
    left_out: tuple[int, ...] = ()
    inverted: tuple[int, ...] = ()
    spoken: dict[int, float] = {}


class Mixer:
    """Decides on the mix of each stretch as it comes, and remembers it, so that it can be carried out anew."""

    def __init__(self) -> None:
        self.stretches: list[Stretch] = []

    def decide(self, number: int, channels: "NDArray[np.float32]", rate: int) -> Stretch:
        """Return how the stretch of this number is mixed. channels: of shape (channels, n), at this rate in Hz.

        It is decided at SAMPLE_RATE; at another rate the same is carried out anew.
        """
        before = self.stretches[min(number, len(self.stretches)) - 1] if self.stretches and number else None
        if number < len(self.stretches):
            return self.stretches[number]
        if rate != SAMPLE_RATE and before:
            return before
        decided = _decide(channels, before)
        self.stretches.append(decided)
        return decided

    @property
    def left_out(self) -> set[int]:
        """Return the channels that were left out of each stretch in which they had sound."""
        used = {int(channel) for one in self.stretches for channel in np.flatnonzero(one.weights)}
        return {channel for one in self.stretches for channel in one.left_out} - used

    @property
    def inverted(self) -> set[int]:
        """Return the channels whose sign was turned in any stretch."""
        return {channel for one in self.stretches for channel in one.inverted}


def mix(
    channels: "NDArray[np.float32]", weights: "NDArray[np.float32]", before: "NDArray[np.float32]", ramp: int
) -> "NDArray[np.float32]":
    """Return one channel of shape (n,), of channels of shape (channels, n).

    before: the weights of the stretch before, which become these within `ramp` samples.
    """
    width = len(channels)
    mixed = _sum(_fitted(weights, width), channels)
    if len(before) and not np.array_equal(_fitted(before, width), _fitted(weights, width)):
        ramp = min(ramp, channels.shape[1])
        fading = np.linspace(1, 0, ramp, dtype=np.float32)
        mixed[:ramp] += fading * _sum(_fitted(before, width) - _fitted(weights, width), channels[:, :ramp])
    return mixed


def _sum(weights: "NDArray[np.float32]", channels: "NDArray[np.float32]") -> "NDArray[np.float32]":
    # Not by BLAS, whose threads do not live on in a process that is forked.
    mixed: NDArray[np.float32] = np.einsum("i,it->t", weights, channels)
    return mixed


def _fitted(weights: "NDArray[np.float32]", width: int) -> "NDArray[np.float32]":
    fitted = np.zeros(width, np.float32)
    fitted[: min(width, len(weights))] = weights[:width]
    return fitted


class _Sound(NamedTuple):
    """What is known of a stretch. clear: of shape (channels, n), without rumble and direct current.

    power: of each channel. alike: their correlations.
    """

    clear: "NDArray[np.float32]"
    power: "NDArray[np.float32]"
    alike: "NDArray[np.float32]"


class _Voice(NamedTuple):
    """Of one channel. voiced: whether somebody speaks, of shape (frames,). power: of speech. clarity: dB over noise."""

    voiced: "NDArray[np.bool_]"
    power: float
    clarity: float

    @property
    def speaks(self) -> bool:
        return int(self.voiced.sum()) >= MIN_VOICED_FRAMES


def _decide(channels: "NDArray[np.float32]", before: Stretch | None) -> Stretch:
    sound = _sound(channels)
    alive = [int(one) for one in np.flatnonzero(sound.power > LEAST_POWER)]
    if not alive:
        return before or Stretch(np.full(len(channels), 1 / max(len(channels), 1), np.float32))
    known = before.spoken if before else {}
    is_one = _is_one_sound(sound, alive)
    if is_one and not _differ(channels, alive):
        return _weighted(channels, {alive[0]: alive}, sound, known)
    voices = {one: _voice(channels[one]) for one in alive}
    if len(alive) == PAIR and (pair := _better_together(channels, alive, voices)) is not None:
        return pair
    speaking = [one for one in alive if voices[one].speaks]
    if is_one or not speaking:
        weights = None if is_one or before is None else _fitted(before.weights, len(channels))
        if before is not None and weights is not None and np.any(weights[alive]):
            return before._replace(weights=weights)
        groups = {alive[0]: alive} if is_one else _groups(sound.alike, alive)
        return _uncancelled(channels, _weighted(channels, groups, sound, known), voices)
    spoken = known | {one: voices[one].power for one in speaking}
    return _uncancelled(channels, _of_speech(channels, sound, voices, speaking, spoken), voices)


def _sound(channels: "NDArray[np.float32]") -> _Sound:
    return _compared(np.diff(channels, axis=1, prepend=channels[:, :1]))


def _compared(clear: "NDArray[np.float32]") -> _Sound:
    products = np.einsum("it,jt->ij", clear, clear) / max(clear.shape[1], 1)
    power = np.diag(products).copy()
    root = np.sqrt(np.maximum(power, 1e-20))
    return _Sound(clear, power, products / root[:, None] / root[None, :])


def _is_one_sound(sound: _Sound, alive: list[int]) -> bool:
    loudest = max(alive, key=lambda one: sound.power[one])
    return bool(np.all(np.abs(sound.alike[loudest, alive]) >= SAME_SOUND))


def _differ(channels: "NDArray[np.float32]", alive: list[int]) -> bool:
    """Return whether the sum and the difference of the first channel and another both have anything in them."""
    first, *others = channels[alive]
    both = [[float(np.square(first + sign * other).mean()) for sign in (-1, 1)] for other in others]
    return any(min(powers) > DIFFERENT_SHARE * max(powers) for powers in both)


def _voice(samples: "NDArray[np.float32]") -> _Voice:
    speech = hear_voice(samples)
    levels = np.square(samples[: len(speech) * VOICE_FRAME_SAMPLES]).reshape(-1, VOICE_FRAME_SAMPLES).mean(axis=1)
    voiced = speech >= VOICED
    loud = float(levels[voiced].mean()) if voiced.any() else 0.0
    quiet = float(np.quantile(levels, 0.1)) if len(levels) else 0.0
    return _Voice(voiced, loud, 10 * float(np.log10((loud + 1e-12) / (quiet + 1e-12))))


def _better_together(channels: "NDArray[np.float32]", pair: list[int], voices: dict[int, _Voice]) -> Stretch | None:
    """Return the sum or the difference of two channels where more is said in it than in any of them."""
    first, second = pair
    either = voices[first].voiced | voices[second].voiced
    if either.mean() > 1 / BETTER_TOGETHER:
        return None
    best, most = None, max(int(either.sum()) * BETTER_TOGETHER, int(either.sum()) + MIN_VOICED_FRAMES)
    for sign in (-1.0, 1.0):
        heard = int(_voice((channels[first] + sign * channels[second]) / 2).voiced.sum())
        if heard >= most:
            best, most = sign, heard + 1
    if best is None:
        return None
    weights = np.zeros(len(channels), np.float32)
    weights[first], weights[second] = 0.5, 0.5 * best
    return Stretch(weights, inverted=(second,) if best < 0 else ())


def _uncancelled(channels: "NDArray[np.float32]", decided: Stretch, voices: dict[int, _Voice]) -> Stretch:
    """Return what was decided where the voice of the clearest channel is left in it.

    Else a noise that channels share hid that their voices are of opposite sign, or the sign changes within the stretch:
    one of two channels is turned, or the clearest is heard alone.
    """
    clearest = max(voices, key=lambda one: int(voices[one].voiced.sum()))
    least = COVERED_SHARE * int(voices[clearest].voiced.sum()) - MIN_VOICED_FRAMES
    others = list[Stretch]()
    if np.count_nonzero(decided.weights) == PAIR:
        first, second = (int(one) for one in np.flatnonzero(decided.weights))
        turned = decided.weights.copy()
        turned[second] *= -1
        others = [decided._replace(weights=turned, inverted=(second,) if turned[first] * turned[second] < 0 else ())]
    alone = np.zeros_like(decided.weights)
    alone[clearest] = 1.0
    left = (one for one in (decided, *others) if int(_voice(_sum(one.weights, channels)).voiced.sum()) >= least)
    return next(left, decided._replace(weights=alone, inverted=()))


def _of_speech(
    channels: "NDArray[np.float32]",
    sound: _Sound,
    voices: dict[int, _Voice],
    speaking: list[int],
    spoken: dict[int, float],
) -> Stretch:
    kept = list[int]()
    for one in sorted(speaking, key=lambda one: -voices[one].clarity):
        if not any(_covers(voices[other], voices[one]) for other in kept):
            kept.append(one)
    loudest = max(spoken.values())
    alike = _compared(_while_voiced(sound.clear, voices, kept)).alike
    decided = _weighted(channels, _groups(alike, kept), _Sound(sound.clear, sound.power, alike), spoken)
    silent = [one for one in voices if not voices[one].speaks]
    power = {one: float(np.square(channels[one]).mean()) for one in silent}
    harmless = [one for one in silent if power[one] * len(silent) <= HARMLESS_SHARE * loudest]
    decided.weights[harmless] = 1.0
    return decided._replace(left_out=tuple(one for one in silent if one not in harmless))


def _covers(clearer: _Voice, other: _Voice) -> bool:
    both = float((clearer.voiced & other.voiced).sum())
    return both >= COVERED_SHARE * other.voiced.sum() and clearer.clarity - other.clarity >= CLEARER_DB


def _while_voiced(clear: "NDArray[np.float32]", voices: dict[int, _Voice], kept: list[int]) -> "NDArray[np.float32]":
    voiced = np.any([voices[one].voiced for one in kept], axis=0).repeat(VOICE_FRAME_SAMPLES)
    return clear[:, : len(voiced)][:, voiced]


def _groups(alike: "NDArray[np.float32]", channels: list[int]) -> dict[int, list[int]]:
    """Return the channels that share a sound with one of them, by that one."""
    groups = dict[int, list[int]]()
    for one in channels:
        shared = max(groups, key=lambda first: abs(alike[first, one]), default=None)
        if shared is not None and abs(alike[shared, one]) >= SHARED_SOUND:
            groups[shared].append(one)
        else:
            groups[one] = [one]
    return groups


def _weighted(
    channels: "NDArray[np.float32]", groups: dict[int, list[int]], sound: _Sound, spoken: dict[int, float]
) -> Stretch:
    """Return the mix of groups that each share a sound: their mean, of one sign. It is kept from being clipped."""
    weights, inverted = np.zeros(len(channels), np.float32), list[int]()
    for first, group in groups.items():
        for one in group:
            sign = -1.0 if sound.alike[first, one] < 0 else 1.0
            weights[one] = sign * _lift(spoken, one) / len(group)
            inverted += [one] if sign < 0 else []
    peak = float(np.abs(_sum(weights, channels)).max(initial=0.0))
    return Stretch(weights / np.float32(max(peak, 1.0)), inverted=tuple(inverted), spoken=spoken)


def _lift(spoken: dict[int, float], channel: int) -> float:
    """Return by how many times a channel is made louder, so that one who speaks softly is heard beside who is loud."""
    power = spoken.get(channel)
    return (
        1.0 if power is None else min(max(float(np.sqrt(max(spoken.values()) / 4 / max(power, 1e-12))), 1.0), MAX_LIFT)
    )
