"""The words that two ideas share, in any of their forms."""

from functools import cache

from insights.core.phrases.stopwords import EMPTY
from insights.core.search.small_words import NUMBERS, SMALL_WORDS
from insights.core.search.tokens import stem_of, tokens_of

WORDS_TOLD = 3
MIN_LETTERS = 3


def shared_words(text: str, other: str, language: str, other_language: str) -> list[str]:
    """Return some telling words of a text that stand in another one too, the longest first: these say most."""
    there = {stem_of(token.word, other_language) for token in tokens_of(other)}
    empty = _empty_stems(language)
    found: dict[str, str] = {}
    for token in tokens_of(text):
        stem = stem_of(token.word, language)
        if stem in there and stem not in empty and len(token.word) >= MIN_LETTERS:
            found.setdefault(stem, text[token.start : token.end].lower())
    return sorted(found.values(), key=lambda word: (-len(word), word))[:WORDS_TOLD]


@cache
def _empty_stems(language: str) -> frozenset[str]:
    """Return the stems of words that make no idea near to another: everybody says them of everything."""
    tables = (SMALL_WORDS, NUMBERS, EMPTY)
    return frozenset(stem_of(word, language) for table in tables for word in table.get(language, ()))
