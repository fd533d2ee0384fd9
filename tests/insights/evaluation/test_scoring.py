"""Measures of agreement, which the demo prints too, held against scikit-learn's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_mutual_info_score, v_measure_score

from insights.evaluation.scoring import agreement, v_measure

PAIRS = st.lists(st.tuples(st.integers(0, 4), st.one_of(st.none(), st.integers(0, 4))), min_size=2, max_size=60)

LABELS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=20)


@given(LABELS)
def test_v_measure_is_that_of_scikit_learn(labels: list[tuple[int, int]]) -> None:
    truth, found = [t for t, _ in labels], [f for _, f in labels]
    assert v_measure(truth, found) == pytest.approx(v_measure_score(truth, found), abs=1e-9)


@given(PAIRS)
def test_they_are_scikit_learns(pairs: list[tuple[int, int | None]]) -> None:
    labels, topics = [label for label, _ in pairs], [topic for _, topic in pairs]
    alone = [100 + i if topic is None else topic for i, topic in enumerate(topics)]
    found = agreement(labels, topics)
    assert found.v_measure == pytest.approx(v_measure_score(labels, alone), abs=1e-6)
    assert found.ami == pytest.approx(adjusted_mutual_info_score(labels, alone), abs=1e-6)


def test_b_cubed_counts_ideas() -> None:
    assert agreement(["a", "a", "b", "b"], [1, 1, 2, 2]).b_cubed_f1 == 1
    # Precision 1/2, recall 1.
    assert agreement(["a", "b"], [1, 1]).b_cubed_f1 == pytest.approx(2 / 3)
    # Precision 1, recall 1/2: unsorted ideas are alone.
    assert agreement(["a", "a"], [None, None]).b_cubed_f1 == pytest.approx(2 / 3)
