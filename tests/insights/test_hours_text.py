"""One sentence says what the picture of the hours shows; the table says the same in numbers."""

import pytest

from insights.core.pictures.hours_ring import Moment
from insights.hours_text import describe_hours, hours_table


def moments(*hours: float, context: str = "other") -> list[Moment]:
    return [Moment(number % 7, hour, context) for number, hour in enumerate(hours)]


@pytest.mark.parametrize(
    ("came", "sentence"),
    [
        ([], "Nothing to show yet."),
        (moments(3, 3), "Your first ideas: too few yet to say when they come."),
        (moments(2.1, 2.9, 3.2, 3.5, 3.9, 2, 7, 19, 12), "Most of your ideas come between two and four."),
        (moments(23, 23.5, 0, 0.4, 1.9, 20.9, 7, 12), "Most of your ideas come between 23 and two."),
        (moments(22, 23, 22, 23, 22, 23, 7, 12), "Most of your ideas come between 22 and midnight."),
        (moments(17, 18, 17, 18, 17, 18, 7, 12), "Most of your ideas come between 17 and 19."),
        (moments(1, 4, 7, 10, 13, 16, 19, 22, context="walk"), "Most of your ideas come on a walk."),
        (moments(1, 4, 7, 10, 13, 16, 19, 22), "Your ideas come at all hours."),
    ],
)
def test_it_says_where_most_lie(came: list[Moment], sentence: str) -> None:
    assert describe_hours(came) == sentence


def test_the_table_has_each_idea_once() -> None:
    table = hours_table([Moment(0, 3.2, "night"), Moment(0, 5.99, "night"), Moment(6, 23.9, "other")])
    assert table == [[2, 0, 0, 0], *[[0, 0, 0, 0]] * 5, [0, 0, 0, 1]]
