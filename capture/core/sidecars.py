"""Transcripts that lie beside old recordings: plain text, subtitles, and the JSON of Whisper and its kin.

What is read becomes rows of [text, start, end, probability]: the text with the white space before it, times in seconds
or None where the file gives none. Joined, the texts are what the file says.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import srt

KINDS = ("json", "srt", "txt")
"""The suffixes that are read, first the one that says most."""
MAX_SIDECAR_BYTES = 16 * 1024**2
SURE_PROBABILITY = 1.0
"""The probability of words of which the file says none: a person may have written them."""
LARGEST_NUMBER = 1e300
"""Numbers beyond it are none: JSON can write whole ones that no float holds."""
MAX_RUN_CHARACTERS = 200
"""White space or digits in a row: reading them takes the square of their number, and megabytes of them take days."""
_RUN = re.compile(r"\s+|\d+")
_TOKEN = re.compile(r"\s*\S+")
_MARKUP = re.compile(r"</?(?:i|b|u|s|font)\b[^<>]*>", re.IGNORECASE)
_BOMS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))

Row = tuple[str, float | None, float | None, float]


class UnreadableSidecar(ValueError):
    """It is no transcript that can be read. code: of capture.core.problems.FILE_PROBLEMS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class SidecarText(NamedTuple):
    """A transcript, read. kind: one of KINDS."""

    kind: str
    words: list[Row]


def parse_sidecar(kind: str, content: bytes) -> SidecarText:
    """Return the words of a transcript. kind: one of KINDS. Raises UnreadableSidecar."""
    if len(content) > MAX_SIDECAR_BYTES:
        raise UnreadableSidecar("text-too-large")
    text = _decode_sidecar(content) if kind == "json" else _refuse_long_runs(_decode_sidecar(content))
    rows = list({"txt": _from_txt, "srt": _from_srt, "json": _from_json}[kind](text))
    if not rows:
        raise UnreadableSidecar("text-without-words")
    return SidecarText(kind, [(rows[0][0].lstrip(), *rows[0][1:]), *rows[1:]])


def _decode_sidecar(content: bytes) -> str:
    encoding = next((name for bom, name in _BOMS if content.startswith(bom)), "utf-8-sig")
    try:
        return _storable_text(content.decode(encoding))
    except UnicodeDecodeError as error:
        raise UnreadableSidecar("text-not-utf8") from error


def _refuse_long_runs(text: str) -> str:
    """Return the text. Raises UnreadableSidecar where parsing it would take too long."""
    if any(run.end() - run.start() > MAX_RUN_CHARACTERS for run in _RUN.finditer(text)):
        raise UnreadableSidecar("text-long-runs")
    return text


def _storable_text(text: str) -> str:
    """Return the text without what no database keeps: NUL, and halves of characters that JSON can escape."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _spread_words(
    text: str, start: float | None, end: float | None, probability: float = SURE_PROBABILITY
) -> Iterator[Row]:
    """Yield the words of a stretch of text, its time shared out by their lengths."""
    tokens = _TOKEN.findall(text)
    whole, done = sum(map(len, tokens)), 0
    for token in tokens:
        begun, done = done, done + len(token)
        if start is None or end is None:
            yield token, None, None, probability
        else:
            length = end - start
            yield token, start + length * begun / whole, start + length * done / whole, probability


def _from_txt(text: str) -> Iterator[Row]:
    return _spread_words(text, None, None)


def _from_srt(text: str) -> Iterator[Row]:
    try:
        stretches = list(srt.parse(text))
        for stretch in stretches:
            times = _json_times(stretch.start.total_seconds(), stretch.end.total_seconds())
            yield from _spread_words(f" {_MARKUP.sub('', stretch.content)}", *times)
    except (srt.SRTParseError, ValueError, OverflowError) as error:
        raise UnreadableSidecar("text-no-subtitles") from error


def _from_json(text: str) -> Iterator[Row]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableSidecar("text-not-json") from error
    whole = told if isinstance(told, dict) else {"segments": told}
    segments = whole.get("segments")
    if segments is None:
        segments = [{"text": whole.get("text"), "words": whole.get("words")}]
    if not isinstance(segments, list) or not all(isinstance(segment, dict) for segment in segments):
        raise UnreadableSidecar("text-no-segments")
    for segment in segments:
        yield from _segment_rows(segment)


def _segment_rows(segment: dict[str, Any]) -> Iterator[Row]:
    words = segment.get("words") or []
    if not isinstance(words, list) or not all(isinstance(word, dict) for word in words):
        raise UnreadableSidecar("text-odd-words")
    named = [(_json_text(word.get("word", word.get("text"))), word) for word in words]
    text = segment.get("text")
    joint = " " if not any(name[:1].isspace() for name, _word in named) else ""
    text = _refuse_long_runs(joint.join(name for name, _word in named)) if text is None else _json_text(text)
    text = text if text[:1].isspace() else f" {text}"
    yield from _aligned_rows(text, named) or _spread_words(text, *_json_times(segment.get("start"), segment.get("end")))


def _aligned_rows(text: str, named: Iterable[tuple[str, dict[str, Any]]]) -> list[Row]:
    """Return the words with their own times and all that stands between them; none where they are not the text's."""
    rows: list[Row] = []
    at = 0
    for name, word in named:
        if not (bare := name.strip()):
            continue
        found = text.find(bare, at)
        if found < 0 or any(character.isalnum() for character in text[at:found]):
            return []
        end = found + len(bare)
        rows.append((text[at:end], *_json_times(word.get("start"), word.get("end")), _json_probability(word)))
        at = end
    if rows and (rest := text[at:].rstrip()):
        rows[-1] = (rows[-1][0] + rest, *rows[-1][1:])
    return rows


def _json_text(told: object) -> str:
    if not isinstance(told, str):
        raise UnreadableSidecar("text-no-text")
    return _refuse_long_runs(_storable_text(told))


def _json_times(start: object, end: object) -> tuple[float | None, float | None]:
    """Return both times, or neither where one is missing or makes no sense."""
    if _is_json_number(start) and _is_json_number(end) and 0 <= float(start) <= float(end):  # type: ignore[arg-type]  # asked just now
        return float(start), float(end)  # type: ignore[arg-type]
    return None, None


def _json_probability(word: dict[str, Any]) -> float:
    told = word.get("probability", word.get("score"))
    return min(max(float(told), 0.0), 1.0) if _is_json_number(told) else SURE_PROBABILITY  # type: ignore[arg-type]


def _is_json_number(told: object) -> bool:
    return isinstance(told, int | float) and not isinstance(told, bool) and -LARGEST_NUMBER < told < LARGEST_NUMBER
