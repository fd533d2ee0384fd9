"""All topics as constellations, each at its own place: no new idea moves it, and near topics are near.

The picture is drawn once, in units that are the pixels of the narrowest page (`SIZE_PX`); wider pages enlarge it and
set labels in a smaller font of these units, so what is apart stays apart. Labels go to the freshest topics first. One
that finds no place on the narrow page is tried in the smaller font (class `wide`); one that finds none there either
shows while its topic is pointed at (class `hover`), and stands in the list beside the sky.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from insights.core.pictures.constellation import REACH, Star, constellation, stars_svg
from insights.core.pictures.sky_labels import Box, Ground, Label, find_label_place, folded_label, hover_label
from insights.core.pictures.svg import Point, fractions, lines_between, rounded, svg_text

SIZE_PX = 360
FONT_PX, WIDE_FONT_PX = 12.5, 8.4
"""The stylesheet's: `.sky text`, and in a wide container."""
LABEL_KINDS = ("", "wide", "hover")
"""Where a label shows: everywhere, on wide pages, or only while its topic is pointed at."""
LINE_PX, WIDE_LINE_PX = 92.0, 74.0
MOST_ISLAND_PX = 29.0
"""Radius of a topic's stars, where nobody is near."""
ISLAND_SHARE = 0.42
"""Radius of a topic's stars, in the distance of the topic that is nearest to it."""
LEAST_ISLAND_PX = 3.0
EDGE_PX, FOOT_PX = 30.0, 40.0
"""How far the middle of a topic stays from the border, and from the lower one, under which its label stands."""
MOST_TOPICS = 150
"""Topics of one sky, the freshest and largest; the others stand in the list beside it."""
MOST_STARS = 600
"""Stars of one sky; where there are more ideas, each topic shows its last ones and its sign."""
LEAST_STARS_A_TOPIC, MOST_STARS_A_TOPIC = 3, 40
FULL_STAR_ISLAND_PX, LEAST_STAR_SCALE = 20.0, 0.55
"""Radius of a topic's stars below which each star is drawn smaller, and how much smaller at most."""
MOST_LONE_STARS = 150
CHART_RADII = (0.17, 0.33, 0.49)
CHART_LINES = 6


class SkyTopic(NamedTuple):
    """A topic in the sky. place: its stored one, from the left and from the top, 0 to 1.

    stars: all of its ideas, or the last ones. size: how many ideas it has.
    """

    key: str
    name: str
    href: str
    place: Point
    stars: tuple[Star, ...]
    size: int


class _Island(NamedTuple):
    """A topic as it is drawn."""

    topic: SkyTopic
    ages: list[int]
    points: list[Point]
    lines: list[tuple[int, int]]
    scale: float

    @property
    def is_fresh(self) -> bool:
        """Whether something in it is from last night."""
        return 0 in self.ages


def stars_a_topic(topics: int) -> int:
    """Return how many stars of each topic are drawn, the last ones, where there are so many topics."""
    return max(LEAST_STARS_A_TOPIC, min(MOST_STARS_A_TOPIC, MOST_STARS // max(1, topics)))


def middle_of(place: Point) -> Point:
    """Return where in the picture the middle of a topic with a place is."""
    return EDGE_PX + place[0] * (SIZE_PX - 2 * EDGE_PX), EDGE_PX + place[1] * (SIZE_PX - EDGE_PX - FOOT_PX)


def _islands(topics: Sequence[SkyTopic]) -> list[_Island]:
    """Return topics with their stars where they are drawn: each as large as its nearest neighbour allows."""
    middles = [middle_of(topic.place) for topic in topics]
    made = []
    for number, (topic, middle) in enumerate(zip(topics, middles, strict=True)):
        nearest = min((math.dist(middle, other) for at, other in enumerate(middles) if at != number), default=math.inf)
        radius = max(LEAST_ISLAND_PX, min(MOST_ISLAND_PX, nearest * ISLAND_SHARE))
        last = sorted(topic.stars, key=lambda star: (star.joined, star.key))[-stars_a_topic(len(topics)) :]
        ages, points, lines = constellation(topic.key, last, max(topic.size, len(topic.stars)))
        drawn = [(middle[0] + x * radius / REACH, middle[1] + y * radius / REACH) for x, y in points]
        scale = max(LEAST_STAR_SCALE, min(1, radius / FULL_STAR_ISLAND_PX))
        made.append(_Island(topic, ages, drawn, lines, scale))
    return made


def _chart() -> str:
    """Return the faint rings and rays behind the stars."""
    half = SIZE_PX // 2
    rings = "".join(
        f'<circle class="chart" cx="{half}" cy="{half}" r="{round(radius * SIZE_PX)}"/>' for radius in CHART_RADII
    )
    rays = []
    for ray in range(CHART_LINES):
        turn, far = math.pi * ray / CHART_LINES, CHART_RADII[-1] * SIZE_PX
        x, y = math.cos(turn) * far, math.sin(turn) * far
        rays.append(((half - x, half - y), (half + x, half + y)))
    return f'{rings}<path class="chart" d="{lines_between(rays)}"/>'


def _lone_stars(keys: Sequence[str]) -> str:
    """Return ideas without a topic as single points where their keys say: ends of lines without length."""
    drawn = []
    for key in sorted(keys)[:MOST_LONE_STARS]:
        numbers = fractions("lone", key)
        x, y = (SIZE_PX * (0.03 + 0.94 * next(numbers)) for _ in range(2))
        drawn.append(f"M{rounded(x)} {rounded(y)}v.01")
    return f'<path class="lone" d="{"".join(drawn)}"/>' if drawn else ""


def sky_labels(islands: Sequence[_Island]) -> list[tuple[Label, str]]:
    """Return each topic's label and its class: of the narrow page (""), "wide" or "hover". None covers another."""
    stars = [point for island in islands for point in island.points]
    placed: dict[int, tuple[Label, str]] = {}
    ground = Ground(stars)
    for font, line, kind in ((FONT_PX, LINE_PX, ""), (WIDE_FONT_PX, WIDE_LINE_PX, "wide")):
        if kind:
            ground = Ground(stars)
            for label, _ in placed.values():
                ground.take(_shrunk(label.box, WIDE_FONT_PX / FONT_PX))
        for number, island in enumerate(islands):
            if number not in placed:
                lines = folded_label(island.topic.name, font, line, is_bold=island.is_fresh)
                found = find_label_place(island.points, lines, font, ground, SIZE_PX, is_bold=island.is_fresh)
                if found:
                    placed[number] = found, kind
                    ground.take(found.box)
    return [
        placed.get(number) or (hover_label(island.topic.name, island.points, WIDE_FONT_PX, SIZE_PX), "hover")
        for number, island in enumerate(islands)
    ]


def _shrunk(box: Box, by: float) -> Box:
    """Return a box of the narrow page as it is in the wide one: about its middle, as much smaller as the font."""
    x, y, across, down = (
        (box.left + box.right) / 2,
        (box.top + box.bottom) / 2,
        box.right - box.left,
        box.bottom - box.top,
    )
    return Box(x - across * by / 2, y - down * by / 2, x + across * by / 2, y + down * by / 2)


def _island_svg(island: _Island, label: Label, kind: str) -> str:
    """Return a topic as a link: its lines, its stars, and its label before the sky's own colour."""
    topic, (x, y), box = island.topic, label.middle, label.box
    thread = lines_between((island.points[a], island.points[b]) for a, b in island.lines)
    rows = len(label.lines)
    spans = " ".join(
        f'<tspan x="{rounded(x)}" dy="{1.16 if row else 0.35 - 0.58 * (rows - 1):.2f}em">{svg_text(line)}</tspan>'
        for row, line in enumerate(label.lines)
    )
    classes = " ".join(filter(None, ("fresh" if island.is_fresh else "", kind)))
    named = f' class="{classes}"' if classes else ""
    is_whole = not kind and " ".join(label.lines) == " ".join(topic.name.split())
    said = "" if is_whole else f' aria-label="{svg_text(topic.name)}"'
    hit = (
        f'<rect class="{f"hit {kind}".strip()}" x="{rounded(box.left)}" y="{rounded(box.top)}" '
        f'width="{rounded(box.right - box.left)}" height="{rounded(box.bottom - box.top)}" rx="5"/>'
    )
    return (
        f'<a href="{svg_text(topic.href)}"{said}><path class="thread" d="{thread}"/>'
        f"{stars_svg(island.ages, island.points, island.scale)}{hit}"
        f'<text{named} text-anchor="middle" y="{rounded(y)}">{spans}</text></a>'
    )


@lru_cache(maxsize=16)
def sky_svg(topics: tuple[SkyTopic, ...], lone: tuple[str, ...] = (), *, label: str) -> str:
    """Return the map of topics; those without any idea are not in it. lone: keys of ideas without a topic."""
    order = sorted(
        (topic for topic in topics if topic.stars),
        key=lambda topic: (min(star.age for star in topic.stars) > 0, -topic.size, topic.key),
    )[:MOST_TOPICS]
    islands = _islands(order)
    drawn = [
        (LABEL_KINDS.index(kind), _island_svg(island, found, kind))
        for island, (found, kind) in zip(islands, sky_labels(islands), strict=True)
    ]
    # What shows only while it is pointed at is drawn later, so that it then lies over all that stands.
    links = "".join(link for _, link in sorted(drawn, key=lambda one: one[0]))
    size = f'viewBox="0 0 {SIZE_PX} {SIZE_PX}" role="group" aria-label="{svg_text(label)}"'
    return f'<svg class="sky" {size}>{_chart()}{_lone_stars(lone)}{links}</svg>'
