"""The words that two ideas share, in any of their forms."""

from insights.core.search.small_words import SMALL_WORDS
from insights.core.search.tokens import stem_of, tokens_of

WORDS_TOLD = 3
MIN_LETTERS = 3


def shared_words(text: str, other: str, language: str, other_language: str) -> list[str]:
    """Return some words of a text that stand in another one too, the longest first: these say most."""
    there = {stem_of(token.word, other_language) for token in tokens_of(other)}
    small = SMALL_WORDS.get(language, frozenset())
    found: dict[str, str] = {}
    for token in tokens_of(text):
        stem = stem_of(token.word, language)
        if stem in there and token.word not in small and len(token.word) >= MIN_LETTERS:
            found.setdefault(stem, text[token.start : token.end].lower())
    return sorted(found.values(), key=lambda word: (-len(word), word))[:WORDS_TOLD]
