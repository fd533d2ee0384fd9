"""What spaCy knows of a language without a trained model: its words, and which of them mean nothing. Pure."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language


MAX_TEXT_CHARACTERS = 10**9
"""Without a limit: spaCy's own, a million, is meant for trained models, which take memory for each character."""


def blank(language: str) -> "Language":
    """Return the rules of a language (ISO 639-1); those of none in particular for one that spaCy does not know."""
    import spacy

    try:
        rules = spacy.blank(language)
    except ImportError:
        rules = spacy.blank("xx")
    rules.max_length = MAX_TEXT_CHARACTERS
    return rules
