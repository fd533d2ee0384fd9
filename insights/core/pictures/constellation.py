"""A topic's constellation: its stars have places that the topic's key and the idea's key decide, and nothing else.

The first five ideas to come are the topic's sign, the shape it is known by: five points, well apart, of the topic
alone. Each later idea has a place of its own around them. So a new idea moves no star, and it does not matter in which
order ideas are given. Lines are drawn as stars come, each new one to the nearest that is there.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from insights.core.pictures.svg import Point, fractions, lines_between, rounded, svg_text

SIGN_POINTS = 5
SIGN_TRIES = 90
SIGN_LEAST_GAP, GAP_GIVEN_UP_A_TRY = 0.58, 0.004
"""How far apart the points of a sign are at least, in its own radius, and by how much less after each try in vain."""
LEAST_SLIM = 0.45
"""How slender a sign may be: each has its own lean and slenderness, so that signs are told apart at 18 pixels."""
OUTER_PLACES, OUTER_STEP = 64, 7
"""Places around the sign, laid out as a sunflower's seeds (Vogel 1979), and by how many one is missed that is taken."""
GOLDEN_TURN = math.pi * (3 - math.sqrt(5))
REACH = 1.62
"""How far the stars of a topic reach, in radii of its sign."""
STRAY = 0.1
"""By how much a star strays from its place at most: ideas that share a place are a double star."""
SIGN_KEEPS_FREE = 0.22
SIGN_SIZE_PX = 28
SIGN_MARGIN_PX = 3.2
SIGN_STAR_PX, SIGN_NEWEST_PX = 1.7, 2.5
SIGN_LEAST_STARS = 2
AGE_DAYS = (1, 8, 40)
"""Days from which a star is of the next age: those of last night are lit."""
AGE_RADII_PX = (2.5, 1.9, 1.45, 1.05)
OWN_SKY_PX = 216
OWN_SKY_MARGIN_PX, OWN_SKY_STAR = 14, 1.7
HALO = 2.15
"""Radius of the halo of a star of last night, in its own."""


class Star(NamedTuple):
    """An idea in the sky. joined: when it came to its topic, in any unit that grows. age: see `star_age`."""

    key: str
    joined: float
    age: int


def star_age(days: float) -> int:
    """Return the age of a star, 0 (last night) to 3, of an idea that was spoken so many days ago."""
    return bisect_right(AGE_DAYS, days)


@lru_cache(maxsize=4096)
def sign_points(key: str) -> tuple[Point, ...]:
    """Return the five points of a topic's sign, within a radius of 1."""
    numbers = fractions("sign", key)
    slim = LEAST_SLIM + (1 - LEAST_SLIM) * next(numbers)
    lean = math.pi * next(numbers)
    points: list[Point] = []
    for _ in range(SIGN_POINTS):
        for attempt in range(SIGN_TRIES):
            reach = math.sqrt(0.02 + 0.98 * next(numbers))
            point = _turned(reach, math.tau * next(numbers), slim, lean)
            if all(math.dist(point, other) > SIGN_LEAST_GAP - attempt * GAP_GIVEN_UP_A_TRY for other in points):
                break
        points.append(point)
    return tuple(points)


def _turned(reach: float, turn: float, slim: float, lean: float) -> Point:
    """Return a point of an ellipse that leans."""
    u, v = reach * math.cos(turn), reach * math.sin(turn) * slim
    return u * math.cos(lean) - v * math.sin(lean), u * math.sin(lean) + v * math.cos(lean)


def outer_point(topic: str, idea: str) -> Point:
    """Return the place of an idea that is none of the topic's first, within a radius of `REACH`."""
    first, turn, away = islice(fractions("star", topic, idea), 3)
    place = int(first * OUTER_PLACES)
    around = sign_points(topic)
    for _ in range(OUTER_PLACES):
        reach = REACH * math.sqrt((place + 0.5) / OUTER_PLACES)
        seat = reach * math.cos(place * GOLDEN_TURN), reach * math.sin(place * GOLDEN_TURN)
        if all(math.dist(seat, point) > SIGN_KEEPS_FREE + STRAY for point in around):
            break
        place = (place + OUTER_STEP) % OUTER_PLACES
    stray = STRAY * math.sqrt(away)
    x, y = seat[0] + stray * math.cos(math.tau * turn), seat[1] + stray * math.sin(math.tau * turn)
    over = max(1.0, math.hypot(x, y) / REACH)
    return x / over, y / over


def shortest_tree(points: Sequence[Point]) -> list[tuple[int, int]]:
    """Return the shortest tree through some points, as pairs of their numbers (Prim 1957)."""
    inside, outside, edges = [0], set(range(1, len(points))), []
    while outside:
        pairs = ((a, b) for a in inside for b in sorted(outside))
        a, b = min(pairs, key=lambda pair: math.dist(points[pair[0]], points[pair[1]]))
        inside.append(b)
        outside.remove(b)
        edges.append((a, b))
    return edges


class Constellation(NamedTuple):
    """A topic's stars, the first that came first: their ages, their places in radii of the sign, and lines between."""

    ages: list[int]
    points: list[Point]
    lines: list[tuple[int, int]]


def constellation(topic: str, stars: Sequence[Star], size: int) -> Constellation:
    """Return where a topic's stars are.

    stars: all of the topic, or the last that came. size: how many ideas it has. Those of its first five that are not
    among the stars are there as old ones, because the sign is what the topic is known by.
    """
    before = max(0, size - len(stars))
    sign = sign_points(topic)
    points = list(sign[:before])
    ages = [len(AGE_DAYS)] * len(points)
    for number, star in enumerate(sorted(stars, key=lambda star: (star.joined, star.key)), start=before):
        points.append(sign[number] if number < SIGN_POINTS else outer_point(topic, star.key))
        ages.append(star.age)
    lines = shortest_tree(points[:SIGN_POINTS])
    for number in range(SIGN_POINTS, len(points)):
        nearest = min(range(number), key=lambda other: math.dist(points[other], points[number]))
        lines.append((nearest, number))
    return Constellation(ages, points, lines)


def stars_svg(ages: Sequence[int], points: Sequence[Point], scale: float) -> str:
    """Return the dots of stars; those of last night have a halo. scale: of their radii."""
    drawn = []
    for age, (x, y) in zip(ages, points, strict=True):
        at = f'cx="{rounded(x)}" cy="{rounded(y)}"'
        radius = AGE_RADII_PX[age] * scale
        if not age:
            drawn.append(f'<circle class="halo" {at} r="{rounded(radius * HALO)}"/>')
        drawn.append(f'<circle class="a{age}" {at} r="{radius:.2g}"/>')
    return "".join(drawn)


@lru_cache(maxsize=4096)
def topic_sign_svg(key: str, size: int, px: int = SIGN_SIZE_PX, *, has_new: bool = False, kind: str = "sign") -> str:
    """Return the small picture that stands before a topic's name: its first stars, at most five.

    key: the topic's. size: how many ideas it has. has_new: something came last night. kind: classes of the picture.
    """
    points = sign_points(key)[: max(SIGN_LEAST_STARS, min(SIGN_POINTS, size))]
    across, down = [x for x, _ in points], [y for _, y in points]
    reach = max(max(across) - min(across), max(down) - min(down)) / 2 or 1
    middle = (max(across) + min(across)) / 2, (max(down) + min(down)) / 2
    scale = (px / 2 - SIGN_MARGIN_PX) / reach
    at = [(px / 2 + (x - middle[0]) * scale, px / 2 + (y - middle[1]) * scale) for x, y in points]
    *others, (x, y) = at
    small, large = (rounded(radius * px / SIGN_SIZE_PX) for radius in (SIGN_STAR_PX, SIGN_NEWEST_PX))
    dots = "".join(f'<circle cx="{rounded(a)}" cy="{rounded(b)}" r="{small}"/>' for a, b in others)
    lit = ' class="new"' if has_new else ""
    dots += f'<circle{lit} cx="{rounded(x)}" cy="{rounded(y)}" r="{large}"/>'
    path = lines_between((at[a], at[b]) for a, b in shortest_tree(at))
    box = f'width="{px}" height="{px}" viewBox="0 0 {px} {px}"'
    return f'<svg class="{svg_text(kind)}" {box} aria-hidden="true"><path d="{path}"/>{dots}</svg>'


@lru_cache(maxsize=256)
def topic_sky_svg(key: str, stars: tuple[Star, ...], size: int, px: int = OWN_SKY_PX) -> str:
    """Return a topic's own constellation, for its page. stars, size: see `constellation`."""
    ages, points, lines = constellation(key, stars, size)
    scale = (px / 2 - OWN_SKY_MARGIN_PX) / REACH
    at = [(px / 2 + x * scale, px / 2 + y * scale) for x, y in points]
    thread = f'<path class="thread" d="{lines_between((at[a], at[b]) for a, b in lines)}"/>'
    box = f'viewBox="0 0 {px} {px}" width="{px}" height="{px}"'
    return f'<svg class="sky one" {box} aria-hidden="true">{thread}{stars_svg(ages, at, OWN_SKY_STAR)}</svg>'


def unsorted_sign_svg(px: int = SIGN_SIZE_PX) -> str:
    """Return the small picture of what is in no topic: a single point."""
    middle = f'cx="{rounded(px / 2)}" cy="{rounded(px / 2)}" r="2"'
    box = f'width="{px}" height="{px}" viewBox="0 0 {px} {px}"'
    return f'<svg class="sign" {box} aria-hidden="true"><circle {middle}/></svg>'
