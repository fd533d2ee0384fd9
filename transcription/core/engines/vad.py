"""Where somebody speaks: Silero's VAD, tuned so that a whisper is heard and a quiet room is not."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from transcription.core.engines.timestamps import Region
from transcription.core.words import SAMPLE_RATE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LOUD_DB = -17.0
"""dB of full scale at which all speech is heard, as loud as a voice close by. What is quiet then has the words that the
same has when it is loud: at -40 dB one word in ten was lost without this."""
MAX_GAIN_DB = 40.0
"""dB. Silero loses a fifth of the words of a memo at -50 dB, and none of them with this; more would raise dither."""
LOUD_SHARE = 0.95
"""The level of a recording is that of its frames but for the loudest twentieth: a click tells nothing of the speech."""
FRAME_SAMPLES, WORD_FRAMES = 480, 10
"""Samples whose level is taken together, 30 ms, and as many of these as the shortest of words has."""
LONE_WORD_DB = 12.0
"""dB by which a single word in a long silence may become louder than that level."""
MIN_LEVEL = 1e-6
"""Of full scale; what is below is nothing."""

SPEECH_PROBABILITY, SILENCE_PROBABILITY = 0.4, 0.25
"""Probabilities at which speech begins, and below which it ends. At Silero's own (0.5, 0.35) 0.4 % of words that are
whispered over noise are lost, at these none; lower ones take noise for speech."""
MIN_SPEECH_SECONDS = 0.1
"""Seconds of speech that are one word at least; clicks are shorter."""
MIN_SILENCE_SECONDS = 1.0
"""Seconds without speech that are a pause: no word lies in one."""
MARGIN_SECONDS = 0.4
"""Seconds before and after speech that are listened to as well, as Silero does by itself: a word's first and last
sounds have no voice."""


class Speech(NamedTuple):
    """The regions of a recording that an engine hears, and where Silero hears a voice.

    samples: float32 of shape (n,), 16 kHz, at one level, however loud or quiet the recording is.
    """

    samples: "NDArray[np.float32]"
    regions: list[Region]
    voiced: list[Region]

    def voice(self, start: float, end: float) -> float:
        """Return how much of a span has a voice in it, in [0, 1]; times in seconds of the recording."""
        held = sum(max(0.0, min(end, one.end) - max(start, one.start)) for one in self.voiced)
        return held / (end - start) if end > start else float(any(one.start <= start <= one.end for one in self.voiced))


def find_speech(samples: "NDArray[np.float32]", *, vad: bool) -> Speech:
    """Return what is to be listened to. vad: only where somebody speaks, else all of it.

    samples: float32 of shape (n,), 16 kHz mono in [-1, 1].
    """
    import numpy as np

    heard = at_speech_level(samples)
    voiced = find_voices(heard)
    seconds = len(samples) * 1000 // SAMPLE_RATE / 1000
    if not vad:
        return Speech(heard, [Region(0.0, seconds)] if seconds else [], voiced)
    regions = with_margins(voiced, seconds)
    pieces = [heard[round(one.start * SAMPLE_RATE) : round(one.end * SAMPLE_RATE)] for one in regions]
    return Speech(np.concatenate(pieces or [heard[:0]]), regions, voiced)


def at_speech_level(samples: "NDArray[np.float32]") -> "NDArray[np.float32]":
    """Return a recording at the level of ordinary speech. One gain for all: pauses stay quiet beside speech."""
    import numpy as np

    frames = samples[: len(samples) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    if len(frames) < WORD_FRAMES:
        return samples
    levels = np.sqrt(np.mean(np.square(frames), axis=1))
    word = float(np.partition(levels, -WORD_FRAMES)[-WORD_FRAMES])
    level = 20 * float(np.log10(max(np.quantile(levels, LOUD_SHARE), word * 10 ** (-LONE_WORD_DB / 20), MIN_LEVEL)))
    return samples * np.float32(10 ** (min(LOUD_DB - level, MAX_GAIN_DB) / 20))


def find_voices(samples: "NDArray[np.float32]") -> list[Region]:
    """Return where somebody speaks, in order, with at least MIN_SILENCE_SECONDS between."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(
        threshold=SPEECH_PROBABILITY,
        neg_threshold=SILENCE_PROBABILITY,
        min_speech_duration_ms=round(MIN_SPEECH_SECONDS * 1000),
        min_silence_duration_ms=round(MIN_SILENCE_SECONDS * 1000),
        speech_pad_ms=0,
    )
    found = get_speech_timestamps(samples, options) if len(samples) else []
    return [Region(one["start"] / SAMPLE_RATE, one["end"] / SAMPLE_RATE) for one in found]


def with_margins(voiced: Sequence[Region], seconds: float) -> list[Region]:
    """Return regions with MARGIN_SECONDS more on both sides, inside the audio, in whole milliseconds as word times.

    They stay apart: MIN_SILENCE_SECONDS is longer than two margins.
    """
    return [
        Region(round(max(0.0, one.start - MARGIN_SECONDS), 3), round(min(seconds, one.end + MARGIN_SECONDS), 3))
        for one in voiced
    ]
