"""Where somebody speaks: Silero's VAD, tuned so that a whisper is heard and a quiet room is not."""

from collections.abc import Iterator, Sequence
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
STILL_LEVEL = 0.01
"""Of full scale, at the level of speech: what stays below is the last bit of a recorder in an empty room."""

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


SILERO_SAMPLES = 512
"""Samples of which Silero tells at once, 32 ms."""
VOICED_PROBABILITY = 0.5
"""Silero's probability from which a frame counts as voiced by itself (its own threshold)."""


class Speech(NamedTuple):
    """The regions of a recording that an engine hears, and where Silero hears a voice.

    samples: float32 of shape (n,), 16 kHz, at one level, however loud or quiet the recording is. probabilities: of a
    voice, of shape (frames,), of each SILERO_SAMPLES of the recording.
    """

    samples: "NDArray[np.float32]"
    regions: list[Region]
    voiced: list[Region]
    probabilities: "NDArray[np.float32]"

    @property
    def is_still(self) -> bool:
        """Whether Silero hears nobody in all of it."""
        return not self.voiced

    def listened(self) -> "NDArray[np.float32]":
        """Return the probabilities of a voice in the regions, laid one after the other as the samples are."""
        import numpy as np

        bounds = ((_frame_at(one.start), _frame_at(one.end)) for one in self.regions)
        return np.concatenate([self.probabilities[first:last] for first, last in bounds] or [self.probabilities[:0]])

    def voice(self, start: float, end: float) -> float:
        """Return how much of a span has a voice in it, in [0, 1]; times in seconds of the recording."""
        held = sum(max(0.0, min(end, one.end) - max(start, one.start)) for one in self.voiced)
        return held / (end - start) if end > start else float(any(one.start <= start <= one.end for one in self.voiced))

    def probability(self, start: float, end: float) -> float:
        """Return the mean probability of a voice in a span, in [0, 1]; times in seconds of the recording."""
        first = _frame_at(start)
        frames = self.probabilities[first : max(_frame_at(end), first + 1)]
        return float(frames.mean()) if len(frames) else 0.0

    def in_parts(self, seconds: float) -> "list[Speech]":
        """Return it cut at pauses into parts that are listened to for at least so many seconds each, if it is long."""
        groups: list[list[Region]] = [[]]
        for region in self.regions:
            if _length(groups[-1]) >= seconds:
                groups.append([])
            groups[-1].append(region)
        if len(groups) > 1 and _length(groups[-1]) < seconds:
            last = groups.pop()
            groups[-1] += last
        return self.cut([len(group) for group in groups])

    def cut(self, sizes: Sequence[int]) -> "list[Speech]":
        """Return it in parts of so many regions each, in order; together they are all."""
        parts, region, sample = list[Speech](), 0, 0
        for size in sizes:
            regions = self.regions[region : region + size]
            samples = sum(round(one.end * SAMPLE_RATE) - round(one.start * SAMPLE_RATE) for one in regions)
            parts.append(self._replace(samples=self.samples[sample : sample + samples], regions=regions))
            region, sample = region + size, sample + samples
        return parts


def _length(regions: Sequence[Region]) -> float:
    return sum(one.end - one.start for one in regions)


def find_speech(samples: "NDArray[np.float32]", *, vad: bool) -> Speech:
    """Return what is to be listened to. vad: only where somebody speaks, else all of it.

    Where Silero hears nobody but there is sound, it is all of it as well: whispers have no voice.
    samples: float32 of shape (n,), 16 kHz mono in [-1, 1].
    """
    import numpy as np

    heard = at_speech_level(samples)
    probabilities = voice_probabilities(heard)
    voiced = voiced_regions(probabilities, len(samples) / SAMPLE_RATE)
    seconds = len(samples) * 1000 // SAMPLE_RATE / 1000
    if not vad or (not voiced and has_sound(heard)):
        return Speech(heard, [Region(0.0, seconds)] if seconds else [], voiced, probabilities)
    regions = with_margins(voiced, seconds)
    pieces = [heard[round(one.start * SAMPLE_RATE) : round(one.end * SAMPLE_RATE)] for one in regions]
    return Speech(np.concatenate(pieces or [heard[:0]]), regions, voiced, probabilities)


def has_sound(samples: "NDArray[np.float32]") -> bool:
    """Return whether a recording, at the level of speech, has anything in it that could be a whispered word."""
    return bool(len(samples) >= FRAME_SAMPLES * WORD_FRAMES and _word_level(samples) > STILL_LEVEL)


def at_speech_level(samples: "NDArray[np.float32]") -> "NDArray[np.float32]":
    """Return a recording at the level of ordinary speech. One gain for all: pauses stay quiet beside speech."""
    import numpy as np

    if len(samples) < FRAME_SAMPLES * WORD_FRAMES:
        return samples
    usual = float(np.quantile(_levels(samples), LOUD_SHARE))
    level = 20 * float(np.log10(max(usual, _word_level(samples) * 10 ** (-LONE_WORD_DB / 20), MIN_LEVEL)))
    return samples * np.float32(10 ** (min(LOUD_DB - level, MAX_GAIN_DB) / 20))


def _levels(samples: "NDArray[np.float32]") -> "NDArray[np.float32]":
    """Return the level of each frame, of full scale."""
    import numpy as np

    frames = samples[: len(samples) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    power: NDArray[np.float32] = np.square(frames).mean(axis=1)
    return np.sqrt(power)


def _word_level(samples: "NDArray[np.float32]") -> float:
    """Return the level that the loudest frames reach for as long as the shortest of words."""
    import numpy as np

    return float(np.partition(_levels(samples), -WORD_FRAMES)[-WORD_FRAMES])


def voice_probabilities(samples: "NDArray[np.float32]") -> "NDArray[np.float32]":
    """Return how likely Silero takes each SILERO_SAMPLES for a voice: of shape (frames,), in [0, 1]."""
    import numpy as np
    from faster_whisper.vad import get_vad_model

    if not len(samples):
        return np.empty(0, np.float32)
    padded = np.pad(samples, (0, -len(samples) % SILERO_SAMPLES))
    return np.asarray(get_vad_model()(padded), np.float32).reshape(-1)


def voiced_regions(probabilities: "Sequence[float] | NDArray[np.float32]", seconds: float) -> list[Region]:
    """Return where somebody speaks, in order: speech begins at one probability and ends below a lesser one.

    probabilities: of each SILERO_SAMPLES. seconds: of the recording. As Silero's own get_speech_timestamps does it.
    """
    return [one for one in _runs_of_speech(probabilities, seconds) if one.end - one.start > MIN_SPEECH_SECONDS]


def _runs_of_speech(probabilities: "Sequence[float] | NDArray[np.float32]", seconds: float) -> Iterator[Region]:
    begun = quiet_since = None
    for number, probability in enumerate(probabilities):
        now = number * SILERO_SAMPLES / SAMPLE_RATE
        if probability >= SPEECH_PROBABILITY:
            begun, quiet_since = now if begun is None else begun, None
        elif begun is not None and probability < SILENCE_PROBABILITY:
            quiet_since = now if quiet_since is None else quiet_since
            if now - quiet_since >= MIN_SILENCE_SECONDS:
                yield Region(begun, quiet_since)
                begun = quiet_since = None
    if begun is not None:
        yield Region(begun, seconds)


def voiced_seconds(probabilities: "NDArray[np.float32]", start: float, end: float) -> float:
    """Return for how many seconds of a span single frames have a voice in them, however far apart."""
    frames = probabilities[_frame_at(start) : _frame_at(end)]
    return int((frames >= VOICED_PROBABILITY).sum()) * SILERO_SAMPLES / SAMPLE_RATE


def _frame_at(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE / SILERO_SAMPLES)


def with_margins(voiced: Sequence[Region], seconds: float) -> list[Region]:
    """Return regions with MARGIN_SECONDS more on both sides, inside the audio, in whole milliseconds as word times.

    They stay apart: MIN_SILENCE_SECONDS is longer than two margins.
    """
    return [
        Region(round(max(0.0, one.start - MARGIN_SECONDS), 3), round(min(seconds, one.end + MARGIN_SECONDS), 3))
        for one in voiced
    ]
