"""All that is to be listened to as one line: each voice where it lies, a ring for each bell, topics over them."""

from collections.abc import Sequence
from typing import NamedTuple

from insights.core.pictures.label_widths import label_width
from insights.core.pictures.svg import per_cent, spoken_label, svg_text
from insights.core.pictures.waveform import WIDE_PITCH_PX, voice_paths

HEIGHT_PX, TOP_PX, VOICE_PX = 88, 26, 54
LABEL_Y, BELL_RADIUS_PX = 13, 4.5
STROKES = 270
"""In all: what the line of a wide page has room for."""
LEAST_VOICE_STROKES = 3
LABEL_PX = 14
LEAST_WIDTH_PX = 672
"""Of the line where names of topics are shown (46 rem, without its gutters): what does not fit there is left out."""
LABEL_GAP_PX = 12


class LinePart(NamedTuple):
    """An idea on the line: its seconds, and its peaks (see `waveform`) or none."""

    begin: float
    end: float
    peaks: bytes = b""


class LineName(NamedTuple):
    """The name of a topic, over the first of its ideas. at: second."""

    at: float
    name: str


def listen_line_svg(
    parts: Sequence[LinePart],
    names: Sequence[LineName],
    bells: Sequence[tuple[float, float]],
    seconds: float,
    label: str,
) -> str:
    """Return the line. bells: from where to where each rings. seconds: of all. label: the picture in words.

    How far it was played is two attributes: `width` of each `svg.played`, and `x` of `svg.at`.
    """
    total = max(seconds, 0.1)
    voices = "".join(_voice(part, total) for part in parts)
    middle = f'cy="{TOP_PX + VOICE_PX / 2}" r="{BELL_RADIUS_PX}"'
    rings = "".join(
        f'<circle class="bell" cx="{per_cent((begin + end) / 2 / total)}" {middle}/>' for begin, end in bells
    )
    ticks = "".join(_tick(one, total) for one in _fitting(names, total))
    line = f'<line class="head" x1="0" x2="0" y1="{TOP_PX - 6}" y2="{HEIGHT_PX - 4}"/>'
    head = f'<svg class="at" x="0%" overflow="visible">{line}</svg>'
    size = f'width="100%" height="{HEIGHT_PX}" {spoken_label(label)}'
    return f'<svg class="track" {size}>{voices}{rings}{ticks}{head}</svg>'


def _voice(part: LinePart, total: float) -> str:
    share = (part.end - part.begin) / total
    strokes = max(LEAST_VOICE_STROKES, round(share * STROKES))
    box = f'viewBox="0 0 {strokes * WIDE_PITCH_PX} {VOICE_PX}" preserveAspectRatio="none"'
    place = f'x="{per_cent(part.begin / total)}" y="{TOP_PX}" width="{per_cent(share)}" height="{VOICE_PX}"'
    plain, lit = (voice_paths(part.peaks, part.end - part.begin, strokes, VOICE_PX, kind) for kind in ("", "lit"))
    return (
        f'<svg class="part" {place} {box}>{plain}<svg class="played" width="0%" height="{VOICE_PX}">{lit}</svg></svg>'
    )


def _tick(one: LineName, total: float) -> str:
    place = f'data-at="{one.at:.3f}" x="{per_cent(one.at / total)}" y="{LABEL_Y}"'
    return f'<text class="tick" {place}>{svg_text(one.name)}</text>'


def _fitting(names: Sequence[LineName], total: float) -> list[LineName]:
    """Return names that cover no other one, the earlier before the later."""
    found, free = list[LineName](), 0.0
    for one in names:
        left = one.at / total * LEAST_WIDTH_PX
        right = left + label_width(one.name, is_bold=True) * LABEL_PX
        if left >= free and right <= LEAST_WIDTH_PX:
            found.append(one)
            free = right + LABEL_GAP_PX
    return found
