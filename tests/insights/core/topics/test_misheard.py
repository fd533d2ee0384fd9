"""Words that were perhaps never said."""

import pytest

from insights.core.topics.misheard import unsure_words
from transcription.core.words import Word


@pytest.mark.parametrize(
    ("heard", "unsure"),
    [
        ([(" Amarylis,", 0.3)], {"amarylis"}),
        ([(" pond", 0.9)], set()),
        ([(" Amarylis", 0.3), (" amarylis.", 0.35)], set()),
        ([(" Amarylis", 0.2), (" amarylis.", 0.2)], {"amarylis"}),
        ([(" day-lily", 0.2)], {"day", "lily"}),
        ([(" told", 0.0)], set()),
        ([(" told", 0.0), (" told", 0.1)], set()),
        ([(" …", 0.1)], set()),
    ],
)
def test_a_word_is_believed_that_was_heard_surely_once_or_often_enough(
    heard: list[tuple[str, float]], unsure: set[str]
) -> None:
    assert unsure_words(Word(text, 0.0, 0.1, probability) for text, probability in heard) == unsure
