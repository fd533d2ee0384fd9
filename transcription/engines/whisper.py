"""Whisper by faster-whisper: CTranslate2 at int8 on the processor, without torch."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from transcription.engines.guards import Segment, doubts
from transcription.engines.protocol import Heard, Options
from transcription.engines.speech import speech
from transcription.engines.words_in_time import placed
from transcription.words import Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


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
        """Write down what is said (see Engine). Silero's VAD cuts silence out before Whisper can hear words in it.

        What Whisper takes for silence all the same it would leave out; here it is kept, and marked.
        """
        listened_to = speech(samples, vad=options.vad)
        if not listened_to.regions:
            return Heard([], "", [])
        segments, info = self._whisper.transcribe(
            listened_to.samples,
            language=self._language(options),
            beam_size=options.beam_size,
            temperature=list(options.temperatures),
            word_timestamps=True,
            condition_on_previous_text=False,
            no_speech_threshold=None,
        )
        heard = list(_told(segments, progress))
        words = list(placed(_words(heard), listened_to.regions))
        return Heard(words, info.language, [str(doubt) for doubt in doubts(words, list(_segments(heard)), listened_to)])

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


def _words(segments: Iterable[Any]) -> Iterable[Word]:
    for word in (word for segment in segments for word in segment.words or ()):
        yield Word(word.word, float(word.start), float(word.end), float(word.probability))


def _segments(segments: Iterable[Any]) -> Iterable[Segment]:
    last = 0
    for one in segments:
        first, last = last, last + len(one.words or ())
        if first < last:
            yield Segment(first, last, one.compression_ratio, one.avg_logprob, one.no_speech_prob)
