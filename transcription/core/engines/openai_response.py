"""What an OpenAI-compatible endpoint answers (`verbose_json`), as words."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

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
from transcription.core.engines.provided_text import timed_words
from transcription.core.engines.timestamps import Region, place_in_recording
from transcription.core.warnings.hallucination import Segment
from transcription.core.words import Word

LETTERS_AT_ALL, LETTERS_A_SECOND = 2_000_000, 500
"""More characters than so many, and so many for each second of audio, are no transcript: text, segments and words say
the same three times. What is less, but more than anybody says, is kept and marked."""


class NoTranscript(Exception):
    """What was answered is no transcript."""


class Told(NamedTuple):
    """What an endpoint heard. segments: of all words, and what it says of each, or what holds of what it leaves out."""

    words: list[Word]
    segments: list[Segment]
    language: str


def _refuse_flood(answer: Mapping[str, object], seconds: float) -> None:
    """Raise NoTranscript for more text than anybody says in so many seconds."""
    texts = [answer.get("text")]
    for name in ("segments", "words"):
        rows = answer.get(name)
        told = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        texts += [row.get("word", row.get("text")) for row in told]
    letters = sum(len(text) for text in texts if isinstance(text, str))
    if letters > LETTERS_AT_ALL + LETTERS_A_SECOND * seconds:
        raise NoTranscript


def parse_response(answer: object, seconds: float, voiced: Sequence[Region]) -> Told:
    """Return the words of an answer: joined they are its text, to the letter; their times lie inside the audio.

    answer: parsed JSON. seconds: of audio. voiced: where somebody speaks in it. Without words in it the times of each
    segment are shared out among its words; without segments, those in which somebody speaks. Raises NoTranscript.
    """
    if not isinstance(answer, dict):
        raise NoTranscript
    _refuse_flood(answer, seconds)
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
        if all(stretch.start is None for stretch in stretches):
            stretches = [TimedText(text, 0.0, seconds, SURE_PROBABILITY)] if text else []
        rows = [piece for stretch in stretches for piece in _spread_where_voiced(stretch, voiced)]
    placed = list(timed_words(rows, seconds))
    return Told(placed, list(_of_words(placed, segments)), code_of(text_or_none(answer.get("language")) or ""))


def _spread_where_voiced(stretch: TimedText, voiced: Sequence[Region]) -> list[TimedText]:
    """Return a stretch word by word, its time shared out: that of the voice in it, if there is any."""
    pieces = list(spread_words(stretch))
    begin, end = stretch.start or 0.0, stretch.end or 0.0
    regions = [Region(max(begin, one.start), min(end, one.end)) for one in voiced if one.start < end > begin < one.end]
    if not regions:
        return pieces
    share = sum(one.end - one.start for one in regions) / (end - begin)
    words = [
        Word(text, share * ((start or 0.0) - begin), share * ((end or 0.0) - begin), probability)
        for text, start, end, probability in pieces
    ]
    return [
        piece._replace(start=word.start, end=word.end)
        for piece, word in zip(pieces, place_in_recording(words, regions), strict=True)
    ]


def _timed_text(told: WhisperObject) -> TimedText:
    return TimedText(told.text or "", told.start, told.end, told.probability)


def _of_words(words: list[Word], told: list[WhisperObject]) -> Iterator[Segment]:
    """Yield the segments to which words belong, by their times; all are of one where no times are told."""
    starts = [one.start for one in told if one.start is not None]
    if len(starts) < len(told) or starts != sorted(starts):
        starts = []
    first = 0
    for number, some in groupby(words, key=lambda word: max(bisect_right(starts, (word.start + word.end) / 2) - 1, 0)):
        last = first + len(list(some))
        yield _segment(first, last, told[number : number + 1] if starts else told)
        first = last


def _segment(first: int, last: int, told: list[WhisperObject]) -> Segment:
    """Return a segment with the worst that is told; where nothing is, nothing speaks against its words."""

    def known(name: str) -> list[float]:
        return [number for one in told if (number := one.number(name)) is not None]

    return Segment(
        first,
        last,
        max(known("compression_ratio"), default=1.0),
        min(known("avg_logprob"), default=0.0),
        max(known("no_speech_prob"), default=0.0),
    )
