"""What an OpenAI-compatible endpoint answers (`verbose_json`), as words."""

from capture.core.whisper_json import (
    SURE_PROBABILITY,
    NotWhisperJson,
    TimedText,
    WhisperObject,
    parse_objects,
    spread_words,
    text_or_none,
)
from transcription.core.engines.alignment import align_words
from transcription.core.engines.languages import code_of
from transcription.core.engines.protocol import Heard
from transcription.core.engines.provided_text import timed_words
from transcription.core.warnings.hallucination import MAYBE_NO_SPEECH, REPETITIVE, UNSURE


class NoTranscript(Exception):
    """What was answered is no transcript."""


def parse_response(answer: object, seconds: float) -> Heard:
    """Return the words of an answer: joined they are its text, to the letter; their times lie inside the audio.

    answer: parsed JSON. seconds: of audio. Without words in it the times of each segment are shared out among its
    words; without segments, those of the whole. Raises NoTranscript.
    """
    if not isinstance(answer, dict):
        raise NoTranscript
    try:
        segments = parse_objects(answer, "segments")
        words = parse_objects(answer, "words") or [word for segment in segments for word in segment.words()]
    except NotWhisperJson as error:
        raise NoTranscript from error
    text = text_or_none(answer.get("text"))
    if text is None:
        if "segments" not in answer:
            raise NoTranscript
        text = "".join(segment.text or "" for segment in segments)
    text = text.strip()
    if words:
        rows = align_words(text, map(_timed_text, words), SURE_PROBABILITY)
    else:
        stretches = align_words(text, map(_timed_text, segments), SURE_PROBABILITY)
        rows = [piece for stretch in stretches for piece in spread_words(stretch)]
    language = code_of(text_or_none(answer.get("language")) or "")
    return Heard(list(timed_words(rows, seconds)), language, _segment_warnings(segments))


def _timed_text(told: WhisperObject) -> TimedText:
    return TimedText(told.text or "", told.start, told.end, told.probability)


def _segment_warnings(segments: list[WhisperObject]) -> list[str]:
    def told(name: str) -> list[float]:
        return [number for segment in segments if (number := segment.number(name)) is not None]

    doubts = {
        "repetitive": any(ratio > REPETITIVE for ratio in told("compression_ratio")),
        "unsure": any(logprob < UNSURE for logprob in told("avg_logprob")),
        "maybe no speech": any(probability > MAYBE_NO_SPEECH for probability in told("no_speech_prob")),
    }
    return [name for name, is_so in doubts.items() if is_so]
