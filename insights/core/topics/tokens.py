"""What of an idea's words tells topics apart: those that carry meaning, and the pieces of letters they are made of."""

import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from hashlib import blake2b
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from insights.core.language.spacy_blank import blank

_WORD = re.compile(r"[^\W\d_]+")
MIN_WORD_LETTERS = 3
STEM_LETTERS = 5
"""Letters by which two words are one: "tomato" and "tomatoes". Truncation does about as well as a stemmer does, and
needs no table for any language (McNamee and Mayfield 2004)."""
PIECE_LETTERS = 4
"""Letters of a piece of a word; the same study's best length over European languages."""

CACHED_WORDS = 20_000
"""Words of which the pieces are remembered: people say the same few thousand again and again."""

Rarity = Callable[[Sequence[str]], Sequence[float]]
"""How much each of some words says by itself: 1 for a usual word, less for "thing", more for "stern"."""


class Pieces(NamedTuple):
    """The pieces of an idea's words. hashes: uint32, shape (p,), each once. heft: float32, shape (p,), by rarity."""

    hashes: NDArray[np.uint32]
    heft: NDArray[np.float32]


class Stems(NamedTuple):
    """The stems of an idea's words. hashes: uint64, shape (s,), each once. rarity: float32, shape (s,)."""

    hashes: NDArray[np.uint64]
    rarity: NDArray[np.float32]


def words_of(text: str, language: str, rarity: Rarity) -> dict[str, float]:
    """Return the words of a text that mean something by themselves, small, each with its rarity."""
    stop = _stop_words(language)
    said = dict.fromkeys(
        word for word in _WORD.findall(text.lower()) if len(word) >= MIN_WORD_LETTERS and word not in stop
    )
    return dict(zip(said, rarity(list(said)), strict=True))


def stems(words: Mapping[str, float]) -> Stems:
    """Return the stems of words, each with the rarity of the rarest word that has it."""
    found: dict[int, float] = {}
    for word, rarity in words.items():
        stem = stem_hash(word[:STEM_LETTERS])
        found[stem] = max(rarity, found.get(stem, 0.0))
    return Stems(np.fromiter(found, np.uint64, len(found)), np.fromiter(found.values(), np.float32, len(found)))


@lru_cache(maxsize=CACHED_WORDS)
def stem_hash(stem: str) -> int:
    """Return what stands for a stem in an index: 8 bytes, as a number."""
    return int.from_bytes(blake2b(stem.encode(), digest_size=8).digest(), "little")


def pieces(words: Mapping[str, float]) -> Pieces:
    """Return the pieces of words, beginnings and ends marked, each as heavy as the rarest word that has it."""
    found: dict[int, float] = {}
    for word, rarity in sorted(words.items(), key=itemgetter(1)):
        found.update(dict.fromkeys(_cut(f"#{word}#"), rarity))
    return Pieces(np.fromiter(found, np.uint32, len(found)), np.fromiter(found.values(), np.float32, len(found)))


@lru_cache(maxsize=CACHED_WORDS)
def _cut(word: str) -> tuple[int, ...]:
    return tuple(zlib.crc32(word[i : i + PIECE_LETTERS].encode()) for i in range(max(1, len(word) - PIECE_LETTERS + 1)))


@cache
def _stop_words(language: str) -> frozenset[str]:
    return frozenset(blank(language).Defaults.stop_words)
