"""When ideas come: 24 hours around, and a ring for each day of the week."""

import math
from collections.abc import Iterable
from typing import NamedTuple

from insights.core.pictures.svg import Point, lines_between, rounded, spoken_label, svg_text

SIZE_PX = 420
DAY_HOURS, WEEK_DAYS = 24, 7
INNER_PX, MARGIN_PX = 62, 34
MARK_PX = 4.2
MARKS_AN_HOUR = 6
"""Ideas of one context and weekday within ten minutes are one mark: more would cover each other."""
DAY_NAMES_HOUR = 15
LARGE_TICK_HOURS = 6
TICKS = ((0, "middle", 0, -4), (6, "start", 5, 4.5), (12, "middle", 0, 13), (18, "end", -5, 4.5), (22, "end", -2, 0))
"""Hours that are written, and how: anchor, and by how much beside the ring."""
DRAWN_CONTEXTS = frozenset({"night", "walk", "sit", "other"})


class Moment(NamedTuple):
    """When an idea came: the weekday (0 is Monday), the hour (0 to 24), and the context."""

    weekday: int
    hour: float
    context: str


def context_mark_svg(context: str, x: float, y: float, reach: float = MARK_PX) -> str:
    """Return the mark of a context: each has a shape of its own, so that colour is never the only difference."""
    if context == "walk":
        side = rounded(reach * 1.15)
        top = rounded(y - reach * 1.15)
        return f'<path class="walk" d="M{rounded(x)} {top}l{side} {side}l-{side} {side}l-{side} -{side}z"/>'
    if context == "sit":
        corner, side = f'x="{rounded(x - reach * 0.85)}" y="{rounded(y - reach * 0.85)}"', rounded(reach * 1.7)
        return f'<rect class="sit" {corner} width="{side}" height="{side}"/>'
    kind = context if context in DRAWN_CONTEXTS else "other"
    return f'<circle class="{kind}" cx="{rounded(x)}" cy="{rounded(y)}" r="{rounded(reach * 0.95)}"/>'


def _at(radius: float, hour: float) -> Point:
    """Return the point of an hour on a ring; midnight is at the top."""
    turn = (hour / DAY_HOURS - 0.25) * math.tau
    return SIZE_PX / 2 + radius * math.cos(turn), SIZE_PX / 2 + radius * math.sin(turn)


def _path_point(point: Point) -> str:
    return f"{rounded(point[0])} {rounded(point[1])}"


def _night(begin: float, end: float, inner: float, outer: float) -> str:
    """Return the shaded part, from one hour to another."""
    large = int((end - begin) % DAY_HOURS > DAY_HOURS / 2)
    over = f"A{rounded(outer)} {rounded(outer)} 0 {large} 1 {_path_point(_at(outer, end))}"
    back = f"A{rounded(inner)} {rounded(inner)} 0 {large} 0 {_path_point(_at(inner, begin))}"
    path = f"M{_path_point(_at(outer, begin))}{over}L{_path_point(_at(inner, end))}{back}Z"
    return f'<path class="dark" d="{path}"/>'


def _scale(outer: float) -> str:
    """Return the strokes of the hours, and those that are written."""
    reaches = [outer + (15 if hour % LARGE_TICK_HOURS else 18) for hour in range(DAY_HOURS)]
    strokes = lines_between((_at(outer + 12, hour), _at(reach, hour)) for hour, reach in enumerate(reaches))
    named = "".join(
        f'<text class="tick" x="{rounded(_at(outer + 18, hour)[0] + across)}" '
        f'y="{rounded(_at(outer + 18, hour)[1] + down)}" text-anchor="{anchor}">{hour}</text>'
        for hour, anchor, across, down in TICKS
    )
    return f'<path class="hour" d="{strokes}"/>{named}'


def hours_ring_svg(
    moments: Iterable[Moment], *, label: str, day_names: tuple[str, str], night: tuple[float, float] = (22, 6)
) -> str:
    """Return the rings: Monday inside, Sunday outside.

    day_names: of these two, short. night: from and until which hour.
    """
    outer = SIZE_PX / 2 - MARGIN_PX
    step = (outer - INNER_PX) / (WEEK_DAYS - 1)
    rings = "".join(
        f'<circle class="day" cx="{SIZE_PX // 2}" cy="{SIZE_PX // 2}" r="{rounded(INNER_PX + day * step)}"/>'
        for day in range(WEEK_DAYS)
    )
    drawn = sorted({(day, round(hour * MARKS_AN_HOUR), context) for day, hour, context in moments})
    marks = "".join(
        context_mark_svg(context, *_at(INNER_PX + day * step, tenth / MARKS_AN_HOUR)) for day, tenth, context in drawn
    )
    names = "".join(
        f'<text class="dayname" x="{rounded(x)}" y="{rounded(y + 4)}" text-anchor="middle">{svg_text(name)}</text>'
        for name, (x, y) in zip(day_names, (_at(INNER_PX, DAY_NAMES_HOUR), _at(outer, DAY_NAMES_HOUR)), strict=True)
    )
    middle = f'cx="{SIZE_PX // 2}" cy="{SIZE_PX // 2}"'
    still = f'<circle class="ring" {middle} r="15"/><circle class="point" {middle} r="4"/>'
    shade = _night(*night, INNER_PX - 14, outer + 12)
    size = f'viewBox="0 0 {SIZE_PX} {SIZE_PX}" {spoken_label(label)}'
    return f'<svg class="hours" {size}>{shade}{rings}{_scale(outer)}{marks}{names}{still}</svg>'
