"""A voice as a picture: upright strokes around a middle line, from the peaks of a recording.

Peaks are bytes, `PEAKS_PER_SECOND` of them; each is 255 times the square root of the loudest sample of its stretch,
where 1 is full scale (`transcription/core/decoding/peaks.py`). Without peaks a voice is a plain even line: no loudness
is made up. How far it was played is one attribute: the width, in per cent, of the inner `svg.played`.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from insights.core.pictures.svg import per_cent, rounded, spoken_label
from transcription.core.decoding.peaks import PEAKS_PER_SECOND

LEAST_LOUD_BYTE = 26
"""The peak, -40 dB of full scale, below which nothing is drawn as if it were loud: a room's own noise stays low."""
CONTRAST = 1.5
"""By which power loudness becomes height: 2 would be amplitude, of which quiet speech shows too little."""

SECOND_PX = 10
"""How long a second is in the small picture, until there are `MOST_STROKES`."""
PITCH_PX, WIDE_PITCH_PX = 3, 4
LEAST_STROKES, MOST_STROKES = 14, 66
HEIGHT_PX, WIDE_HEIGHT_PX, SPANS_HEIGHT_PX = 24, 72, 124
LEAST_HALF_PX, WIDE_LEAST_HALF_PX = 0.6, 0.8
"""Half of the lowest stroke: with its round ends, a dot."""
WIDE_STROKES, SPANS_STROKES = 150, 180
NUMBERS_PX = 22
"""Height over the bands of a recording in which the numbers of its ideas stand."""
SPANS_MARGIN_PX = 8
SPAN_COLOURS = 4


class NumberedSpan(NamedTuple):
    """An idea within its recording: its number, and from where to where, in seconds."""

    number: int
    start: float
    end: float


def stroke_levels(
    peaks: bytes, start: float, end: float, strokes: int, loudness: Callable[[bytes], float] = max
) -> list[float]:
    """Return how high each of so many strokes is, 0 to 1, for a span in seconds; none where there are no peaks.

    loudness: what a stroke shows of its peaks, of which there is at least one.
    """
    first, last = max(0, int(start * PEAKS_PER_SECOND)), min(len(peaks), round(end * PEAKS_PER_SECOND))
    if last <= first or strokes < 1:
        return []
    step = (last - first) / strokes
    bounds = [first + int(stroke * step) for stroke in range(strokes)] + [last]
    loud = [loudness(peaks[a : max(b, a + 1)]) for a, b in pairwise(bounds)]
    top = max(LEAST_LOUD_BYTE, *loud)
    return [(level / top) ** CONTRAST for level in loud]


def count_strokes(seconds: float) -> int:
    """Return how many strokes the small picture of so many seconds has."""
    return max(LEAST_STROKES, min(MOST_STROKES, round(seconds * SECOND_PX / PITCH_PX)))


def _strokes(levels: Sequence[tuple[int, float]], height: float, pitch: int, least: float) -> str:
    """Return the path of strokes, each with its place from the left."""
    middle = height / 2
    reach = middle - 1
    drawn = ((place * pitch + pitch / 2, max(least, level * reach)) for place, level in levels)
    return "".join(f"M{rounded(x)} {rounded(middle - half)}V{rounded(middle + half)}" for x, half in drawn)


def _even_line(width: float, height: float) -> str:
    return f"M1.5 {rounded(height / 2)}H{rounded(width - 1.5)}"


def _played(share: float | None, height: float, content: str) -> str:
    """Return what is lit of a picture; nothing where it has never been played on this page."""
    if share is None:
        return ""
    return f'<svg class="played" width="{per_cent(share)}" height="{rounded(height)}">{content}</svg>'


def voice_wave_svg(peaks: bytes, start: float, end: float, played: float | None = None) -> str:
    """Return the small picture of an idea, as long as it is.

    peaks: of the whole recording, or of the span alone where start is 0; empty where there are none.
    start, end: seconds. played: 0 to 1.
    """
    strokes = count_strokes(end - start)
    width = strokes * PITCH_PX
    levels = stroke_levels(peaks, start, end, strokes)
    path = _strokes(list(enumerate(levels)), HEIGHT_PX, PITCH_PX, LEAST_HALF_PX) or _even_line(width, HEIGHT_PX)
    lit = _played(played, HEIGHT_PX, f'<path class="lit" d="{path}"/>')
    size = f'width="{width}" height="{HEIGHT_PX}" viewBox="0 0 {width} {HEIGHT_PX}"'
    return f'<svg class="wave" {size} aria-hidden="true"><path d="{path}"/>{lit}</svg>'


def _wide_paths(levels: Sequence[float], strokes: int, height: float, kind: str) -> str:
    """Return the strokes as two paths: narrow pages hide every other stroke, so that they never run together."""
    named = f' class="{kind}"' if kind else ""
    if not levels:
        return f'<path{named} d="{_even_line(strokes * WIDE_PITCH_PX, height)}"/>'
    placed = list(enumerate(levels))
    even, odd = (_strokes(placed[first::2], height, WIDE_PITCH_PX, WIDE_LEAST_HALF_PX) for first in (0, 1))
    return f'<path{named} d="{even}"/><path class="{f"{kind} odd".strip()}" d="{odd}"/>'


def voice_paths(peaks: bytes, seconds: float, strokes: int, height: float, kind: str) -> str:
    """Return the strokes of a voice within a larger picture, `WIDE_PITCH_PX` apart. kind: their class, or none."""
    return _wide_paths(stroke_levels(peaks, 0, seconds, strokes), strokes, height, kind)


def wide_wave_svg(
    peaks: bytes,
    start: float,
    end: float,
    *,
    strokes: int = WIDE_STROKES,
    height: int = WIDE_HEIGHT_PX,
    played: float | None = None,
) -> str:
    """Return the large picture of a voice: as wide as its place, with strokes that keep their thickness."""
    levels = stroke_levels(peaks, start, end, strokes)
    head = '<line class="head" x1="100%" x2="100%" y1="0" y2="100%" vector-effect="non-scaling-stroke"/>'
    lit = _played(played, height, _wide_paths(levels, strokes, height, "lit") + head)
    inner = f'viewBox="0 0 {strokes * WIDE_PITCH_PX} {height}" preserveAspectRatio="none"'
    paths = _wide_paths(levels, strokes, height, "")
    picture = f'<svg width="100%" height="{height}" {inner}>{paths}{lit}</svg>'
    return f'<svg class="wave wide" width="100%" height="{height}" aria-hidden="true">{picture}</svg>'


def span_colour(number: int) -> str:
    """Return the class that colours an idea of a recording: they come round again after the fourth."""
    return f"s{(number - 1) % SPAN_COLOURS + 1}"


def _span_marks(span: NumberedSpan, total: float, height: int) -> str:
    left, colour = per_cent(span.start / total), span_colour(span.number)
    place = f'x="{left}" width="{per_cent((span.end - span.start) / total)}"'
    return (
        f'<rect class="band {colour}" {place} y="{NUMBERS_PX}" height="{height - NUMBERS_PX}" rx="8"/>'
        f'<text class="number {colour}" x="{left}" dx="9" y="14">{span.number}</text>'
    )


def spans_wave_svg(
    peaks: bytes,
    spans: Sequence[NumberedSpan],
    total: float,
    *,
    played: float | None = None,
    height: int = SPANS_HEIGHT_PX,
    label: str = "",
) -> str:
    """Return the picture of a recording with its ideas as coloured, numbered spans; what is between them is quiet.

    total: length of the recording, seconds. played: 0 to 1; the head's place is one attribute, `x` of `svg.at`.
    """
    total = max(total, 1 / PEAKS_PER_SECOND)
    spans = [NumberedSpan(number, max(0, start), min(total, end)) for number, start, end in spans if start < total]
    levels = stroke_levels(peaks, 0, total, SPANS_STROKES)
    inner = height - NUMBERS_PX - 2 * SPANS_MARGIN_PX
    coloured: dict[str, list[tuple[int, float]]] = {}
    for place, level in enumerate(levels):
        second = (place + 0.5) / SPANS_STROKES * total
        within = next((span for span in spans if span.start <= second < span.end), None)
        colour = span_colour(within.number) if within else "s0"
        coloured.setdefault(f"{colour} odd" if place % 2 else colour, []).append((place, level))
    paths = "".join(
        f'<path class="{kind}" d="{_strokes(placed, inner, WIDE_PITCH_PX, WIDE_LEAST_HALF_PX)}"/>'
        for kind, placed in sorted(coloured.items())
    )
    width = SPANS_STROKES * WIDE_PITCH_PX
    paths = paths or f'<path class="s0" d="{_even_line(width, inner)}"/>'
    marks = "".join(_span_marks(span, total, height) for span in spans)
    box = f'y="{NUMBERS_PX + SPANS_MARGIN_PX}" width="100%" height="{inner}" viewBox="0 0 {width} {inner}"'
    strokes = f'<svg {box} preserveAspectRatio="none">{paths}</svg>'
    line = '<line class="head" x1="0" x2="0" y1="18" y2="100%"/>'
    head = "" if played is None else f'<svg class="at" x="{per_cent(played)}" overflow="visible">{line}</svg>'
    size = f'width="100%" height="{height}" {spoken_label(label)}'
    return f'<svg class="wave spans" {size}>{marks}{strokes}{head}</svg>'
