"""Corrections teach: a few upset nothing, many weigh; what was deleted stays away; what is unsorted is tried again."""

import numpy as np

from insights.core.topics.apply_constraints import settle_idea
from insights.core.topics.assign import assign_idea
from insights.core.topics.consolidate import consolidate_index
from insights.core.topics.features import KINDS, features_for
from insights.core.topics.index import TopicIndex
from insights.core.topics.ranker import PRIOR_DECISIONS, Lesson, fitted, prior, probabilities
from insights.core.topics.suggest import TRUSTED_DECISIONS, Ranker, assign_unsorted_near, suggest
from tests.support.constraint_oracle import bar, delete
from tests.support.decisions import decide, taught
from tests.support.idea_features import THEMES, empty_map, made_up


def sorted_by_hand(ideas: int = 24) -> tuple[TopicIndex, Ranker]:
    index, ranker = empty_map(), Ranker()
    for n in range(ideas):
        position = index.add(made_up(n, THEMES[n % 3], n))
        decide(index, ranker, position, THEMES[n % 3])
    return index, ranker


def test_the_right_topic_is_suggested_first_and_the_probabilities_add_up() -> None:
    index, ranker = sorted_by_hand()
    position = index.add(made_up("next", "boat", 77))
    suggested = suggest(index, position, ranker.weights)
    assert suggested[0].topic == "boat"
    assert len(suggested) == 4
    assert 0.99 < sum(one.probability for one in suggested) <= 1.0001
    assert [one.probability for one in suggested] == sorted((one.probability for one in suggested), reverse=True)


def test_a_topic_to_which_an_idea_does_not_belong_is_not_suggested() -> None:
    index, ranker = sorted_by_hand()
    position = index.add(made_up("next", "boat", 77))
    bar(index, position, "boat")
    assert "boat" not in [one.topic for one in suggest(index, position, ranker.weights)]


def contrary(times: int) -> list[Lesson]:
    """Return decisions for the topic that is the least like the idea."""
    index, _ = sorted_by_hand()
    position = index.add(made_up("next", "boat", 77))
    heard = features_for(index, position)
    worst = int(np.argmin(probabilities(heard.evidence, prior().weights)[:-1]))
    return [Lesson(heard.evidence, worst)] * times


def test_three_corrections_upset_nothing_and_a_hundred_are_heard() -> None:
    index, _ = sorted_by_hand()
    for n in range(6):
        position = index.add(made_up(("clear", n), THEMES[n % 3], 100 + n))
        evidence = features_for(index, position).evidence
        few = probabilities(evidence, taught(contrary(3), prior()))
        assert np.argmax(few) == np.argmax(probabilities(evidence, prior().weights))
    (evidence, chosen), *_ = many = contrary(100)
    assert np.argmax(probabilities(evidence, taught(many, prior()))) == chosen


def test_what_was_learned_is_the_optimum() -> None:
    lessons = contrary(10)
    weights = fitted(lessons, prior())
    slope = PRIOR_DECISIONS * prior().spread ** 2 * (weights - prior().weights)
    for evidence, chosen in lessons:
        slope += probabilities(evidence, weights) @ evidence - evidence[chosen]
    assert np.abs(slope / prior().spread).max() < 0.05, "the cost still falls somewhere"


def test_the_weights_in_the_source_are_for_the_evidence_that_is_heard() -> None:
    assert len(prior().weights) == len(KINDS)
    assert prior().weights[KINDS.index("nearest in meaning")] > 0


def test_ideas_of_a_deleted_topic_never_found_it_again() -> None:
    index = empty_map()
    index.add_topic("garden")
    for n in range(6):
        index.put(index.add(made_up(n, "garden", n)), "garden")
    delete(index, "garden")
    for n in range(6, 10):
        assign_idea(index, made_up(n, "garden", n))
    consolidate_index(index)
    assert index.topics == {}


def test_a_correction_tries_the_unsorted_near_it_at_once() -> None:
    index = empty_map()
    first, second, other = (index.add(made_up(n, theme, n)) for n, theme in enumerate(("garden", "garden", "boat"), 20))
    settle_idea(index, first, "mine")
    assert assign_unsorted_near(index, first, Ranker()) == {second: "mine"}
    assert index.topic_of(other) is None


def test_the_unsorted_near_a_correction_go_where_the_person_taught() -> None:
    index = empty_map()
    first, second, other = (index.add(made_up(n, theme, n)) for n, theme in enumerate(("garden", "garden", "boat"), 20))
    settle_idea(index, first, "mine")
    settle_idea(index, second, "mine")
    ranker = Ranker()
    ranker.weights = -10.0 * (np.array(KINDS) == "new")
    assert assign_unsorted_near(index, first, ranker) == {}
    ranker.lessons = dict(enumerate(contrary(TRUSTED_DECISIONS)))
    assert assign_unsorted_near(index, first, ranker) == {other: "mine"}
