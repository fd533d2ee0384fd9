"""Compare words as they are written, and tell which new word a correction teaches."""

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

MAX_HEARD_WORDS = 2
MAX_MEANT_WORDS = 3
"""Words of a name at most, as it was heard and as it is written; more than that is a sentence put otherwise."""
MAX_WORD_CHARACTERS = 100
"""Characters of a word in the vocabulary."""
_AROUND = "PSZC"
"""Classes of Unicode that are no part of a word: punctuation, symbols, white space, controls; no vowel signs."""


class WordParts(NamedTuple):
    """A word between the white space and punctuation that go before it and after it."""

    before: str
    core: str
    after: str


def word_parts(text: str) -> WordParts:
    """Split one word, or a few, into its parts. Of what is nothing but punctuation, that is the core."""
    start, end = 0, len(text)
    while start < end and not _is_of_a_word(text[start]):
        start += 1
    while start < end and not _is_of_a_word(text[end - 1]):
        end -= 1
    if start < end:
        return WordParts(text[:start], text[start:end], text[end:])
    core = text.strip()
    return WordParts(text[: len(text) - len(text.lstrip())], core, "")


def comparable(text: str) -> str:
    """Return what two writings of one word have in common: neither case nor punctuation around it."""
    return word_parts(text).core.casefold()


def capitalized_as(meant: str, corrected: str, there: str) -> str:
    """Return a word as it is written where another occurrence was heard: with a capital letter if that had one.

    corrected: what was corrected first. Where that had a capital as well, the word is meant as it is.
    """
    if there[:1].isupper() and not corrected[:1].isupper():
        return meant[:1].upper() + meant[1:]
    return meant


def taught_word(heard: Sequence[str], stood: str, written: str) -> str:
    """Return the word that a correction teaches, "" where it is none: a few words heard, a few others written.

    heard: what the engine made of it. stood: what stood there until now. Case and punctuation alone teach nothing, nor
    does what was put in, left out, or stood there already.
    """
    old = [word for text in heard for word in _cores(text)]
    new = _cores(written)
    lead = same_at_start(old, new)
    old, new = old[lead:], new[lead:]
    trail = same_at_start(old[::-1], new[::-1])
    old, new = old[: len(old) - trail], new[: len(new) - trail]
    if not (1 <= len(old) <= MAX_HEARD_WORDS and 1 <= len(new) <= MAX_MEANT_WORDS):
        return ""
    word = " ".join(new)
    is_there = f" {word} ".casefold() in f" {' '.join(_cores(stood))} ".casefold()
    return "" if is_there or len(word) > MAX_WORD_CHARACTERS else word


def same_at_start(old: Sequence[str], new: Sequence[str]) -> int:
    """Return how many of the first words are the same, but for capitals and punctuation around them."""
    pairs = zip(old, new, strict=False)
    return next(
        (n for n, (one, other) in enumerate(pairs) if comparable(one) != comparable(other)), min(len(old), len(new))
    )


def _cores(text: str) -> list[str]:
    found = (word_parts(token).core for token in text.split())
    return [core for core in found if any(map(_is_of_a_word, core))]


def _is_of_a_word(sign: str) -> bool:
    return unicodedata.category(sign)[0] not in _AROUND
