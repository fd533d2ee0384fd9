"""What spaCy knows of a language without a trained model: its words, and which of them mean nothing. Pure."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language


def blank(language: str) -> "Language":
    """Return the rules of a language (ISO 639-1); those of none in particular for one that spaCy does not know."""
    import spacy

    try:
        return spacy.blank(language)
    except ImportError:
        return spacy.blank("xx")
