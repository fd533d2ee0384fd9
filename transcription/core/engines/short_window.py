"""Whisper that listens to no more than the audio it has, where faster-whisper pads every clip to 30 s.

The encoder's work grows faster than its window. But Whisper was trained on padded windows and may run away in short
ones: on naive trimming FUTO measured a word error rate of 226 % for 4.7 % (their whisper-acft). So what is heard in a
short window is checked, and in doubt the padded one decides.
"""

from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim

from transcription.core.engines.languages import likely_languages
from transcription.core.engines.vad import voiced_seconds
from transcription.core.engines.window_trust import TWICE, ends_in_a_loop, is_trusted, most_tokens
from transcription.core.warnings.hallucination import MAYBE_NO_SPEECH
from transcription.core.warnings.phrases import letters_and_digits

if TYPE_CHECKING:
    from faster_whisper.tokenizer import Tokenizer
    from faster_whisper.transcribe import TranscriptionOptions
    from numpy.typing import NDArray

WINDOW_FRAMES, ROOMY_FRAMES, MIN_FRAMES, MARGIN_FRAMES = 3000, 1000, 600, 128
"""Frames of 10 ms: Whisper's window, the least that is listened to where a smaller window was in doubt, the least at
first, and what is left behind the audio."""
UNSURE_LANGUAGE_PROBABILITY = 0.5
"""Probability below which faster-whisper, too, goes on looking for the language."""
MIN_TOKENS_PER_SECOND = 1.0
"""Of a voice: with fewer, something was left out. The slowest of 144 clips of people has 2.4."""
LANGUAGE_SURE = -0.2
"""Mean log-probability from which the words are in the language in which they were heard: it is not checked."""
LEFTOVER_SECONDS, LEFTOVER_VOICED_SECONDS = 2.0, 0.45
"""With word times faster-whisper goes back to the end of the last word, and hears what is left of the sound as a window
of its own, where Whisper invents. What is left and no longer than this counts only where Whisper is sure of it; with
less voice than this it is not heard at all."""
LEFTOVER_SURE, LEFTOVER_NO_SPEECH = -0.8, 0.3
"""Mean log-probability from which, and no-speech probability up to which, Whisper is sure of a leftover: at -0.5 the
last words of slices of long recordings were lost, which had -0.57 to -0.71."""
UNTOLD_VOICED_SECONDS = 1.0
"""With so much of a voice, what is left behind a text that could have told all is heard: Whisper leaves out who speaks
after somebody else. With less, the text has told all."""
Encoding = Any
"""The encoder's output for one window: CTranslate2's, of shape (1, frames / 2, width)."""

Decoded = tuple[Any, float, float, float]
"""The decoder's result, mean log-probability, temperature and compression ratio."""

UNTHREADED_MULTIPLICATIONS = 2**18
"""Multiplications of two matrices that OpenBLAS still does in one thread (its interface/gemm.c)."""


class Nothing(NamedTuple):
    """What the decoder would return where nothing is said."""

    sequences_ids: list[list[int]]
    no_speech_prob: float = 1.0


NOTHING: Decoded = (Nothing([[]]), 0.0, 0.0, 1.0)


class MelFilters:
    """Mel filters that stay in one thread: those of OpenBLAS would spin for longer than all of the filtering takes."""

    def __init__(self, filters: "NDArray[np.float32]") -> None:
        """Take the filters, of shape (mels, frequencies)."""
        self._filters = filters
        self._at_once = max(1, UNTHREADED_MULTIPLICATIONS // filters.size)

    def __matmul__(self, magnitudes: "NDArray[np.float32]") -> "NDArray[np.float32]":
        """Return the mels of frames, of shapes (mels, frames) and (frequencies, frames)."""
        starts = range(0, magnitudes.shape[1], self._at_once)
        return np.concatenate([self._filters @ magnitudes[:, at : at + self._at_once] for at in starts], axis=1)


class ShortWindowModel(WhisperModel):
    """One call of a model, with its weights: the windows it opens, and what it heard in the latest.

    window: "short" as long as it listened to no more than the audio, then "full". chances: of each language in the
    first window, where the model knows several. Parameters that are not used have WhisperModel's names, by which it
    calls.
    """

    def __init__(
        self,
        model: WhisperModel,
        *,
        languages: tuple[str, ...],
        trims: bool,
        voiced: "NDArray[np.float32]",
        is_still: bool = False,
    ) -> None:
        """Share all that `model` has. languages: among which one is detected, or none: among all.

        voiced: Silero's probabilities of what will be heard. is_still: whether they tell of nobody at all; then only
        what the short window is sure of counts, and no padded one is opened.
        """
        vars(self).update(vars(model))
        self.feature_extractor = copy(model.feature_extractor)
        self.feature_extractor.mel_filters = MelFilters(model.feature_extractor.mel_filters)
        self.window = "short" if trims else "full"
        self._languages, self._trims, self._voiced, self._is_still = languages, trims, voiced, is_still
        self._audio: NDArray[np.float32] = np.empty((0, 0), np.float32)
        self._frames, self._content_frames, self._window_frames, self._is_short = 0, 0, 0, False
        self._windows, self._is_leftover = 0, False
        self._is_whole, self._is_rest, self._told = False, False, list[int]()
        self.chances: list[tuple[str, float]] = []
        self._heard: Encoding = None

    def detect_language(
        self, audio: Any = None, features: Any = None, *_: Any, **__: Any
    ) -> tuple[str, float, list[tuple[str, float]]]:
        """Return the likeliest language, its probability, and those of all, from the first window's own encoding.

        Probabilities are shares among the languages that may be spoken.
        """
        del audio
        self._content_frames = features.shape[-1] - 1
        content = features[:, : min(WINDOW_FRAMES, features.shape[-1] - 1)]  # as generate_segments cuts it
        if not content.shape[-1]:
            return next(iter(self._languages), "en"), 1.0, []
        self.encode(pad_or_trim(content))
        found = self._spoken()
        if self._is_short and not self._is_still and found[0][1] < UNSURE_LANGUAGE_PROBABILITY:
            self._open(WINDOW_FRAMES)
            found = self._spoken()
        return *found[0], found

    def language_of(self, samples: "NDArray[np.float32]") -> tuple[str, float]:
        """Return the likeliest language of samples that are not written down yet, and its share."""
        language, share, _shares = self.detect_language(features=self.feature_extractor(samples))
        return language, share

    def _spoken(self) -> list[tuple[str, float]]:
        """Return the languages that may be spoken and their shares, the likeliest first."""
        self.chances = self._chances()
        return likely_languages(self.chances, self._languages)

    def _chances(self) -> list[tuple[str, float]]:
        """Return how likely each language is that the model knows, from the encoding that is there."""
        return [(token[2:-2], chance) for token, chance in self.model.detect_language(self._heard)[0]]

    def generate_segments(self, *arguments: Any) -> Any:
        """Yield what is said, from the encoding in which the language was detected if it was."""
        features, tokenizer, options, log_progress, _encoder_output = arguments
        self._content_frames = features.shape[-1] - 1
        return super().generate_segments(features, tokenizer, options, log_progress, self._heard)

    def encode(self, features: "NDArray[np.float32]") -> Encoding:
        """Return the encoding of one window.

        features: of shape (mels, 3000), behind the audio exactly 0, as log-mels of sound never are. A window inside
        long audio is full of it, so that only what remains at the end is trimmed. A leftover without a voice is not
        encoded: that of the window before is returned.
        """
        self._audio = features
        filled = np.flatnonzero(features.any(axis=0))
        self._frames = int(filled[-1]) + 1 if len(filled) else 0
        self._windows += 1
        self._is_rest = self._is_whole
        self._is_leftover = self._windows > 1 and self._frames <= LEFTOVER_SECONDS * self.frames_per_second
        if self._is_behind and not self._has_voice():
            return self._heard
        needed = frames_needed(self._frames)
        self._is_short = self._trims and needed < WINDOW_FRAMES
        self._is_whole = self._frames < WINDOW_FRAMES or self._content_frames <= WINDOW_FRAMES
        return self._open(needed if self._is_short else WINDOW_FRAMES)

    def _has_voice(self) -> bool:
        """Return whether what is left, at the end of the sound, holds enough of a voice for words."""
        return self._voice_left() >= (UNTOLD_VOICED_SECONDS if self._is_rest else LEFTOVER_VOICED_SECONDS)

    @property
    def _is_behind(self) -> bool:
        return self._is_leftover or self._is_rest

    def _voice_left(self) -> float:
        """Return for how many seconds what is left, at the end of the sound, has a voice in it."""
        start, end = ((self._content_frames - frames) / self.frames_per_second for frames in (self._frames, 0))
        return voiced_seconds(self._voiced, start, end)

    def _open(self, frames: int) -> Encoding:
        self._window_frames = frames
        if frames == WINDOW_FRAMES:
            self._is_short, self.window = False, "full"
        self._heard = super().encode(self._audio[:, :frames])
        return self._heard

    def generate_with_fallback(
        self, encoder_output: Encoding, prompt: list[int], tokenizer: "Tokenizer", options: "TranscriptionOptions"
    ) -> Decoded:
        """Return the decoder's result, mean log-probability, temperature and compression ratio.

        Of a leftover only what is sure.
        """
        if self._is_behind and not self._has_voice():
            return NOTHING
        del encoder_output
        while self._is_whole:
            decoded = self._decode_whole(prompt, tokenizer, options)
            if decoded is not None:
                return self._checked(decoded, tokenizer)
            if self._is_short and (self._is_leftover or self._is_still):
                return NOTHING
            self._open_larger()
        return self._checked(super().generate_with_fallback(self._heard, prompt, tokenizer, options), tokenizer)

    def _checked(self, decoded: Decoded, tokenizer: "Tokenizer") -> Decoded:
        """Return it, or nothing where it is a leftover or a rest that is not sure or only says again what was said.

        Checks the language of the first window.
        """
        text = [token for token in decoded[0].sequences_ids[0] if token < tokenizer.eot]
        if (self._is_leftover and not is_sure_leftover(decoded)) or (
            self._is_rest and self._told[-len(text) :] == text
        ):
            return NOTHING
        self._told = text
        is_first = self._windows == 1 and not self.chances and self.model.is_multilingual
        if is_first and decoded[1] < LANGUAGE_SURE:
            self.chances = self._chances()
        return decoded

    def _decode_whole(
        self, prompt: list[int], tokenizer: "Tokenizer", options: "TranscriptionOptions"
    ) -> Decoded | None:
        """Return what is heard in a window that holds all there is left, or None where it cannot be trusted.

        Without Whisper's own times: those of the words come from their alignment, and the text is better for it.
        """
        seconds = self._frames / self.frames_per_second
        limit = int(most_tokens(seconds)) + 1
        told = prompt if self._is_still else [*prompt, tokenizer.no_timestamps]
        length = min(max(2 * limit, limit + len(told)), self.max_length)
        decoded = super().generate_with_fallback(
            self._heard, told, tokenizer, replace(options, max_new_tokens=length - len(told))
        )
        result, mean_log_probability, _temperature, compression_ratio = decoded
        tokens = result.sequences_ids[0]
        text = [token for token in tokens if token < tokenizer.eot]
        is_so = self._ends_inside(tokens, tokenizer) and is_trusted(
            text,
            seconds=seconds,
            has_ended=len(tokens) < min(length // 2, length - len(told)),  # as CTranslate2 stops
            compression_ratio=compression_ratio,
            mean_log_probability=mean_log_probability,
        )
        is_so = is_so and len(text) >= MIN_TOKENS_PER_SECOND * self._voice_left()
        is_so = is_so and result.no_speech_prob <= MAYBE_NO_SPEECH  # without times Whisper cannot say nothing
        if is_so and self._window_frames < ROOMY_FRAMES:
            is_so = not ends_in_a_loop(_spoken_words(tokenizer.decode(text)), TWICE)
        return decoded if is_so else None

    def _open_larger(self) -> None:
        """Listen to the next larger window, one with room behind the audio, or to the padded one as Whisper itself."""
        if self._window_frames < ROOMY_FRAMES:
            self._open(ROOMY_FRAMES)
            return
        self._is_whole = False
        if self._is_short:
            self._open(WINDOW_FRAMES)

    def _ends_inside(self, tokens: list[int], tokenizer: "Tokenizer") -> bool:
        """Return whether no timestamp lies behind the window; each step of them is one position of the encoder."""
        return max(tokens, default=0) - tokenizer.timestamp_begin <= self._window_frames // 2

    def find_alignment(
        self, tokenizer: "Tokenizer", text_tokens: list[Any], encoder_output: Encoding, *size: Any, **more: Any
    ) -> list[Any]:
        """Return when each word is said, by the window in which it was heard."""
        del encoder_output
        if not any(text_tokens):
            return [[] for _ in text_tokens]
        return super().find_alignment(tokenizer, text_tokens, self._heard, *size, **more)


def frames_needed(frames: int) -> int:
    """Return how many frames the encoder is to get for so many that hold audio; an even number, for it halves them."""
    return min(WINDOW_FRAMES, max(MIN_FRAMES, frames + frames % 2 + MARGIN_FRAMES))


def is_sure_leftover(decoded: Decoded) -> bool:
    """Return whether what was heard behind the last word was said."""
    result, mean_log_probability, _temperature, _compression_ratio = decoded
    return mean_log_probability >= LEFTOVER_SURE and result.no_speech_prob <= LEFTOVER_NO_SPEECH


def _spoken_words(text: str) -> list[str]:
    """Return the words of a text without their punctuation."""
    return [word for word in map(letters_and_digits, text.split()) if word]
