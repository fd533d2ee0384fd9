"""Tidying: what waited finds company, untouched near-duplicates become one, and nothing else moves."""

import numpy as np
import pytest

from insights.core.topics.apply_constraints import bar, keep_apart, keep_whole, touch
from insights.core.topics.consolidate import tidy
from insights.core.topics.index import Map, Thought
from insights.core.topics.propose import proposals
from tests.support.idea_features import empty_map, made_up


def two_topics_of_one_theme() -> Map:
    """Return a map in which the garden stands twice, and the office once."""
    here = empty_map()
    for n, (topic, theme) in enumerate([("a", "garden"), ("b", "garden"), ("c", "office")] * 4):
        if topic not in here.topics:
            here.make(topic)
        here.put(here.add(made_up(n, theme, n)), topic)
    return here


def test_near_duplicates_become_one_and_the_older_keeps_its_id() -> None:
    here = two_topics_of_one_theme()
    assert tidy(here).merged == [("a", "b")]
    assert set(here.topics) == {"a", "c"}
    assert len(here.topics["a"].members) == 8


def test_a_topic_that_a_person_touched_is_not_merged_but_it_is_proposed() -> None:
    for touched in ("a", "b"):
        here = two_topics_of_one_theme()
        touch(here, touched)
        assert tidy(here).merged == []
        assert [(one.topic, one.other) for one in proposals(here).merges] == [("a", "b")]


def test_what_is_never_to_be_merged_is_not_proposed_either() -> None:
    here = two_topics_of_one_theme()
    keep_apart(here, "a", "b")
    assert tidy(here).merged == []
    assert proposals(here).merges == []


def test_an_idea_that_waited_is_placed() -> None:
    here = two_topics_of_one_theme()
    index = here.add(made_up("late", "office", 99))
    assert here.topic_of[index] is None
    assert tidy(here).placed == {index: "c"}


def test_one_that_a_person_left_unsorted_is_not() -> None:
    here = two_topics_of_one_theme()
    index = here.add(made_up("late", "office", 99))
    here.settled[index] = True
    here.put(index, None)
    assert tidy(here).placed == {}


@pytest.mark.parametrize("in_between", [0, 2])
def test_two_ideas_that_say_little_of_the_same_meet_by_what_lies_between_them(in_between: int) -> None:
    here = empty_map()
    here.make("between")
    for n in range(in_between):
        here.put(here.add(pointing(n, 45)), "between")
    apart = [here.add(pointing(angle, angle)) for angle in (0, 85)]
    for index in apart:
        bar(here, index, "between")
    assert len(tidy(here).placed) == in_between


def pointing(key: object, degrees: float) -> Thought:
    """Return an idea without words, in a direction of the first two dimensions."""
    angle = np.radians(degrees)
    return Thought(key, np.array([np.cos(angle), np.sin(angle), 0, 0, 0, 0], dtype=np.float32), {})


def test_nothing_is_tidied_where_there_is_nothing() -> None:
    assert tidy(empty_map()).placed == {}


def test_a_topic_that_grew_too_wide_is_proposed_to_be_split() -> None:
    here = empty_map()
    here.make("all")
    for n in range(24):
        here.put(here.add(made_up(n, ("garden", "boat")[n % 2], n)), "all")
    here.lay_anew()
    (split,) = proposals(here).splits
    assert sorted(split.members) in (list(range(0, 24, 2)), list(range(1, 24, 2)))
    keep_whole(here, "all")
    assert proposals(here).splits == []
