"""A text as words by which it is found: without accents and capitals, and each with its stem."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from py_rust_stemmers import SnowballStemmer

TOKENS_VERSION = 1
"""Grows whenever the same text brings other tokens: rows of an older one are made anew."""
MAX_LETTERS = 40
"""Of a word: what is longer is no word that anybody looks for."""
CACHED_WORDS = 50_000
"""Words whose stems are remembered: people say the same few thousand again and again."""
_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Nothing parts the words of what is written in these: each is taken as a word."""
_WORD = re.compile(rf"[{_IDEOGRAPHS}]|(?:(?![{_IDEOGRAPHS}])[^\W_][\u0300-\u036f]*)+")
_STEMMERS = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "fi": "finnish",
    "fr": "french", "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian", "nb": "norwegian",
    "nn": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish", "ta": "tamil",
    "tr": "turkish",
}  # fmt: skip
"""The algorithms of snowballstem.org, which PostgreSQL has as well; of other languages a word is its own stem."""


class Token(NamedTuple):
    """A word of a text as it is looked for, and the characters in which it stands."""

    word: str
    start: int
    end: int


def tokens_of(text: str) -> Iterator[Token]:
    """Yield the words of a text in order."""
    for found in _WORD.finditer(text):
        if word := fold(found[0])[:MAX_LETTERS]:
            yield Token(word, found.start(), found.end())


@lru_cache(maxsize=CACHED_WORDS)
def fold(word: str) -> str:
    """Return a word without accents, capitals and signs."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold())
    return "".join(letter for letter in plain if letter.isalnum())


@lru_cache(maxsize=CACHED_WORDS)
def stem_of(word: str, language: str) -> str:
    """Return the stem of a folded word in a language; the word where nobody knows the language."""
    stemmer = _stemmer(language)
    return fold(stemmer.stem_word(word)) or word if stemmer else word


@cache
def _stemmer(language: str) -> SnowballStemmer | None:
    name = _STEMMERS.get(language)
    return SnowballStemmer(name) if name else None


def stems_of(word: str, languages: Collection[str]) -> list[str]:
    """Return what a word may be a form of, in any of some languages, each once."""
    return list(dict.fromkeys(stem_of(word, language) for language in languages or ("",)))
