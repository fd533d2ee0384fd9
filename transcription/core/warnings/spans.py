"""What is doubtful about a transcript, and about which of its words; written as short strings among its warnings."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

WRITTEN = re.compile(r"(?P<name>[a-z ]+)\[(?P<first>\d+):(?P<last>\d+)\]")


class Doubt(NamedTuple):
    """Words first..last (exclusive), counted from 0, and why they may not have been said. Written "unsure[3:17]"."""

    name: str
    first: int
    last: int

    def __str__(self) -> str:
        return f"{self.name}[{self.first}:{self.last}]"


def read(warning: str) -> Doubt | None:
    """Return the doubt that a warning is, or None where it is about the recording as a whole."""
    found = WRITTEN.fullmatch(warning)
    return Doubt(found["name"], int(found["first"]), int(found["last"])) if found else None


def after(words: int, warnings: Iterable[str]) -> list[str]:
    """Return a slice's warnings as they are in the whole. words: how many were heard before the slice."""
    return [
        str(doubt._replace(first=doubt.first + words, last=doubt.last + words)) if (doubt := read(warning)) else warning
        for warning in warnings
    ]


def joined(doubts: Iterable[Doubt]) -> Iterator[Doubt]:
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
