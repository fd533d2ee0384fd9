"""Whisper by faster-whisper: CTranslate2 on the processor or a GPU, without torch."""

from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from itertools import accumulate, chain, islice
from typing import TYPE_CHECKING, Any

from transcription.core.engines.compute_device import GPU, USUAL, ComputeDevice
from transcription.core.engines.languages import language_runs, plainly_other
from transcription.core.engines.names import put_names, said_names
from transcription.core.engines.protocol import Heard, Options
from transcription.core.engines.timestamps import place_in_recording
from transcription.core.engines.vad import Speech, find_speech
from transcription.core.messages import Message
from transcription.core.slicing import join_slices, main_language
from transcription.core.warnings.hallucination import Segment, find_doubts, whispered_segments
from transcription.core.warnings.phrases import ENDS
from transcription.core.warnings.spans import is_unsaid, shift_warnings
from transcription.core.words import Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from transcription.core.engines.short_window import ShortWindowModel

PART_SECONDS = 4.0
"""Of speech in which another language may be spoken than in what is before: less does not tell which it is."""


class FasterWhisper:
    """One model, loaded once, its weights shared by as many threads as `workers`."""

    name = "faster-whisper"

    def __init__(self, folder: str, *, model: str, workers: int, threads: int, device: ComputeDevice = USUAL) -> None:
        """Load the model in `folder`. workers: calls at once. threads: processor threads for each."""
        from faster_whisper import WhisperModel

        self.model = model
        self._whisper = WhisperModel(
            folder,
            device=device.name,
            compute_type=device.compute_type,
            num_workers=workers,
            cpu_threads=threads,
            local_files_only=True,
        )
        if device.name == GPU:
            self._try_out()

    def _try_out(self) -> None:
        """Encode silence: only now does it show whether CUDA's libraries are there. Raises RuntimeError if not."""
        import numpy as np

        self._whisper.encode(np.zeros((self._whisper.model.n_mels, 3000), np.float32))

    def transcribe(
        self, samples: "NDArray[np.float32]", options: Options, progress: Callable[[], None] = lambda: None
    ) -> Heard:
        """Write down what is said (see Engine). Silero's VAD cuts silence out before Whisper can hear words in it.

        What Whisper takes for silence all the same it would leave out; here it is kept, and marked.
        """
        listened_to = find_speech(samples, vad=options.vad)
        if not listened_to.regions:
            return Heard([], "", [])
        languages = self._languages(options)
        parts = [listened_to] if len(languages) == 1 or listened_to.is_still else self._parts(listened_to, options)
        if len(parts) == 1:
            return self._hear(listened_to, options, progress)
        return _joined_parts([self._hear(part, options, progress) for part in parts])

    def _parts(self, speech: Speech, options: Options) -> list[Speech]:
        """Return what is plainly spoken in different languages apart, cut at pauses; else all as one."""
        parts = speech.in_parts(PART_SECONDS)
        if len(parts) == 1:
            return [speech]
        runs = language_runs(self._listening(part, options).language_of(part.samples) for part in parts)
        if len(runs) == 1:
            return [speech]
        sizes = iter([len(part.regions) for part in parts])
        return speech.cut([sum(islice(sizes, run)) for run in runs])

    def _listening(self, speech: Speech, options: Options) -> "ShortWindowModel":
        # By name, for only a process that hears is to load CTranslate2.
        made: ShortWindowModel = import_module("transcription.core.engines.short_window").ShortWindowModel(
            self._whisper,
            languages=self._languages(options),
            trims=options.window == "auto",
            voiced=speech.listened(),
            is_still=speech.is_still and options.vad,
        )
        return made

    def _hear(self, speech: Speech, options: Options, progress: Callable[[], None]) -> Heard:
        languages, listening = self._languages(options), self._listening(speech, options)
        given = languages[0] if len(languages) == 1 else None
        segments, info = _transcribe(listening, speech, options, language=given)
        heard = list(_with_progress(segments, progress))
        words = list(place_in_recording(_segment_words(heard), speech.regions))
        written = list(_doubt_segments(heard))
        if speech.is_still and options.vad:
            words, written = whispered_segments(words, written)
        if options.hotwords and words:
            again = self._listening(speech, options)
            segments, _info = _transcribe(again, speech, options, language=info.language, names=options.hotwords)
            prompted = place_in_recording(_segment_words(_with_progress(segments, progress)), speech.regions)
            words, written = put_names(words, written, said_names(words, list(prompted), options.hotwords, speech))
        warnings = [str(doubt) for doubt in find_doubts(words, written, speech)]
        if words and not is_unsaid(words, warnings):
            warnings += _language_warning(listening.chances, languages, info.language)
        return Heard(words, info.language, warnings, listening.window)

    def _languages(self, options: Options) -> tuple[str, ...]:
        """Return those that may be spoken and that the model knows; one is taken as given, of none it may be any."""
        if not self._whisper.model.is_multilingual:
            return ("en",)
        return tuple(code for code in options.languages if code in self._whisper.supported_languages)


def _transcribe(
    listening: "ShortWindowModel", speech: Speech, options: Options, *, language: str | None, names: Sequence[str] = ()
) -> tuple[Iterable[Any], Any]:
    """Return faster-whisper's segments, which are computed as they are asked for, and what it says of the whole."""
    return listening.transcribe(
        speech.samples,
        language=language,
        hotwords=", ".join(names) or None,
        beam_size=options.beam_size,
        temperature=list(options.temperatures),
        word_timestamps=True,
        condition_on_previous_text=False,
        no_speech_threshold=None,
    )


def _joined_parts(parts: Sequence[Heard]) -> Heard:
    """Return what was heard in parts of one recording, in order, as one."""
    heard = [(one.language, one.words) for one in parts]
    before = accumulate((len(one.words) for one in parts), initial=0)
    warnings = chain.from_iterable(map(shift_warnings, before, (one.warnings for one in parts)))
    window = "short" if all(one.window == "short" for one in parts) else "full"
    return Heard(join_slices(heard), main_language(heard), list(dict.fromkeys(warnings)), window)


def _language_warning(chances: list[tuple[str, float]], spoken: tuple[str, ...], given: str) -> list[str]:
    """Return that it sounds like another language than may be spoken, if it does. given: in which it was heard."""
    other = plainly_other(chances, spoken) if spoken else ""
    return [str(Message("language_other", {"heard": other, "given": given}))] if other else []


def _with_progress(segments: Iterable[Any], progress: Callable[[], None]) -> Iterable[Any]:
    """Yield the segments; they are computed as they are asked for, so that each one is progress."""
    for segment in segments:
        progress()
        yield segment


def _segment_words(segments: Iterable[Any]) -> Iterable[Word]:
    for word in (word for segment in segments for word in segment.words or ()):
        yield Word(word.word, float(word.start), float(word.end), float(word.probability))


def _doubt_segments(segments: Iterable[Any]) -> Iterable[Segment]:
    """Yield each sentence with what Whisper says of its window: one may be said, and the next be made up in silence."""
    first = last = 0
    for one in segments:
        words = list(one.words or ())
        for left, word in zip(range(len(words) - 1, -1, -1), words, strict=True):
            last += 1
            if not left or word.word.rstrip().endswith(ENDS):
                yield Segment(first, last, one.compression_ratio, one.avg_logprob, one.no_speech_prob)
                first = last
