"""A star has its place from two keys alone."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.core.pictures.constellation import (
    REACH,
    SIGN_POINTS,
    Star,
    constellation,
    outer_point,
    shortest_tree,
    sign_points,
    star_age,
    topic_sign_svg,
    topic_sky_svg,
)
from insights.core.pictures.svg import Point

KEYS = st.text(max_size=8)
STARS = st.lists(st.builds(Star, KEYS, st.integers(0, 50), st.integers(0, 3)), unique_by=lambda star: star.key)


def places(stars: list[Star], topic: str = "t") -> dict[str, Point]:
    ordered = sorted(stars, key=lambda star: (star.joined, star.key))
    points = constellation(topic, stars, len(stars)).points
    return {star.key: point for star, point in zip(ordered, points, strict=True)}


@given(stars=STARS)
def test_a_new_idea_moves_no_star(stars: list[Star]) -> None:
    before = places(stars)
    after = places([*stars, Star("the new one", 51, 0)])
    assert {key: after[key] for key in before} == before


@given(stars=STARS, data=st.data())
def test_it_does_not_matter_in_which_order_ideas_are_given(stars: list[Star], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(stars))
    assert constellation("t", shuffled, len(stars)) == constellation("t", stars, len(stars))
    assert topic_sky_svg("t", tuple(shuffled), 90) == topic_sky_svg("t", tuple(stars), 90)


def test_an_idea_that_leaves_moves_no_later_one() -> None:
    stars = [Star(str(number), number, 2) for number in range(20)]
    before, after = places(stars), places([star for star in stars if star.key != "12"])
    assert {key: before[key] for key in after} == after


def test_the_last_ideas_stand_where_they_stand_among_all() -> None:
    stars = [Star(f"{number:02}", number, 2) for number in range(40)]
    whole, last = places(stars), constellation("t", stars[-6:], 40)
    assert last.points == [*sign_points("t"), *(whole[star.key] for star in stars[-6:])]
    assert last.ages[:SIGN_POINTS] == [3] * SIGN_POINTS


@given(topic=KEYS, idea=KEYS)
def test_every_star_is_within_reach(topic: str, idea: str) -> None:
    assert math.hypot(*outer_point(topic, idea)) <= REACH + 1e-9
    assert all(math.hypot(*point) <= 1 + 1e-9 for point in sign_points(topic))


@given(topic=KEYS)
def test_points_of_a_sign_are_apart(topic: str) -> None:
    points = sign_points(topic)
    assert min(math.dist(a, b) for a in points for b in points if a != b) > 0.2


@given(stars=STARS)
def test_lines_join_all_stars_of_a_topic(stars: list[Star]) -> None:
    drawn = constellation("t", stars, len(stars))
    joined = {0}
    for _ in drawn.lines:
        joined |= {b for a, b in drawn.lines if a in joined} | {a for a, b in drawn.lines if b in joined}
    assert len(drawn.lines) == max(0, len(stars) - 1)
    assert not stars or joined == set(range(len(stars)))


def test_a_tree_of_a_row_follows_it() -> None:
    assert shortest_tree([(0, 0), (1, 0), (2, 0), (3.1, 0)]) == [(0, 1), (1, 2), (2, 3)]


@pytest.mark.parametrize(("days", "age"), [(0.3, 0), (1, 1), (7.9, 1), (8, 2), (40, 3), (900, 3), (-1, 0)])
def test_stars_age(days: float, age: int) -> None:
    assert star_age(days) == age


def test_a_sign_keeps_its_shape_as_ideas_come() -> None:
    assert topic_sign_svg("t", 5) == topic_sign_svg("t", 500)
    assert topic_sign_svg("t", 1).count("<circle") == 2
    assert 'class="new"' in topic_sign_svg("t", 5, has_new=True)
