"""The head of Today says how much was said, and never what is undone."""

from datetime import UTC, datetime

import pytest

from insights.night_text import describe_night, describe_night_line


@pytest.mark.parametrize(
    ("at_night", "by_day", "topics", "sentence"),
    [
        (7, 2, 3, "Seven ideas from last night, three topics."),
        (1, 0, 1, "One idea from last night, one topic."),
        (2, 0, 0, "Two ideas from last night."),
        (0, 13, 2, "13 ideas since yesterday, two topics."),
        (0, 0, 0, "A quiet night. Nothing came in."),
    ],
)
def test_numbers_up_to_twelve_are_words(at_night: int, by_day: int, topics: int, sentence: str) -> None:
    assert describe_night(at_night, by_day, topics) == sentence


def test_a_night_that_is_not_over_is_this_one() -> None:
    assert describe_night(7, 2, 3, tonight=2) == "Two ideas tonight, three topics."
    assert describe_night(0, 0, 0, tonight=1) == "One idea tonight."
    clock = datetime(2026, 11, 29, 22, 15, tzinfo=UTC)
    assert describe_night_line([clock], is_tonight=True).startswith("Tonight from nine in the evening")
