"""SubRip subtitles, read line by line: once, however they are written.

What the package `srt` takes for a subtitle is one here; its expression looks at each run of digits as its third power.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

import srt

_PARTED = "[,.:，．。：]"  # noqa: RUF001 - signs of other scripts are meant
_TIME = rf"[0-9]{{1,12}}{_PARTED}[0-9]{{1,12}}{_PARTED}[0-9]{{1,12}}{_PARTED}?[0-9]{{0,12}}"
_TIMING = re.compile(rf"\s{{0,200}}({_TIME}) {{0,9}}-[ -] {{0,9}}> {{0,9}}({_TIME})")
_NUMBER = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{0,12})?")


class NoSubtitles(ValueError):
    """A text is no subtitles, or says times that are none."""


class Subtitle(NamedTuple):
    """What is shown for a while."""

    start: timedelta
    end: timedelta
    content: str


def parse_subtitles(text: str) -> list[Subtitle]:
    """Return the subtitles of a text, in its order; none of an empty one. Raises NoSubtitles."""
    lines = text.replace("\r\n", "\n").split("\n")
    begins = list(_begins(lines))
    if any(line.strip() for line in lines[: begins[0][0] if begins else len(lines)]):
        raise NoSubtitles
    if not begins:
        return []
    ends = [*(begin for begin, _timing in begins[1:]), len(lines)]
    timings = [timing for _begin, timing in begins]
    return [_subtitle(lines[at], lines[at + 1 : end]) for at, end in zip(timings, ends, strict=True)]


def _begins(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Yield for each subtitle its first line, and that of its times: a number stands before it, or an empty line."""
    for number, line in enumerate(lines):
        if not _TIMING.match(line):
            continue
        before = lines[number - 1].strip() if number else ""
        if number and _NUMBER.fullmatch(before):
            yield number - 1, number
        elif not before:
            yield number, number


def _subtitle(timing: str, content: list[str]) -> Subtitle:
    times = _TIMING.match(timing)
    if times is None:
        raise NoSubtitles
    try:
        start, end = map(srt.srt_timestamp_to_timedelta, times.groups())
    except (srt.SRTParseError, ValueError, OverflowError) as error:
        raise NoSubtitles from error
    return Subtitle(start, end, "\n".join(content).rstrip())
