"""What an OpenAI-compatible endpoint answers (`verbose_json`), as words."""

from collections.abc import Iterator, Mapping
from typing import Any

from transcription.core.engines.alignment import TimedText, align_words, spread_words
from transcription.core.engines.languages import code_of
from transcription.core.engines.protocol import Heard
from transcription.core.engines.provided_text import timed_words
from transcription.core.warnings.hallucination import MAYBE_NO_SPEECH, REPETITIVE, UNSURE

SURE = 1.0
"""The probability of words of which the answer tells none: doubts of whole segments become warnings."""


LARGEST = 1e9
"""No time and no probability is as large."""


class NoTranscript(Exception):
    """What was answered is no transcript."""


def parse_response(answer: object, seconds: float) -> Heard:
    """Return the words of an answer: joined they are its text, to the letter; their times lie inside the audio.

    answer: parsed JSON. seconds: of audio. Without words in it the times of each segment are shared out among its
    words; without segments, those of the whole. Raises NoTranscript.
    """
    if not isinstance(answer, dict):
        raise NoTranscript
    segments = _objects_in(answer, "segments")
    words = _objects_in(answer, "words") or [word for segment in segments for word in _objects_in(segment, "words")]
    text = answer.get("text")
    if not isinstance(text, str):
        if "segments" not in answer:
            raise NoTranscript
        text = "".join(_text_in(segment, "text") for segment in segments)
    text = _storable(text).strip()
    if words:
        rows = align_words(text, _timed_texts(words, "word"), SURE)
    else:
        rows = [piece for row in align_words(text, _timed_texts(segments, "text"), SURE) for piece in spread_words(row)]
    language = code_of(_text_in(answer, "language"))
    return Heard(list(timed_words(rows, seconds)), language, _segment_warnings(segments))


def _objects_in(told: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    objects = told.get(name) or []
    if not isinstance(objects, list) or not all(isinstance(one, dict) for one in objects):
        raise NoTranscript
    return objects


def _timed_texts(told: list[dict[str, Any]], name: str) -> Iterator[TimedText]:
    for one in told:
        start, end = _number_in(one, "start"), _number_in(one, "end")
        probability = _number_in(one, "probability")
        is_timed = start is not None and end is not None and 0 <= start <= end
        times = (start, end) if is_timed else (None, None)
        yield TimedText(_text_in(one, name), *times, SURE if probability is None else min(max(probability, 0.0), 1.0))


def _text_in(told: Mapping[str, Any], name: str) -> str:
    text = told.get(name)
    return _storable(text) if isinstance(text, str) else ""


def _storable(text: str) -> str:
    """Return the text without what no database keeps: NUL, and halves of characters that JSON can escape."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _number_in(told: Mapping[str, Any], name: str) -> float | None:
    number = told.get(name)
    is_number = isinstance(number, int | float) and not isinstance(number, bool) and -LARGEST < number < LARGEST
    return float(number) if is_number else None  # type: ignore[arg-type]  # asked just now


def _segment_warnings(segments: list[dict[str, Any]]) -> list[str]:
    def told(name: str) -> list[float]:
        return [number for segment in segments if (number := _number_in(segment, name)) is not None]

    doubts = {
        "repetitive": any(ratio > REPETITIVE for ratio in told("compression_ratio")),
        "unsure": any(logprob < UNSURE for logprob in told("avg_logprob")),
        "maybe no speech": any(probability > MAYBE_NO_SPEECH for probability in told("no_speech_prob")),
    }
    return [name for name, is_so in doubts.items() if is_so]
