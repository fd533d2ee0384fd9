"""What a topic is called until a person names it: the words that are said in it and not elsewhere. Pure."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from functools import cache

from insights.languages import blank

_blank = cache(blank)

SHORTEST, LONGEST = 3, 40
"""Letters of a word that may be a name. What is longer is a cry, and two of them would burst the column."""
SECOND = 0.75
"""A second word belongs to the name where it says at least this share of what the first one says."""
CANDIDATES = 12
GROWN = 2
"""How many times as large a topic must be for another name."""


def is_due(size: int, named_size: int) -> bool:
    """Return whether a topic is to be named (anew): it has as many ideas again as when it was named.

    Named after two it is a guess; changed with every idea it would be a nuisance.
    """
    return size >= GROWN * named_size


def name_topic(texts: Sequence[str], elsewhere: Sequence[str], language: str, taken: Collection[str]) -> str:
    """Return a name for the topic of these texts, never one of `taken` (compared without case).

    Class-based TF-IDF (Grootendorst 2022, equation 2), a word counted once an idea: the frequency of a word in the
    topic times log(1 + A / its frequency overall), where A is the mean number of words in a topic.
    language: ISO 639-1, for the words that mean nothing by themselves.
    """
    here, there = _frequencies(texts, language), _frequencies(elsewhere, language)
    overall = here + there
    # Read as two classes, this topic and all else; with nothing else there, frequency alone decides.
    usual = sum(overall.values()) / (2 if there else 1)
    score = {word: count * math.log(1 + usual / overall[word]) for word, count in here.items()}
    best = sorted(score, key=lambda word: (-score[word], word))[:CANDIDATES]
    used = {name.casefold() for name in taken}
    return next(name for name in _names(best, score) if name.casefold() not in used)


def _names(best: Sequence[str], score: dict[str, float]) -> Iterable[str]:
    """Yield names, the best first, without end."""
    if best[1:] and score[best[1]] >= SECOND * score[best[0]]:
        yield f"{best[0]}, {best[1]}".capitalize()
    yield from (word.capitalize() for word in best[:1])
    yield from (f"{best[0]}, {word}".capitalize() for word in best[1:])
    first, number = (best[0].capitalize() if best else "Topic"), 2
    while True:
        yield f"{first} {number}"
        number += 1


def _frequencies(texts: Iterable[str], language: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    tokenizer = _blank(language)
    for text in texts:
        counts.update({word.lower_ for word in tokenizer(text) if _can_name(word.lower_, is_stop=word.is_stop)})
    for plural in [word for word in counts if word.endswith("s") and word[:-1] in counts]:
        counts[plural[:-1]] += counts.pop(plural)
    return counts


def _can_name(word: str, *, is_stop: bool) -> bool:
    return not is_stop and word.isalpha() and SHORTEST <= len(word) <= LONGEST
