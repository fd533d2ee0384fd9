"""Names of the vocabulary count only where they were said: what is heard without them stands."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.core.engines.names import SaidName, has_names, put_names, said_names
from transcription.core.engines.timestamps import Region
from transcription.core.engines.vad import Speech
from transcription.core.warnings.hallucination import Segment
from transcription.core.words import Word, joined

NAMES = ("Thich Nhat Hanh", "Siobhán", "Zazen", "Ouagadougou")
SPOKEN = Speech(np.zeros(0, np.float32), [Region(0, 60)], [Region(0, 60)], np.ones(2000, np.float32))
TEXTS = st.lists(st.sampled_from(["the", "shivon", "Siobhán", "Zazen", "path.", "go,"]), max_size=8)


def told(text: str, probability: float = 0.9, seconds: float = 0.4) -> list[Word]:
    return [Word(f" {one}", n * 0.5, n * 0.5 + seconds, probability) for n, one in enumerate(text.split())]


def named(heard: str, prompted: list[Word], speech: Speech = SPOKEN) -> str:
    words = told(heard)
    return joined(put_names(words, [], said_names(words, prompted, NAMES, speech))[0]).strip()


def test_a_name_takes_the_place_of_what_it_was_written_as() -> None:
    assert named("ask Shivon, about it", told("ask Siobhán about it")) == "ask Siobhán, about it"
    assert named("books by tick not hand.", told("books by Thich Nhat Hanh.")) == "books by Thich Nhat Hanh."


def test_no_other_word_is_taken_from_what_is_heard_with_names_in_mind() -> None:
    prompted = told("Barobara dougou and Siobhán returned it")
    assert named("the neighbour and shivon returned it", prompted) == "the neighbour and Siobhán returned it"


@pytest.mark.parametrize(
    ("heard", "prompted"),
    [
        ("he has not returned", told("he Zazen returned", 0.148)),
        ("the lazy dog", told("the lazy dog Goenka Zazen")),
        ("the lazy dog", told("Zazen the lazy dog", 0.9)),
        ("shivon came", told("Siobhán came", 0.9, seconds=0.04)),
        ("the path is here", told("Zazen Zazen Zazen Zazen", 0.4)),
    ],
)
def test_a_name_that_nobody_said_does_not_appear(heard: str, prompted: list[Word]) -> None:
    assert named(heard, prompted) == heard


def test_a_name_where_no_voice_is_does_not_appear() -> None:
    silent = SPOKEN._replace(probabilities=np.zeros(2000, np.float32))
    assert named("shivon came", told("Siobhán came"), silent) == "shivon came"


def test_segments_keep_their_words() -> None:
    words = told("a b c d e f")
    segments = [Segment(0, 2, 1, 0, 0), Segment(2, 4, 1, 0, 0), Segment(4, 6, 1, 0, 0)]
    longer, moved = put_names(words, segments, [SaidName(1, 2, told("x y z"), 1.0)])
    assert joined(longer) == " a x y z c d e f"
    assert [(one.first, one.last) for one in moved] == [(0, 4), (4, 6), (6, 8)]
    shorter, moved = put_names(words, segments, [SaidName(1, 4, told("x"), 1.0)])
    assert joined(shorter) == " a x e f"
    assert [(one.first, one.last) for one in moved] == [(0, 2), (2, 4)]


@given(TEXTS, TEXTS, st.sampled_from([0.05, 0.3, 0.9]))
def test_whatever_is_heard_only_names_are_taken_over(heard: list[str], prompted: list[str], probability: float) -> None:
    words, other = told(" ".join(heard)), told(" ".join(prompted), probability)
    found = list(said_names(words, other, NAMES, SPOKEN))
    assert all(has_names([word], NAMES) for one in found for word in one.words)
    assert all(one.last <= after.first for one, after in pairwise(found))
