"""English read by a model, where one was installed beside the service: here it is one that knows five words."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from insights.core.language import english_model
from insights.core.topics.name_phrases import SAYING_TEXTS, TAGGED_TEXTS, said_phrases
from insights.core.topics.naming import name_topic

MODEL = """
import spacy
from spacy.language import Language

KINDS = {"play": "VERB", "radio": "NOUN", "record": "VERB", "Deborah": "PROPN", "will": "AUX"}

@Language.component("kinds")
def kinds(text):
    for token in text:
        token.pos_ = KINDS.get(token.text, "X")
    return text

def load(exclude):
    assert "ner" in exclude
    model = spacy.blank("en")
    model.add_pipe("kinds")
    return model
"""


def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    name = f"model_{tmp_path.name}".replace("-", "_")
    (tmp_path / f"{name}.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(english_model, "PACKAGE", name)


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """Let each test look for the model anew."""
    english_model.english_model.cache_clear()
    english_model.tagged_words.cache_clear()
    yield
    english_model.english_model.cache_clear()
    english_model.tagged_words.cache_clear()


def test_words_are_of_the_kind_that_they_are_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, MODEL)
    found = said_phrases(["Deborah will record the radio play"], "en")
    assert ("radio", "play") not in found.phrases, "here play is no thing"
    assert ("record", "radio") in found.phrases
    assert found.usual_forms(("deborah",)) == ("Deborah",)
    assert name_topic(["record the radio", "record the radio"], [], "en", []) == "Record radio"


def test_of_a_large_topic_some_ideas_are_read_and_those_that_say_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch, MODEL)
    texts = [*["record the radio"] * 100, *["play it, Deborah"] * 100]
    assert said_phrases(texts, "en").ideas == TAGGED_TEXTS
    assert said_phrases(texts, "en").phrases["deborah",] == 0
    assert said_phrases(texts, "en", shown="Deborah").phrases["deborah",] == SAYING_TEXTS


@pytest.mark.parametrize("source", ["raise ImportError", "def load(exclude):\n    raise OSError('of another spaCy')"])
def test_a_model_that_cannot_be_loaded_is_as_good_as_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    install(tmp_path, monkeypatch, source)
    assert english_model.english_model() is None
    assert name_topic(["record the radio"], [], "en", [])


def test_without_a_model_the_tables_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(english_model, "PACKAGE", "no_model_of_this_name")
    assert english_model.english_model() is None
    assert ("radio", "play") in said_phrases(["record the radio play"], "en").phrases
    with pytest.raises(LookupError):
        english_model.tagged_words("record the radio play")
