"""Days of many sits that follow one another are one retreat; all other days stand alone."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from capture.core.retreats import MANY_SITS, group_sit_days

FIRST = date(2026, 10, 30)


def days(*numbers: int) -> list[tuple[date, int]]:
    return [(FIRST + timedelta(days=number), sits) for number, sits in enumerate(numbers) if sits]


def spans(*numbers: int) -> list[tuple[int, int]]:
    return [((one.first - FIRST).days, (one.last - FIRST).days) for one in group_sit_days(days(*numbers))]


def test_days_of_many_sits_are_one() -> None:
    assert spans(1, 6, 7, 6, 2, 1) == [(0, 0), (1, 3), (4, 4), (5, 5)]


def test_a_day_without_sits_parts_them() -> None:
    assert spans(6, 6, 0, 6) == [(0, 1), (3, 3)]
    assert [one.is_retreat for one in group_sit_days(days(6, 6, 0, 6))] == [True, False]


def test_everyday_sitting_is_none() -> None:
    assert spans(2, 3, 2) == [(0, 0), (1, 1), (2, 2)]


@given(st.lists(st.integers(0, 2 * MANY_SITS), max_size=30))
def test_each_day_is_in_one_and_all_of_a_retreat_are_full(numbers: list[int]) -> None:
    asked = days(*numbers)
    found = group_sit_days(asked)
    covered = [one.first + timedelta(days=n) for one in found for n in range((one.last - one.first).days + 1)]
    assert covered == [day for day, _sits in asked]
    assert all(dict(asked)[day] >= MANY_SITS for one in found if one.is_retreat for day in (one.first, one.last))
