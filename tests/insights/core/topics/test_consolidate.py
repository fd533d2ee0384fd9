"""Tidying: what waited finds company, untouched near-duplicates become one, and nothing else moves."""

import numpy as np
import pytest

from insights.core.topics.consolidate import consolidate_index
from insights.core.topics.idea_traits import IdeaFeatures
from insights.core.topics.index import TopicIndex
from insights.core.topics.propose import find_proposals
from tests.support.constraint_oracle import bar, keep_apart, keep_whole, touch
from tests.support.idea_features import empty_map, made_up


def two_topics_of_one_theme() -> TopicIndex:
    """Return a map in which the garden stands twice, and the office once."""
    index = empty_map()
    for n, (topic, theme) in enumerate([("a", "garden"), ("b", "garden"), ("c", "office")] * 4):
        if topic not in index.topics:
            index.add_topic(topic)
        index.put(index.add(made_up(n, theme, n)), topic)
    return index


def test_near_duplicates_become_one_and_the_older_keeps_its_id() -> None:
    index = two_topics_of_one_theme()
    assert consolidate_index(index).merged == [("a", "b")]
    assert set(index.topics) == {"a", "c"}
    assert len(index.topics["a"].members) == 8


def test_a_topic_that_a_person_touched_is_not_merged_but_it_is_proposed() -> None:
    for touched in ("a", "b"):
        index = two_topics_of_one_theme()
        touch(index, touched)
        assert consolidate_index(index).merged == []
        assert [(one.topic, one.other) for one in find_proposals(index).merges] == [("a", "b")]


def test_what_is_never_to_be_merged_is_not_proposed_either() -> None:
    index = two_topics_of_one_theme()
    keep_apart(index, "a", "b")
    assert consolidate_index(index).merged == []
    assert find_proposals(index).merges == []


def test_an_idea_that_waited_is_placed() -> None:
    index = two_topics_of_one_theme()
    position = index.add(made_up("late", "office", 99))
    assert index.topic_of(position) is None
    assert consolidate_index(index).placed == {position: "c"}


def test_it_finds_a_topic_of_few_ideas_by_its_name_too() -> None:
    index = empty_map()
    index.add_topic("mine", touched=True)
    index.put(index.add(pointing("first", 90)), "mine")
    position = index.add(pointing("late", 0))
    assert consolidate_index(index).placed == {}
    index.name_topics({"mine": pointing("name", 0).vector})
    assert consolidate_index(index).placed == {position: "mine"}


def test_one_that_a_person_left_unsorted_is_not() -> None:
    index = two_topics_of_one_theme()
    position = index.add(made_up("late", "office", 99))
    index.settle(position, by_person=True)
    index.put(position, None)
    assert consolidate_index(index).placed == {}


@pytest.mark.parametrize("in_between", [0, 2])
def test_two_ideas_that_say_little_of_the_same_meet_by_what_lies_between_them(in_between: int) -> None:
    index = empty_map()
    index.add_topic("between")
    for n in range(in_between):
        index.put(index.add(pointing(n, 45)), "between")
    apart = [index.add(pointing(angle, angle)) for angle in (0, 85)]
    for position in apart:
        bar(index, position, "between")
    assert len(consolidate_index(index).placed) == in_between


def pointing(key: object, degrees: float) -> IdeaFeatures:
    """Return an idea without words, in a direction of the first two dimensions."""
    angle = np.radians(degrees)
    return IdeaFeatures(key, np.array([np.cos(angle), np.sin(angle), 0, 0, 0, 0], dtype=np.float32), {})


def test_nothing_is_tidied_where_there_is_nothing() -> None:
    assert consolidate_index(empty_map()).placed == {}


def test_a_topic_that_grew_too_wide_is_proposed_to_be_split() -> None:
    index = empty_map()
    index.add_topic("all")
    for n in range(24):
        index.put(index.add(made_up(n, ("garden", "boat")[n % 2], n)), "all")
    index.project_all()
    (split,) = find_proposals(index).splits
    assert sorted(split.members) in (list(range(0, 24, 2)), list(range(1, 24, 2)))
    keep_whole(index, "all")
    assert find_proposals(index).splits == []
