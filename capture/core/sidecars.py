"""Transcripts that lie beside old recordings: plain text, subtitles, and the JSON of Whisper and its kin.

What is read becomes rows of [text, start, end, probability]: the text with the white space before it, times in seconds
or None where the file gives none. Joined, the texts are what the file says.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from capture.core.subtitles import NoSubtitles, parse_subtitles
from capture.core.whisper_json import (
    SURE_PROBABILITY,
    NotWhisperJson,
    TimedText,
    WhisperObject,
    known_times,
    parse_objects,
    spread_words,
    storable_text,
)

KINDS = ("json", "srt", "txt")
"""The suffixes that are read, first the one that says most."""
MAX_SIDECAR_BYTES = 16 * 1024**2
MAX_RUN_CHARACTERS = 200
"""White space or digits in a row: reading them takes the square of their number, and megabytes of them take days."""
_RUN = re.compile(r"\s+|\d+")
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
        return storable_text(content.decode(encoding))
    except UnicodeDecodeError as error:
        raise UnreadableSidecar("text-not-utf8") from error


def _refuse_long_runs(text: str) -> str:
    """Return the text. Raises UnreadableSidecar where parsing it would take too long."""
    if any(run.end() - run.start() > MAX_RUN_CHARACTERS for run in _RUN.finditer(text)):
        raise UnreadableSidecar("text-long-runs")
    return text


def _from_txt(text: str) -> Iterator[Row]:
    return spread_words(TimedText(text.rstrip(), None, None, SURE_PROBABILITY))


def _from_srt(text: str) -> Iterator[Row]:
    try:
        stretches = parse_subtitles(text)
    except NoSubtitles as error:
        raise UnreadableSidecar("text-no-subtitles") from error
    for stretch in stretches:
        text = f" {_MARKUP.sub('', stretch.content)}".rstrip()
        times = known_times(stretch.start.total_seconds(), stretch.end.total_seconds())
        yield from spread_words(TimedText(text, *times, SURE_PROBABILITY))


def _from_json(text: str) -> Iterator[Row]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableSidecar("text-not-json") from error
    whole = told if isinstance(told, dict) else {"segments": told}
    if whole.get("segments") is None:
        whole = {"segments": [{"text": whole.get("text"), "words": whole.get("words")}]}
    try:
        for segment in parse_objects(whole, "segments"):
            yield from _segment_rows(segment)
    except NotWhisperJson as error:
        raise UnreadableSidecar("text-no-segments" if error.name == "segments" else "text-odd-words") from error


def _segment_rows(segment: WhisperObject) -> Iterator[Row]:
    named = [(_refuse_odd_text(word.text), word) for word in segment.words()]
    joint = " " if not any(name[:1].isspace() for name, _word in named) else ""
    if segment.told.get("text") is None:
        text = _refuse_long_runs(joint.join(name for name, _word in named))
    else:
        text = _refuse_odd_text(segment.text)
    text = text if text[:1].isspace() else f" {text}"
    whole = TimedText(text.rstrip(), segment.start, segment.end, SURE_PROBABILITY)
    yield from _aligned_rows(text, named) or spread_words(whole)


def _aligned_rows(text: str, named: Iterable[tuple[str, WhisperObject]]) -> list[Row]:
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
        rows.append((text[at:end], word.start, word.end, word.probability))
        at = end
    if rows and (rest := text[at:].rstrip()):
        rows[-1] = (rows[-1][0] + rest, *rows[-1][1:])
    return rows


def _refuse_odd_text(text: str | None) -> str:
    """Return the text. Raises UnreadableSidecar where there is none, or reading it would take too long."""
    if text is None:
        raise UnreadableSidecar("text-no-text")
    return _refuse_long_runs(text)
