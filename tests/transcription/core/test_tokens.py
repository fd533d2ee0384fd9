"""Words as they are written, and what a correction teaches."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transcription.core.tokens import capitalized_as, comparable, taught_word, word_parts


@settings(deadline=None)
@given(st.text(max_size=20))
def test_taken_apart_a_word_is_all_there(text: str) -> None:
    found = word_parts(text)
    assert found.before + found.core + found.after == text or found.core == text.strip()
    assert comparable(found.core) == comparable(text)


@pytest.mark.parametrize("written", ["Ärger", " ärger,", "„ÄRGER“", " (Ärger)"])
def test_a_word_is_the_same_whatever_stands_around_it(written: str) -> None:
    assert comparable(written) == "ärger"


@pytest.mark.parametrize("written", ["l'eau", "हिन्दी", "e-mail"])
def test_what_stands_within_a_word_is_its_own(written: str) -> None:
    assert word_parts(f" {written}!") == (" ", written, "!")


def test_a_capital_is_kept_where_a_sentence_began() -> None:
    assert capitalized_as("their", "there", "There") == "Their"
    assert capitalized_as("iPhone", "Eyefone", "Eyefone") == "iPhone"
    assert capitalized_as("Anna", "anner", "anner") == "Anna"


@pytest.mark.parametrize(
    ("heard", "stood", "written", "word"),
    [
        ([" Anneliese,"], " Anneliese,", " Amaryllis,", "Amaryllis"),
        ([" still", " note"], " still note", " Stillnote.", "Stillnote"),
        ([" tick"], " tick", " Thích Nhất Hạnh", "Thích Nhất Hạnh"),
        ([" the", " Grimmel"], " the Grimmel", " the Gremmel", "Gremmel"),
        ([" garden"], " garden", " garden,", ""),
        ([" the"], " the", " The", ""),
        ([" about"], " about", " about all", ""),
        ([" well"], " well", "", ""),
        ([" one", " two", " three"], " one two three", " Tutu", ""),
        ([" so"], " so", " a whole new sentence instead", ""),
        ([" Anneliese"], " Amaryllis", " Amaryllis,", ""),
        ([" Anneliese"], " Amarylis", " Amaryllis", "Amaryllis"),
        ([" -"], " -", " dash", ""),
        ([" Anneliese"], " Anneliese", " " + "A" * 101, ""),
    ],
)
def test_a_correction_teaches_names_and_no_sentences(heard: list[str], stood: str, written: str, word: str) -> None:
    assert taught_word(heard, stood, written) == word
