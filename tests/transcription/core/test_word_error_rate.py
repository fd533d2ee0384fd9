"""Word errors are a distance, and their rate that of all words together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.core.word_error_rate import word_error_rate, word_errors

WORDS = st.lists(st.sampled_from("abc"), max_size=8)


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
