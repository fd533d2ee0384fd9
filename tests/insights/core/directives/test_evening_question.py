"""Whether a memo asks the question of the night: when it begins so, and else not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.core.directives.evening_question import match_evening_question
from transcription.core.words import Word, joined


def words_of(text: str) -> list[Word]:
    tokens = text.split()
    return [Word(f" {token}" if n else token, n * 0.5, n * 0.5 + 0.4, 0.9) for n, token in enumerate(tokens)]


def asked(text: str, language: str = "en") -> str | None:
    """Return the question that a memo asks."""
    words = words_of(text)
    span = match_evening_question(words, language)
    return joined(words)[span.text_start : span.text_end] if span else None


@pytest.mark.parametrize(
    ("language", "text", "question"),
    [
        ("en", "Tonight's question: how does a hand let go?", "how does a hand let go?"),
        ("en", "Tonight’s question is how does a hand let go?", "how does a hand let go?"),  # noqa: RUF001
        ("en", "tonight's question how does a hand let go", "how does a hand let go"),
        ("en", "Okay, so tonight's question is the shape of the second chapter.", "the shape of the second chapter."),
        ("en", "Question for tonight. Should I write to Ida? Or wait?", "Should I write to Ida? Or wait?"),
        ("en", "My question for the night is whether the lake freezes", "whether the lake freezes"),
        ("en", "The evening question is, the cable or the spring?", "the cable or the spring?"),
        ("de", "Frage für heute Nacht: Wie lässt eine Hand los?", "Wie lässt eine Hand los?"),
        ("de", "Meine Abendfrage lautet, was braucht der See?", "was braucht der See?"),
        ("de", "Die Frage der Nacht ist wie ich anfange", "wie ich anfange"),
        ("es", "La pregunta de esta noche es ¿cómo suelta una mano?", "¿cómo suelta una mano?"),
        ("es", "Pregunta para esta noche: el lago o la torre", "el lago o la torre"),
        ("fr", "La question de ce soir est comment la main lâche prise", "comment la main lâche prise"),
        ("fr", "Ma question pour cette nuit, le lac ou la tour ?", "le lac ou la tour ?"),
        ("fr", "La question de ce soir, c'est pourquoi le lac gèle ?", "pourquoi le lac gèle ?"),
    ],
)
def test_what_follows_is_the_question(language: str, text: str, question: str) -> None:
    assert asked(text, language) == question


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Tonight's question was too hard for me."),
        ("en", "Tonight's question about the hand came to nothing"),
        ("en", "Tonight's question is not ready, leave it."),
        ("en", "Tonight's question is stupid"),
        ("en", "Tonight's question can wait until Friday."),
        ("en", "Tonight's question?"),
        ("en", "Tonight's question."),
        ("en", "Think about tonight's question: how does a hand let go?"),
        ("en", "Tonight I want to eat a lemon."),
        ("en", "Frage für heute Nacht: Wie lässt eine Hand los?"),
        ("de", "Die Frage der Nacht war schwer."),
        ("nl", "Tonight's question: how does a hand let go?"),
        ("en", ""),
    ],
)
def test_what_only_speaks_of_one_asks_none(language: str, text: str) -> None:
    assert asked(text, language) is None


@given(st.text(max_size=80), st.sampled_from(["en", "de", "es", "fr"]))
def test_whatever_is_said_the_question_lies_within_it(text: str, language: str) -> None:
    begins = {
        "en": "Tonight's question:",
        "de": "Abendfrage:",
        "es": "Pregunta de la noche:",
        "fr": "Question du soir:",
    }
    words = words_of(f"{begins[language]} {text}")
    span = match_evening_question(words, language)
    if span is not None:
        assert 0 < span.text_start < span.text_end <= len(joined(words))
