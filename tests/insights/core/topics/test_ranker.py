"""Corrections teach: a few upset nothing, many weigh; what was deleted stays away; what is unsorted is tried again."""

import numpy as np

from insights.core.topics import apply_constraints
from insights.core.topics.assign import place
from insights.core.topics.consolidate import tidy
from insights.core.topics.features import KINDS, hear
from insights.core.topics.index import Map
from insights.core.topics.ranker import CAUTION, Lesson, fitted, prior, probabilities, taught
from insights.core.topics.suggest import TAUGHT, Pupil, look_again, suggest
from tests.support.idea_features import THEMES, empty_map, made_up


def sorted_by_hand(ideas: int = 24) -> tuple[Map, Pupil]:
    here, pupil = empty_map(), Pupil()
    for n in range(ideas):
        index = here.add(made_up(n, THEMES[n % 3], n))
        pupil.learn(here, index, THEMES[n % 3] if THEMES[n % 3] in here.topics else None)
        apply_constraints.move(here, index, THEMES[n % 3])
    return here, pupil


def test_the_right_topic_is_suggested_first_and_the_probabilities_add_up() -> None:
    here, pupil = sorted_by_hand()
    index = here.add(made_up("next", "boat", 77))
    suggested = suggest(here, index, pupil.weights)
    assert suggested[0].topic == "boat"
    assert len(suggested) == 4
    assert 0.99 < sum(one.probability for one in suggested) <= 1.0001
    assert [one.probability for one in suggested] == sorted((one.probability for one in suggested), reverse=True)


def test_a_topic_to_which_an_idea_does_not_belong_is_not_suggested() -> None:
    here, pupil = sorted_by_hand()
    index = here.add(made_up("next", "boat", 77))
    apply_constraints.bar(here, index, "boat")
    assert "boat" not in [one.topic for one in suggest(here, index, pupil.weights)]


def contrary(times: int) -> list[Lesson]:
    """Return decisions for the topic that is the least like the idea."""
    here, _ = sorted_by_hand()
    index = here.add(made_up("next", "boat", 77))
    heard = hear(here, index)
    worst = int(np.argmin(probabilities(heard.evidence, prior().weights)[:-1]))
    return [Lesson(heard.evidence, worst)] * times


def test_three_corrections_upset_nothing_and_a_hundred_are_heard() -> None:
    here, _ = sorted_by_hand()
    for n in range(6):
        index = here.add(made_up(("clear", n), THEMES[n % 3], 100 + n))
        evidence = hear(here, index).evidence
        few = probabilities(evidence, taught(contrary(3), prior()))
        assert np.argmax(few) == np.argmax(probabilities(evidence, prior().weights))
    (evidence, chosen), *_ = many = contrary(100)
    assert np.argmax(probabilities(evidence, taught(many, prior()))) == chosen


def test_what_was_learned_is_the_optimum() -> None:
    lessons = contrary(10)
    weights = fitted(lessons, prior())
    slope = CAUTION * prior().spread ** 2 * (weights - prior().weights)
    for evidence, chosen in lessons:
        slope += probabilities(evidence, weights) @ evidence - evidence[chosen]
    assert np.abs(slope / prior().spread).max() < 0.05, "the cost still falls somewhere"


def test_the_weights_in_the_source_are_for_the_evidence_that_is_heard() -> None:
    assert len(prior().weights) == len(KINDS)
    assert prior().weights[KINDS.index("nearest in meaning")] > 0


def test_ideas_of_a_deleted_topic_never_found_it_again() -> None:
    here = empty_map()
    here.make("garden")
    for n in range(6):
        here.put(here.add(made_up(n, "garden", n)), "garden")
    apply_constraints.delete(here, "garden")
    for n in range(6, 10):
        place(here, made_up(n, "garden", n))
    tidy(here)
    assert here.topics == {}


def test_a_correction_tries_the_unsorted_near_it_at_once() -> None:
    here = empty_map()
    first, second, other = (here.add(made_up(n, theme, n)) for n, theme in enumerate(("garden", "garden", "boat"), 20))
    apply_constraints.move(here, first, "mine")
    assert look_again(here, first, Pupil()) == {second: "mine"}
    assert here.topic_of[other] is None


def test_the_unsorted_near_a_correction_go_where_the_person_taught() -> None:
    here = empty_map()
    first, second, other = (here.add(made_up(n, theme, n)) for n, theme in enumerate(("garden", "garden", "boat"), 20))
    apply_constraints.move(here, first, "mine")
    apply_constraints.move(here, second, "mine")
    pupil = Pupil()
    pupil.weights = -10.0 * (np.array(KINDS) == "new")
    assert look_again(here, first, pupil) == {}
    pupil.lessons = contrary(TAUGHT)
    assert look_again(here, first, pupil) == {other: "mine"}
