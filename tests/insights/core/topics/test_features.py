"""What speaks for a topic, worked out at once for all of them, is what is worked out one by one."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insights.core.embedding.protocol import SENTENCES
from insights.core.topics import features
from insights.core.topics.apply_constraints import settle_idea
from insights.core.topics.features import features_for
from insights.core.topics.index import TopicIndex
from insights.core.topics.ranker import PRIOR_DECISIONS, Lesson, fitted, prior
from insights.core.topics.suggest import SUGGESTED_TOPICS, Ranker, rank_and_assign, suggest
from tests.support.constraint_oracle import bar, delete, merge
from tests.support.decisions import decide
from tests.support.idea_features import THEMES, empty_map, made_up
from tests.support.slow_features import slow_features, slow_fitted, slow_probabilities

STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["idea"] * 4 + ["move", "move", "unsort", "bar", "merge", "delete", "forget", "lay", "only", "name"]
        ),
        st.integers(0, 50),
        st.integers(0, 50),
    ),
    min_size=8,
    max_size=40,
)


def is_last_new(index: TopicIndex) -> bool:
    """Return whether the last idea was added since the index was built, and stood in no deleted topic."""
    last = len(index) - 1
    return last >= index.built_count and not any(last in topic.members for topic in index.deleted_topics)


def happen(  # noqa: C901 - all that may happen
    index: TopicIndex, ranker: Ranker, step: tuple[str, int, int], number: int
) -> TopicIndex:
    """Let one thing happen to an index; returns it, or the one that takes its place."""
    kind, one, other = step
    keys, size = list(index.topics), len(index)
    if kind == "idea" or not size:
        idea = made_up(number, THEMES[one % 3], other)._replace(
            memo=number // 2, context=("", "walk", "night")[one % 3]
        )
        rank_and_assign(index, idea, ranker)
    elif kind == "move":
        key = f"mine {other % 5}"
        decide(index, ranker, one % size, key)
    elif kind == "unsort":
        settle_idea(index, one % size, None)
    elif kind == "bar" and (home := index.topic_of(one % size)) is not None:
        bar(index, one % size, home)
    elif kind == "merge" and len(keys) > 1:
        merge(index, keys[one % len(keys)], keys[(one + 1) % len(keys)])
    elif kind == "delete" and keys:
        delete(index, keys[one % len(keys)])
    elif kind == "forget" and is_last_new(index):
        index.drop_last()
    elif kind == "name" and keys:
        index.name_topics({**index.names, keys[one % len(keys)]: made_up("name", THEMES[other % 3], other).vector})
    elif kind == "lay":
        index.project_all()
    elif kind == "only":
        index = index.only(np.arange(size) != one % size)
    return index


@given(STEPS)
@settings(deadline=None, max_examples=60)
def test_what_is_suggested_is_what_is_worked_out_one_by_one(steps: list[tuple[str, int, int]]) -> None:
    index, ranker = empty_map(sentences=True), Ranker(prior(SENTENCES))
    for number, step in enumerate(steps):
        index = happen(index, ranker, step, number)
        if number % 5 == 4:
            for position in range(len(index)):
                assert_same(index, position, ranker)
    lessons = list(ranker.lessons.values())
    ranker.fit()
    slow = slow_fitted(lessons, prior(SENTENCES), PRIOR_DECISIONS)
    assert fitted(lessons, prior(SENTENCES)) == pytest.approx(slow, abs=1e-6)


def test_an_idea_that_was_forgotten_is_looked_for_nowhere() -> None:
    index = empty_map()
    for number in range(3):
        settle_idea(index, index.add(made_up(number, THEMES[0], number)), "walks")
    features_for(index, 0)
    index.drop_last()
    assert_same(index, 0, Ranker())


def assert_same(index: TopicIndex, position: int, ranker: Ranker) -> None:
    slow = slow_features(index, position, SUGGESTED_TOPICS)
    fast = features_for(index, position, SUGGESTED_TOPICS)
    assert [*fast.topics, None] == list(slow)
    assert fast.evidence == pytest.approx(np.array(list(slow.values())), abs=2e-6)
    likely = dict(zip(slow, slow_probabilities(list(slow.values()), ranker.weights), strict=True))
    suggested = suggest(index, position, ranker.weights)
    assert [one.probability for one in suggested] == pytest.approx([likely[one.topic] for one in suggested], abs=1e-6)
    best = sorted((probability for key, probability in likely.items() if key is not None), reverse=True)[
        :SUGGESTED_TOPICS
    ]
    named = [one.probability for one in suggested if one.topic is not None]
    assert named == pytest.approx(best, abs=1e-6), "a likelier one was left out"


def test_of_many_topics_the_likest_and_the_latest_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (features, "tests.support.slow_features"):
        for name, most in (("LIKEST_TOPICS", 3), ("LATEST_TOPICS", 2)):
            monkeypatch.setattr(*((f"{module}.{name}", most) if isinstance(module, str) else (module, name, most)))
    index, chance = empty_map(), np.random.default_rng(1)
    for number in range(60):
        position = index.add(made_up(number, THEMES[number % 3], number))
        settle_idea(index, position, int(chance.integers(12)))
    for position in range(len(index)):
        assert [*features_for(index, position).topics, None] == list(slow_features(index, position))


def lessons_of(chance: Any, number: int) -> list[Lesson]:
    rows = chance.integers(2, 9, number)
    return [Lesson(chance.normal(size=(n, len(prior().weights))), int(chance.integers(n))) for n in rows]


@pytest.mark.parametrize("number", [0, 1, 20, 120])
def test_what_is_learned_is_the_same_wherever_the_search_begins(number: int) -> None:
    lessons = lessons_of(np.random.default_rng(number), number)
    slow = slow_fitted(lessons, prior(), PRIOR_DECISIONS)
    assert fitted(lessons, prior()) == pytest.approx(slow, abs=1e-5)
    begin = fitted(lessons[: number - number // 10], prior())
    assert fitted(lessons, prior(), begin=begin) == pytest.approx(slow, abs=1e-5)
