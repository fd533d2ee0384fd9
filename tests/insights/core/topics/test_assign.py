"""Placing: at once and for good; better unsorted than wrong."""

import time

import numpy as np
import pytest

from insights.core.topics.assign import assign_idea
from insights.core.topics.idea_traits import IdeaFeatures
from insights.core.topics.index import YOUNG_IDEAS, TopicIndex
from tests.support.idea_features import THEMES, D, empty_map, groups, made_up, said

TEXTS = {
    "water": "water the tomatoes in the garden every evening",
    "tax": "send the invoice to the tax office",
    "soil": "the tomatoes in the garden need more water",
    "spring": "plant more tomatoes in the garden next spring",
}


def test_ideas_about_the_same_thing_meet_and_others_wait() -> None:
    index = empty_map(real=True)
    for key, text in TEXTS.items():
        assign_idea(index, said(key, text))
    water, tax, soil, spring = groups(index, list(TEXTS))
    assert tax is None
    assert water == soil == spring is not None


def test_the_company_of_a_founder_is_told() -> None:
    index = empty_map(real=True)
    first = assign_idea(index, said("water", TEXTS["water"]))
    second = assign_idea(index, said("soil", TEXTS["soil"]))
    assert first.topic is None
    assert second.company == first.idea


@pytest.mark.parametrize("ideas", [1, YOUNG_IDEAS])
def test_a_topic_of_few_ideas_is_known_by_the_name_that_its_person_gave_too(ideas: int) -> None:
    garden, boat = np.eye(D, dtype=np.float32)[[0, 2]]
    index = empty_map()
    index.add_topic("mine")
    for number in range(ideas):
        index.put(index.add(IdeaFeatures(number, boat, {})), "mine")
    assert assign_idea(index, IdeaFeatures("before", garden, {})).topic is None
    index.settle(index.position_of("before"), by_person=True)
    index.restore(index.position_of("before"), None, by_person=True)
    index.name_topics({"mine": garden})
    named = assign_idea(index, IdeaFeatures("named", garden, {})).topic
    assert named == ("mine" if ideas < YOUNG_IDEAS else None)


def filled(ideas: int) -> TopicIndex:
    index = empty_map()
    index.build(made_up(n, THEMES[n % 3], n) for n in range(ideas))
    for n, theme in enumerate(THEMES):
        index.add_topic(theme)
        for position in range(n, ideas, 3):
            index.put(position, theme)
    return index


@pytest.mark.alone
def test_what_placing_costs_does_not_grow_with_the_number_of_ideas() -> None:
    def median_seconds(index: TopicIndex) -> float:
        spent = []
        for n in range(60):
            features = made_up(("new", n), THEMES[n % 3], 10**6 + n)
            begun = time.perf_counter()
            assign_idea(index, features)
            spent.append(time.perf_counter() - begun)
        return float(np.median(spent))

    few, many = filled(500), filled(10_000)
    assert median_seconds(many) < 4 * median_seconds(few)
