"""Whisper by faster-whisper: CTranslate2 at int8 on the processor, without torch."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from transcription.engines.protocol import Heard, Options
from transcription.words import SAMPLE_RATE, Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

REPETITIVE = 2.4
"""Compression ratio above which Whisper repeats itself (Radford et al. 2022, section 4.5)."""
UNSURE = -1.0
"""Mean log-probability of a segment's tokens below which Whisper's own decoding counts as failed (ibid.)."""
MAYBE_NO_SPEECH = 0.6
"""Probability of the no-speech token (ibid.)."""


class FasterWhisper:
    """One model, loaded once, its weights shared by as many threads as `workers`."""

    name = "faster-whisper"

    def __init__(self, folder: str, *, model: str, workers: int, threads: int) -> None:
        """Load the model in `folder`. workers: calls at once. threads: processor threads for each."""
        from faster_whisper import WhisperModel

        self.model = model
        self._whisper = WhisperModel(
            folder,
            device="cpu",
            compute_type="int8",
            num_workers=workers,
            cpu_threads=threads,
            local_files_only=True,
        )

    def transcribe(
        self, samples: "NDArray[np.float32]", options: Options, progress: Callable[[], None] = lambda: None
    ) -> Heard:
        """Write down what is said (see Engine). Silero's VAD cuts silence out before Whisper can hear words in it."""
        segments, info = self._whisper.transcribe(
            samples,
            language=self._language(options),
            hotwords=", ".join(options.hotwords) or None,
            beam_size=options.beam_size,
            temperature=list(options.temperatures),
            vad_filter=True,
            word_timestamps=True,
            condition_on_previous_text=False,
        )
        heard = list(_told(segments, progress))
        words = list(_inside((word for segment in heard for word in segment.words or ()), len(samples) / SAMPLE_RATE))
        return Heard(words, info.language, _warnings(heard))

    def _language(self, options: Options) -> str | None:
        """Return the language to take as given, or None where it is to be detected."""
        if not self._whisper.model.is_multilingual:
            return "en"
        spoken = [code for code in options.languages if code in self._whisper.supported_languages]
        return spoken[0] if len(spoken) == 1 else None


def _told(segments: Iterable[Any], progress: Callable[[], None]) -> Iterable[Any]:
    """Yield the segments; they are computed as they are asked for, so that each one is progress."""
    for segment in segments:
        progress()
        yield segment


def _inside(words: Iterable[Any], seconds: float) -> Iterable[Word]:
    """Yield words whose times lie inside the audio, in order; the first has no white space before it."""
    clock = 0.0
    for number, word in enumerate(words):
        start = min(max(float(word.start), clock), seconds)
        clock = min(max(float(word.end), start), seconds)
        text = word.word if number else word.word.lstrip()
        yield Word(text, round(start, 3), round(clock, 3), round(float(word.probability), 3))


def _warnings(segments: list[Any]) -> list[str]:
    doubts = {
        "repetitive": any(segment.compression_ratio > REPETITIVE for segment in segments),
        "unsure": any(segment.avg_logprob < UNSURE for segment in segments),
        "maybe no speech": any(segment.no_speech_prob > MAYBE_NO_SPEECH for segment in segments),
    }
    return [name for name, is_so in doubts.items() if is_so]
