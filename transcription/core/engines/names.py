"""Names of a person's vocabulary, where they were said and written as something else.

With names in its prompt Whisper also writes them where nobody says them, and hears other words worse. So what it writes
without them stands, and of what it writes with them only names count, where each has evidence of its own.
"""

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from capture.core.whisper_json import SURE_PROBABILITY
from transcription.core.engines.vad import Speech
from transcription.core.warnings.hallucination import Segment
from transcription.core.warnings.phrases import letters_and_digits
from transcription.core.words import Word, joined

SURE_NAME, LIKELY_NAME = 0.5, 0.1
"""Least probability of its words at which a name is sure, and likely."""
SURE_ALIKE, LIKELY_ALIKE, ALIKE = 0.2, 0.4, 0.7
"""Share of letters that a sure name, a likely one and any other has in common with what was heard in its place, in
order (Ratcliff and Obershelp 1988). Of 56 words of 94 clips of people that Whisper base had wrong and that its prompt
brought, 46 were kept so, and of 20 names that nobody said none."""
MOST_WORDS = 12
"""Words in a row that were heard otherwise: where it is more, nothing tells which of them a name stands for."""
LEAST_SECONDS = 0.1
"""A name that is shorter was not said."""
LEAST_VOICE = 0.3
"""Least mean probability of a voice in it, by Silero."""


class SaidName(NamedTuple):
    """A name that was said in place of the words first..last (exclusive), counted from 0. alike: share of letters."""

    first: int
    last: int
    words: list[Word]
    alike: float


def has_names(words: Iterable[Word], names: Iterable[str]) -> bool:
    """Return whether any word is one of the names."""
    wanted = _letters_of_names(names)
    return any(letters_and_digits(word.text) in wanted for word in words)


def said_names(
    words: Sequence[Word], prompted: Sequence[Word], names: Iterable[str], speech: Speech
) -> Iterator[SaidName]:
    """Yield the names that were said where something else was heard, in order.

    words: heard without the names in the prompt. prompted: heard with them, in the same recording.
    """
    wanted = [tuple(filter(None, map(letters_and_digits, name.split()))) for name in names]
    heard, told = ([letters_and_digits(word.text) for word in side] for side in (words, prompted))
    for kind, first, last, begin, end in SequenceMatcher(None, heard, told, autojunk=False).get_opcodes():
        if kind == "replace" and last - first <= MOST_WORDS:
            reached = first
            for said in _names_in(prompted[begin:end], wanted):
                found = _found_among(words, reached, last, said)
                if found and _is_said(said, found, speech):
                    reached = found.last  # what follows was said after it
                    yield found


def _names_in(prompted: Sequence[Word], wanted: Sequence[Sequence[str]]) -> Iterator[Sequence[Word]]:
    """Yield the words of each name among some: of a whole one, or of one of its parts."""
    told, at = [letters_and_digits(word.text) for word in prompted], 0
    while at < len(told):
        whole = max((len(name) for name in wanted if name and tuple(told[at : at + len(name)]) == name), default=0)
        length = whole or int(any(told[at] in name for name in wanted))
        if length:
            yield prompted[at : at + length]
        at += max(length, 1)


def put_names(
    words: Sequence[Word], segments: Iterable[Segment], names: Iterable[SaidName]
) -> tuple[list[Word], list[Segment]]:
    """Return words with names in place of what was heard, and the segments that they stand in then."""
    named, moved = list(words), list(segments)
    for first, last, said, _alike in sorted(names, reverse=True):
        named[first:last] = said
        end = first + len(said)

        def moved_to(number: int, first: int = first, last: int = last, end: int = end) -> int:
            return number if number <= first else end if number <= last else number + end - last

        moved = [one._replace(first=moved_to(one.first), last=moved_to(one.last)) for one in moved]
    return named, [one for one in moved if one.first < one.last]


def _letters_of_names(names: Iterable[str]) -> set[str]:
    return {letters_and_digits(part) for name in names for part in name.split()} - {""}


def _found_among(words: Sequence[Word], first: int, last: int, said: Sequence[Word]) -> SaidName | None:
    """Return where among words first..last (exclusive) what was heard is most like a name, or None without words."""
    spans = [(begin, end) for begin in range(first, last) for end in range(begin + 1, last + 1)]
    best = max(spans, key=lambda span: _share_alike(words[slice(*span)], said), default=None)
    return best and SaidName(*best, _in_place_of(words[slice(*best)], said), _share_alike(words[slice(*best)], said))


def _share_alike(heard: Sequence[Word], said: Sequence[Word]) -> float:
    one, other = (letters_and_digits(joined(words)) for words in (heard, said))
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _is_said(said: Sequence[Word], found: SaidName, speech: Speech) -> bool:
    start, end = said[0].start, said[-1].end
    if end - start < LEAST_SECONDS or (not speech.is_still and speech.probability(start, end) < LEAST_VOICE):
        return False
    probability = min(word.probability for word in said)
    if SURE_NAME <= probability < SURE_PROBABILITY:
        return found.alike >= SURE_ALIKE
    return found.alike >= (LIKELY_ALIKE if probability >= LIKELY_NAME else ALIKE)


def _in_place_of(heard: Sequence[Word], said: Sequence[Word]) -> list[Word]:
    """Return a name with the white space before it, and the punctuation after it, of what was heard there."""
    before, after = heard[0].text, heard[-1].text
    last = len(said) - 1
    return [
        word._replace(
            text=("" if number else before[: len(before) - len(before.lstrip())])
            + (word.text if number else word.text.lstrip()).rstrip(".,;:!?…")
            + (after[len(after.rstrip(".,;:!?…")) :] if number == last else "")
        )
        for number, word in enumerate(said)
    ]
