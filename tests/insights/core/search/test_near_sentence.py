"""Sentences of ideas, by their marks, with the marks of doubt."""

import pytest

from insights.core.search.near_sentence import MOST_SENTENCES, cut_into_sentences, surely_said
from transcription.core.warnings.marks import MarkedText, cut_marked


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two? Three! Four", ["One.", "Two?", "Three!", "Four"]),
        ("She said: “Go.” Then 3.5 km on.", ["She said: “Go.”", "Then 3.5 km on."]),
        ("パンを焼く。雨だ。", ["パンを焼く。", "雨だ。"]),
        ("no marks at all", ["no marks at all"]),
        ("Wait… what", ["Wait…", "what"]),
        ("", []),
    ],
)
def test_sentences_end_at_their_marks(text: str, sentences: list[str]) -> None:
    marked = [MarkedText(text, is_doubtful=False)]
    assert [surely_said(sentence) for sentence in cut_into_sentences(marked)] == sentences


def test_what_nobody_surely_said_is_no_sentence() -> None:
    marked = [MarkedText("Bread. ", is_doubtful=False), MarkedText("Thanks for watching.", is_doubtful=True)]
    assert [surely_said(sentence) for sentence in cut_into_sentences(marked)] == ["Bread."]


def test_a_long_idea_is_cut_no_further() -> None:
    assert len(cut_into_sentences([MarkedText("Go. " * 1000, is_doubtful=False)])) == MOST_SENTENCES


def test_marks_of_doubt_are_cut_with_their_words() -> None:
    marked = [MarkedText("Buy the ", is_doubtful=False), MarkedText("blue ladder", is_doubtful=True)]
    assert cut_marked(marked, 4, 12) == [MarkedText("the ", is_doubtful=False), MarkedText("blue", is_doubtful=True)]
    assert cut_marked(marked, 19, 30) == []
