"""The figures of the demo, held against a reference implementation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import v_measure_score

from config.scoring import v_measure, word_error_rate, word_errors

WORDS = st.lists(st.sampled_from("abc"), max_size=8)
LABELS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=20)


@given(LABELS)
def test_v_measure_is_that_of_scikit_learn(labels: list[tuple[int, int]]) -> None:
    truth, found = [t for t, _ in labels], [f for _, f in labels]
    assert v_measure(truth, found) == pytest.approx(v_measure_score(truth, found), abs=1e-9)


@given(WORDS, WORDS, WORDS)
def test_word_errors_are_a_distance(a: list[str], b: list[str], c: list[str]) -> None:
    assert (word_errors(a, b) == 0) == (a == b)
    assert word_errors(a, b) == word_errors(b, a)
    assert word_errors(a, c) <= word_errors(a, b) + word_errors(b, c)


def test_case_and_punctuation_do_not_count() -> None:
    assert word_error_rate([("Call Anna, tomorrow.", "call anna tomorrow")]) == 0


def test_the_rate_is_pooled_over_all_words() -> None:
    pairs = [("one two three four", "one two three"), ("five", "six seven")]
    assert word_error_rate(pairs) == pytest.approx(3 / 5)


def test_nothing_said_has_no_rate() -> None:
    with pytest.raises(ValueError, match="at least one"):
        word_error_rate([("", "words")])
