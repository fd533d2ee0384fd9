"""The text of a transcript as a person edited it: heard words, and replacements beside them.

The words are never touched. A change says what stands in place of some of them; what a person sees is worked out anew
from both, so that every stretch of it keeps the seconds in which its words were spoken.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import accumulate
from typing import NamedTuple

from transcription.core.words import Word, joined

MAX_COMPARED_PAIRS = 4_000_000
"""Pairs of tokens above which frequent ones are left out of the comparison: a second of work, instead of minutes."""
_TOKEN = re.compile(r"\s*\S+|\s+\Z")


class Replacement(NamedTuple):
    """What a person writes in place of the words first..last (exclusive, counted from 0, at least one)."""

    first: int
    last: int
    text: str


class Piece(NamedTuple):
    """A stretch of the text as it stands: one word as it was heard, or what a person put in place of words.

    text: with the white space before it. first, last: the words, as in Change. start, end: seconds of their audio.
    """

    text: str
    first: int
    last: int
    start: float
    end: float
    is_changed: bool


class _Difference(NamedTuple):
    """Characters old_start..old_end of one text that are new_start..new_end of another."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


def standing_changes(changes: Iterable[Replacement]) -> list[Replacement]:
    """Return the changes that hold, by their words. changes: in the order in which they were made.

    Of two that overlap, the later holds, and the earlier not at all.
    """
    held: list[Replacement] = []
    for change in changes:
        held = [other for other in held if other.last <= change.first or other.first >= change.last]
        held.append(change)
    return sorted(held)


def text_pieces(words: Sequence[Word], changes: Iterable[Replacement]) -> list[Piece]:
    """Return the text as it stands, together holding every word once and in order."""
    found: list[Piece] = []

    def as_heard(first: int, last: int) -> Iterator[Piece]:
        for number in range(first, last):
            word = words[number]
            yield Piece(word.text, number, number + 1, word.start, word.end, is_changed=False)

    reached = 0
    for first, last, text in standing_changes(changes):
        found += as_heard(reached, first)
        if text == joined(words[first:last]):
            found += as_heard(first, last)
        else:
            found.append(Piece(text, first, last, words[first].start, words[last - 1].end, is_changed=True))
        reached = last
    return [*found, *as_heard(reached, len(words))]


def text_of(shown: Iterable[Piece]) -> str:
    """Return what the pieces say: without changes, what was heard."""
    return "".join(piece.text for piece in shown)


def excerpt(words: Sequence[Word], changes: Iterable[Replacement], start: int, end: int) -> str:
    """Return what now stands for characters start..end of what was heard. Of a piece the first word's place counts."""
    ends = list(accumulate(len(word.text) for word in words))
    within = (
        piece
        for piece in text_pieces(words, changes)
        if ends[piece.first] > start and ends[piece.first] - len(words[piece.first].text) < end
    )
    return text_of(within).strip()


def changes_to(wanted: str, words: Sequence[Word], changes: Iterable[Replacement]) -> list[Replacement]:
    """Return the further changes that make the text as it stands the wanted one: few words each, ordered, apart.

    Each covers whole pieces, so that none of them leaves half of an earlier change behind. Words that were put in
    belong to the piece before them.
    """
    shown = text_pieces(words, changes)
    if not shown:
        return []
    ends = list(accumulate(len(piece.text) for piece in shown))
    further: list[tuple[int, int, list[_Difference]]] = []
    for difference in _differences(text_of(shown), wanted):
        first, last = _covering(ends, difference)
        if further and first < further[-1][1]:
            earlier_first, earlier_last, differences = further.pop()
            further.append((earlier_first, max(earlier_last, last), [*differences, difference]))
        else:
            further.append((first, last, [difference]))
    found = []
    for first, last, differences in further:
        before = differences[0].old_start - (ends[first] - len(shown[first].text))
        after = ends[last - 1] - differences[-1].old_end
        text = wanted[differences[0].new_start - before : differences[-1].new_end + after]
        found.append(Replacement(shown[first].first, shown[last - 1].last, text))
    return found


def _covering(ends: Sequence[int], difference: _Difference) -> tuple[int, int]:
    """Return the run of pieces, of which `ends` are the ends in the text, that a difference touches."""
    start, end = difference.old_start, difference.old_end
    starts = [0, *ends]
    if start < end:
        touched = [number for number, here in enumerate(ends) if here > start and starts[number] < end]
        return touched[0], touched[-1] + 1
    emptied = (number for number, here in enumerate(ends) if here == starts[number] == start)
    before = (number for number, here in enumerate(ends) if starts[number] < start <= here)
    number = next(emptied, next(before, 0))
    return number, number + 1


def _differences(old: str, new: str) -> Iterator[_Difference]:
    """Yield where two texts differ, in order, by whole tokens; within one, by what is not the same at both its ends."""
    was, now = _TOKEN.findall(old), _TOKEN.findall(new)
    was_at, now_at = [0, *accumulate(map(len, was))], [0, *accumulate(map(len, now))]
    same = next((n for n, (one, other) in enumerate(zip(was, now, strict=False)) if one != other), None)
    lead = min(len(was), len(now)) if same is None else same
    autojunk = (len(was) - lead) * (len(now) - lead) > MAX_COMPARED_PAIRS
    compared = SequenceMatcher(None, was[lead:], now[lead:], autojunk=autojunk)
    for tag, i, i_end, j, j_end in compared.get_opcodes():
        if tag == "equal":
            continue
        found = _Difference(was_at[lead + i], was_at[lead + i_end], now_at[lead + j], now_at[lead + j_end])
        yield _narrowed(old, new, found) if i_end - i == 1 else found


def _narrowed(old: str, new: str, found: _Difference) -> _Difference:
    """Leave out what is the same at both ends: in scripts without white space a token is a sentence of many words."""
    start, end, new_start, new_end = found
    while start < end and new_start < new_end and old[start] == new[new_start]:
        start, new_start = start + 1, new_start + 1
    while start < end and new_start < new_end and old[end - 1] == new[new_end - 1]:
        end, new_end = end - 1, new_end - 1
    return _Difference(start, end, new_start, new_end)
