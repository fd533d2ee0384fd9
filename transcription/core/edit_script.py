"""The text of a transcript as a person edited it: heard words, and replacements beside them.

The words are never touched. A change says what stands in place of some of them; what a person sees is worked out anew
from both, so that every stretch of it keeps the seconds in which its words were spoken.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from transcription.core.token_diff import MatchingRun, matching_runs
from transcription.core.words import Word, joined

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
    held: list[Replacement] = []  # in the order of their words, apart
    firsts: list[int] = []
    for change in changes:
        begin = bisect_right(firsts, change.first)
        if begin and held[begin - 1].last > change.first:
            begin -= 1
        end = bisect_left(firsts, change.last)
        held[begin:end], firsts[begin:end] = [change], [change.first]
    return held


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


def pieces_within(words: Sequence[Word], changes: Iterable[Replacement], start: int, end: int) -> list[Piece]:
    """Return what now stands for characters start..end of what was heard. Of a piece the first word's place counts."""
    ends = list(accumulate(len(word.text) for word in words))
    return [
        piece
        for piece in text_pieces(words, changes)
        if ends[piece.first] > start and ends[piece.first] - len(words[piece.first].text) < end
    ]


def excerpt(words: Sequence[Word], changes: Iterable[Replacement], start: int, end: int) -> str:
    """Return the text that now stands for characters start..end of what was heard (see `pieces_within`)."""
    return text_of(pieces_within(words, changes, start, end)).strip()


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
    if start < end:
        return bisect_right(ends, start), min(bisect_left(ends, end) + 1, len(ends))
    number = bisect_left(ends, start)  # the piece that ends there, or one emptied at the very beginning
    if number + 1 < len(ends) and ends[number + 1] == start == ends[number]:
        number += 1  # one that was emptied just there
    return number, number + 1


def _differences(old: str, new: str) -> Iterator[_Difference]:
    """Yield where two texts differ, in order, by whole tokens; within one, by what is not the same at both its ends."""
    was, now = _TOKEN.findall(old), _TOKEN.findall(new)
    was_at, now_at = [0, *accumulate(map(len, was))], [0, *accumulate(map(len, now))]
    i = j = 0
    for run in (*matching_runs(was, now), MatchingRun(len(was), len(now), 0)):
        if i < run.old or j < run.new:
            found = _Difference(was_at[i], was_at[run.old], now_at[j], now_at[run.new])
            yield _narrowed(old, new, found) if run.old - i == 1 else found
        i, j = run.old + run.size, run.new + run.size


def _narrowed(old: str, new: str, found: _Difference) -> _Difference:
    """Leave out what is the same at both ends: in scripts without white space a token is a sentence of many words."""
    start, end, new_start, new_end = found
    while start < end and new_start < new_end and old[start] == new[new_start]:
        start, new_start = start + 1, new_start + 1
    while start < end and new_start < new_end and old[end - 1] == new[new_end - 1]:
        end, new_end = end - 1, new_end - 1
    return _Difference(start, end, new_start, new_end)
