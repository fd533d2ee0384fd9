"""The figures of the demo, held against a reference implementation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import v_measure_score

from insights.evaluation.demo_scoring import v_measure

LABELS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=20)


@given(LABELS)
def test_v_measure_is_that_of_scikit_learn(labels: list[tuple[int, int]]) -> None:
    truth, found = [t for t, _ in labels], [f for _, f in labels]
    assert v_measure(truth, found) == pytest.approx(v_measure_score(truth, found), abs=1e-9)
