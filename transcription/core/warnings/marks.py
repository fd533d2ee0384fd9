"""Doubtful words in a text as people read it: cut at boundaries of ideas, and with what a person changed or kept."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from transcription.core.edit_script import Piece, Replacement, pieces_within
from transcription.core.words import Word

MOSTLY_SHARE = 0.5
"""Share of the letters of a text from which on it is doubtful as a whole."""


class MarkedText(NamedTuple):
    """A stretch of a text, and whether its words may not have been said. White space goes with what is sure."""

    text: str
    is_doubtful: bool


class TextSpan(NamedTuple):
    """Characters start..end (exclusive) of a text, counted from 0."""

    start: int
    end: int


def touched_words(changes: Iterable[Replacement]) -> set[int]:
    """Return the numbers of the words that a person changed or kept: nothing is doubtful about them any more.

    changes: all that were not undone, those too that a later one covers: whoever wrote it had heard these words.
    """
    return {number for change in changes for number in range(change.first, change.last)}


def hidden_words(words: Iterable[Word], doubtful: Collection[int]) -> list[Word]:
    """Return the words with dots in place of the letters of doubtful ones: each is as long as it was."""
    return [
        word._replace(text="." * len(word.text)) if number in doubtful else word for number, word in enumerate(words)
    ]


def mark_text(
    words: Sequence[Word], changes: Iterable[Replacement], doubtful: Collection[int], start: int, end: int
) -> list[MarkedText]:
    """Return what now stands for characters start..end of what was heard, cut where doubt begins and ends.

    Joined, the stretches are what `edit_script.excerpt` gives; of words that are cut, where nothing was changed, the
    part within. doubtful: numbers of words; what a person put in place of them is sure.
    """
    changes = list(changes)
    if not changes:
        return _tidied(_runs(_cut(words, doubtful, start, end)))
    return _tidied(mark_pieces(pieces_within(words, changes, start, end), doubtful))


def mark_pieces(pieces: Iterable[Piece], doubtful: Collection[int]) -> list[MarkedText]:
    """Return what pieces of a text say, with all its white space. doubtful: as in `mark_text`."""
    return _runs((piece.text, not piece.is_changed and piece.first in doubtful) for piece in pieces)


def _runs(marked: Iterable[tuple[str, bool]]) -> list[MarkedText]:
    runs = groupby(marked, key=itemgetter(1))
    return [MarkedText("".join(text for text, _ in run), is_doubtful) for is_doubtful, run in runs]


def _cut(words: Sequence[Word], doubtful: Collection[int], start: int, end: int) -> Iterator[tuple[str, bool]]:
    begin = 0
    for number, word in enumerate(words):
        if begin >= end:
            break
        text = word.text[max(start - begin, 0) : end - begin]
        if text:
            yield text, number in doubtful
        begin += len(word.text)


def _tidied(runs: Sequence[MarkedText]) -> list[MarkedText]:
    """Return runs without white space at either end of the whole, nor at either end of what is doubtful."""
    found: list[MarkedText] = []

    def add(text: str, *, is_doubtful: bool) -> None:
        if not found:
            text = text.lstrip()
        if not text:
            return
        if found and found[-1].is_doubtful == is_doubtful:
            text = found.pop().text + text
        found.append(MarkedText(text, is_doubtful))

    for text, is_doubtful in runs:
        core = text.strip() if is_doubtful else text
        before, _, after = text.partition(core) if core else (text, "", "")
        add(before, is_doubtful=False)
        add(core, is_doubtful=is_doubtful)
        add(after, is_doubtful=False)
    while found and not found[-1].text.strip():
        found.pop()
    if found:
        found[-1] = found[-1]._replace(text=found[-1].text.rstrip())
    return found


def spans_of(marked: Iterable[MarkedText]) -> list[TextSpan]:
    """Return where the doubtful stretches stand in the text that all of them make."""
    found, begin = [], 0
    for text, is_doubtful in marked:
        if is_doubtful:
            found.append(TextSpan(begin, begin + len(text)))
        begin += len(text)
    return found


def marked_by_spans(text: str, spans: Iterable[Sequence[int]]) -> list[MarkedText]:
    """Return a text cut at its doubtful spans, which are in order: the way back from `spans_of`."""
    found, reached = [], 0
    for start, end in spans:
        found += [MarkedText(text[reached:start], is_doubtful=False), MarkedText(text[start:end], is_doubtful=True)]
        reached = end
    return [part for part in (*found, MarkedText(text[reached:], is_doubtful=False)) if part.text]


def cut_marked(marked: Iterable[MarkedText], start: int, end: int) -> list[MarkedText]:
    """Return what stands at characters start..end of a marked text, with its marks, without white space around it."""
    found, begin = [], 0
    for text, is_doubtful in marked:
        found.append(MarkedText(text[max(start - begin, 0) : max(end - begin, 0)], is_doubtful))
        begin += len(text)
    return _tidied(found)


def sure_text(text: str, spans: Iterable[Sequence[int]]) -> str:
    """Return a text without its doubtful spans, which are in order; "" where nothing of it is sure."""
    kept, reached = [], 0
    for start, end in spans:
        kept.append(text[reached:start].strip())
        reached = end
    return " ".join(part for part in (*kept, text[reached:].strip()) if part)


def is_mostly_doubtful(text: str, spans: Iterable[Sequence[int]]) -> bool:
    """Return whether at least half of a text's letters and digits stand in its doubtful spans."""
    within = sum(_letters(text[start:end]) for start, end in spans)
    return within > 0 and within >= MOSTLY_SHARE * _letters(text)


def _letters(text: str) -> int:
    return sum(sign.isalnum() for sign in text)
