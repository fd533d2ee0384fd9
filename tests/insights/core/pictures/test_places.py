"""A topic's place: free, near to what is like it, and the same each time."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.core.pictures import places as place_module
from insights.core.pictures.places import MOST_ROOM, Means, choose_place
from insights.core.pictures.svg import Point

RIVER, ROBOT = np.eye(8, dtype=np.float32)[:2]
PLACES = st.tuples(st.floats(0, 1), st.floats(0, 1))


def test_like_topics_are_near_and_others_are_not() -> None:
    others: list[tuple[Point, Means | None]] = [((0.2, 0.2), RIVER), ((0.8, 0.8), ROBOT)]
    for number in range(20):
        place = choose_place(str(number), RIVER + 0.1 * ROBOT, others)
        assert MOST_ROOM - 0.001 <= math.dist(place, (0.2, 0.2)) < MOST_ROOM + 0.1


@given(taken=st.lists(PLACES, max_size=30), key=st.text(max_size=5))
def test_a_place_is_within_the_sky_and_the_same_again(taken: list[Point], key: str) -> None:
    others: list[tuple[Point, Means | None]] = [(place, None) for place in taken]
    place = choose_place(key, None, others)
    assert all(0 <= side <= 1 for side in place)
    assert choose_place(key, None, others) == place


@pytest.mark.parametrize(("count", "least"), [(12, 0.15), (120, 0.04), (300, 0.02)])
def test_many_topics_keep_apart(count: int, least: float) -> None:
    rng = np.random.default_rng(5)
    subjects = rng.normal(size=(10, 64))
    others: list[tuple[Point, Means | None]] = []
    for number in range(count):
        mean = (subjects[number % 10] + 0.5 * rng.normal(size=64)).astype(np.float32)
        others.append((choose_place(str(number), mean, others), mean))
    places = [place for place, _ in others]
    assert min(math.dist(a, b) for n, a in enumerate(places) for b in places[:n]) > least


def test_in_a_full_sky_the_emptiest_place_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place_module, "ROOM", 9)
    monkeypatch.setattr(place_module, "MOST_ROOM", 9)
    corners: list[tuple[Point, Means | None]] = [((x, y), RIVER) for x, y in ((0, 0), (0, 1), (1, 0))]
    assert math.dist(choose_place("new", RIVER, corners), (1, 1)) < 0.1
