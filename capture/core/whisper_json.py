"""The JSON that Whisper and its kin write: in files beside recordings, and as answers of endpoints."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

SURE_PROBABILITY = 1.0
"""The probability of words of which none is told: a person may have written them."""
LARGEST_NUMBER = 1e9
"""No time and no probability is as large; JSON can write whole numbers that no float holds."""
_TOKEN = re.compile(r"\s*\S+|\s+")


class NotWhisperJson(ValueError):
    """Objects are missing where Whisper writes them. name: "segments" or "words"."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class TimedText(NamedTuple):
    """A stretch of text. start, end: seconds; both are None where they are not known."""

    text: str
    start: float | None
    end: float | None
    probability: float


class WhisperObject(NamedTuple):
    """A segment or a word. text: None where there is none. told: as it is written."""

    text: str | None
    start: float | None
    end: float | None
    probability: float
    told: Mapping[str, Any]

    def number(self, name: str) -> float | None:
        """Return a number that is told of it."""
        number = self.told.get(name)
        return float(number) if _is_number(number) else None  # type: ignore[arg-type]  # asked just now

    def words(self) -> list["WhisperObject"]:
        """Return the words in it. Raises NotWhisperJson."""
        return parse_objects(self.told, "words")


def parse_objects(told: Mapping[str, Any], name: str) -> list[WhisperObject]:
    """Return the segments or words that are told under a name; none where nothing is. Raises NotWhisperJson."""
    objects = told.get(name) or []
    if not isinstance(objects, list) or not all(isinstance(one, dict) for one in objects):
        raise NotWhisperJson(name)
    return [
        _parse_object(one, one.get("word", one.get("text")) if name == "words" else one.get("text")) for one in objects
    ]


def _parse_object(told: Mapping[str, Any], text: object) -> WhisperObject:
    probability = told.get("probability", told.get("score"))
    is_known = _is_number(probability)
    return WhisperObject(
        text_or_none(text),
        *known_times(told.get("start"), told.get("end")),
        min(max(float(probability), 0.0), 1.0) if is_known else SURE_PROBABILITY,
        told,
    )


def text_or_none(told: object) -> str | None:
    """Return a text as it can be stored, or None where it is none."""
    return storable_text(told) if isinstance(told, str) else None


def storable_text(text: str) -> str:
    """Return the text without what no database keeps: NUL, and halves of characters that JSON can escape."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def known_times(start: object, end: object) -> tuple[float | None, float | None]:
    """Return both times, or neither where one is missing or makes no sense."""
    if _is_number(start) and _is_number(end) and 0 <= float(start) <= float(end):  # type: ignore[arg-type]  # asked just now
        return float(start), float(end)  # type: ignore[arg-type]
    return None, None


def _is_number(told: object) -> bool:
    return isinstance(told, int | float) and not isinstance(told, bool) and -LARGEST_NUMBER < told < LARGEST_NUMBER


def spread_words(whole: TimedText) -> Iterator[TimedText]:
    """Yield a stretch word by word, its time shared out by their lengths; white space goes to the word after it."""
    text, start, end, probability = whole
    length, done = max(len(text), 1), 0
    for token in _TOKEN.findall(text):
        begun, done = done, done + len(token)
        if start is None or end is None:
            yield TimedText(token, None, None, probability)
        else:
            seconds = end - start
            yield TimedText(token, start + seconds * begun / length, start + seconds * done / length, probability)
