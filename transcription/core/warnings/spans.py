"""Doubts about words of a transcript, stored as short strings among its warnings."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from statistics import fmean
from typing import NamedTuple

from transcription.core.words import Word

DOUBT_PATTERN = re.compile(r"(?P<name>[a-z ]+)\[(?P<first>\d+):(?P<last>\d+)\]")
UNSAID, PHANTOM = "maybe no speech", "phantom"
"""The doubts whether anybody said it. The others are of words that somebody said, whichever they were."""
UNSURE_BELOW = 0.6
"""Mean probability of a transcript's words. Clear speech has 0.8 and more, by the models from `base` on."""


class Doubt(NamedTuple):
    """Words first..last (exclusive), counted from 0, and why they may not have been said. Written "unsure[3:17]"."""

    name: str
    first: int
    last: int

    def __str__(self) -> str:
        return f"{self.name}[{self.first}:{self.last}]"


def parse_doubt(warning: str) -> Doubt | None:
    """Return the doubt that a warning is, or None where it is about the recording as a whole."""
    found = DOUBT_PATTERN.fullmatch(warning)
    return Doubt(found["name"], int(found["first"]), int(found["last"])) if found else None


def shift_warnings(words: int, warnings: Iterable[str]) -> list[str]:
    """Return a slice's warnings as they are in the whole. words: how many were heard before the slice."""
    return [
        str(doubt._replace(first=doubt.first + words, last=doubt.last + words))
        if (doubt := parse_doubt(warning))
        else warning
        for warning in warnings
    ]


def merge_doubts(doubts: Iterable[Doubt]) -> Iterator[Doubt]:
    """Yield doubts by their names, those of one name that touch or overlap as one."""
    for name, same in groupby(sorted(doubts), key=lambda doubt: doubt.name):
        open_one: Doubt | None = None
        for doubt in same:
            if open_one and doubt.first <= open_one.last:
                open_one = Doubt(name, open_one.first, max(open_one.last, doubt.last))
                continue
            if open_one:
                yield open_one
            open_one = doubt
        if open_one:
            yield open_one


def is_doubtful(words: Sequence[Word], warnings: Collection[str]) -> bool:
    """Return whether a transcript is worth hearing again: it has warnings, or its words' mean probability is low."""
    return bool(warnings) or (bool(words) and fmean(word.probability for word in words) < UNSURE_BELOW)


def is_unsaid(words: Sequence[Word], warnings: Iterable[str]) -> bool:
    """Return whether there are words, and of each of them it is doubted that anybody said it."""
    doubts = (doubt for doubt in map(parse_doubt, warnings) if doubt and doubt.name in {UNSAID, PHANTOM})
    doubted = {number for doubt in doubts for number in range(doubt.first, doubt.last)}
    return bool(words) and doubted.issuperset(range(len(words)))


def doubtful_words(warnings: Iterable[str]) -> set[int]:
    """Return the numbers of the words that a warning is about."""
    return {number for doubt in map(parse_doubt, warnings) if doubt for number in range(doubt.first, doubt.last)}
