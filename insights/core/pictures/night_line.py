"""A night as one quiet line: each recording is a burst of voice at its hour, and morning a glow at its end."""

import math
from collections.abc import Sequence
from hashlib import sha256
from statistics import fmean
from typing import NamedTuple

from insights.core.pictures.svg import per_cent, rounded, spoken_label
from insights.core.pictures.waveform import stroke_levels

DAY_HOURS = 24
BEGIN_HOUR, END_HOUR, DAWN_HOUR = 21, 10, 7.7
TICK_HOURS = (22, 0, 2, 4, 6, 8)
HEIGHT_PX = 132
UNDER_LINE_PX, UNDER_BARE_LINE_PX = 34, 24
"""Room below the line, with hours and without."""
LEAST_BURST_STROKES, MOST_BURST_STROKES = 9, 23
STROKES_A_SECOND = 0.9
PITCH_PX = 3
MOST_UP_PX, MOST_DOWN_PX = 66, 14
EVEN_LEVEL = 0.12
"""How high a burst is of which the loudness is not known yet."""
DAWN_HEAD = 0.2
"""How long before dawn, of the whole line, its colour begins to change."""


class Burst(NamedTuple):
    """A recording on the line: its hour (0 to 24), how long it is, and its peaks (see `waveform`), or none."""

    hour: float
    seconds: float
    peaks: bytes = b""


def burst_levels(burst: Burst) -> list[float]:
    """Return how high each stroke of a burst is, 0 to 1: its voice, which rises and falls at both ends."""
    strokes = max(LEAST_BURST_STROKES, min(MOST_BURST_STROKES, round(burst.seconds * STROKES_A_SECOND)))
    levels = stroke_levels(burst.peaks, 0, burst.seconds, strokes, fmean)
    tapered = [math.sin(math.pi * (stroke + 0.7) / (strokes + 0.4)) ** 0.55 for stroke in range(strokes)]
    if not levels:
        return [EVEN_LEVEL] * strokes
    return [level * taper for level, taper in zip(levels, tapered, strict=True)]


def place_on_line(hour: float, begin: float = BEGIN_HOUR, end: float = END_HOUR) -> float:
    """Return where an hour is on the line, 0 to 1; what lies just before its beginning stands there."""
    hours = (end - begin) % DAY_HOURS or DAY_HOURS
    after = (hour - begin) % DAY_HOURS
    return min(1.0, after / hours) if after <= (hours + DAY_HOURS) / 2 else 0.0


def _burst_path(burst: Burst, base: int) -> str:
    levels = burst_levels(burst)
    left, up = -len(levels) * PITCH_PX / 2 + PITCH_PX / 2, min(MOST_UP_PX, base - 12)
    strokes = ((left + place * PITCH_PX, base - 2 - level * up, level) for place, level in enumerate(levels))
    return "".join(f"M{rounded(x)} {rounded(y)}V{rounded(base + 1 + level * MOST_DOWN_PX)}" for x, y, level in strokes)


def night_line_svg(
    bursts: Sequence[Burst],
    *,
    label: str,
    begin: float = BEGIN_HOUR,
    end: float = END_HOUR,
    question: float | None = None,
    dawn: float = DAWN_HOUR,
    ticks: Sequence[int] = TICK_HOURS,
    height: int = HEIGHT_PX,
    is_dim: bool = False,
) -> str:
    """Return a night's line. All hours are of the night's own clock, 0 to 24; label: what the picture says, in words.

    question: when the evening question was asked. is_dim: the night is over; its bursts grow pale.
    """

    def place(hour: float) -> float:
        return place_on_line(hour, begin, end)

    base = height - (UNDER_LINE_PX if ticks else UNDER_BARE_LINE_PX)
    bursts = sorted(bursts)
    dim = " dim" if is_dim else ""
    drawn = "".join(
        f'<svg x="{per_cent(place(burst.hour))}" overflow="visible">'
        f'<path class="burst{dim}" d="{_burst_path(burst, base)}"/></svg>'
        for burst in bursts
    )
    named = "".join(
        f'<text class="tick" x="{per_cent(place(tick))}" y="{height - 8}" text-anchor="middle">{tick}</text>'
        for tick in ticks
    )
    asked = ""
    if question is not None:
        asked = f'<circle class="asked" cx="{per_cent(place(question))}" cy="{base}" r="4.5"/>'
    light = place(dawn)
    key = "n" + sha256(f"{label}{drawn}{base}{light}".encode(errors="replace")).hexdigest()[:8]
    stops = (
        '<stop class="line-0" offset="0"/><stop class="line-a" offset=".06"/>'
        f'<stop class="line-a" offset="{max(0.0, light - DAWN_HEAD):.2f}"/><stop class="line-b" offset="{light:.2f}"/>'
        '<stop class="line-0" offset="1"/>'
    )
    glow = '<stop class="dawn-a" offset="0"/><stop class="dawn-m" offset=".45"/><stop class="dawn-b" offset="1"/>'
    defined = (
        f'<defs><linearGradient id="{key}" x1="0" x2="1">{stops}</linearGradient>'
        f'<radialGradient id="{key}g">{glow}</radialGradient></defs>'
    )
    morning = (
        f'<svg width="100%" height="{base}" overflow="hidden"><ellipse cx="{per_cent(light)}" cy="{base}" rx="16%" '
        f'ry="{rounded(base * 0.8)}" fill="url(#{key}g)"/></svg>'
    )
    line = f'<rect x="0" y="{rounded(base - 0.5)}" width="100%" height="1" fill="url(#{key})"/>'
    size = f'width="100%" height="{height}" {spoken_label(label)}'
    return f'<svg class="night" {size}>{defined}{morning}{line}{named}{asked}{drawn}</svg>'
