"""Words taken out of a transcript, and put back: what counts its words or characters follows."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from transcription.core.warnings.spans import parse_doubt
from transcription.core.words import Word

MARGIN_SECONDS = 0.5
"""How far silence reaches beyond words, whose times are guesses, where nothing else is said."""


class QuietSpan(NamedTuple):
    """From which second of a recording to which nothing is to be heard any more."""

    start: float
    end: float


def quiet_span(words: Sequence[Word], first: int, end: int) -> QuietSpan:
    """Return the stretch of words first..end (exclusive), with a margin: at most half of the pause to what is kept."""
    start, until = words[first].start, max(word.end for word in words[first:end])
    before = max((word.end for word in words[:first]), default=-start)
    after = min((word.start for word in words[end:]), default=until + 2 * MARGIN_SECONDS)
    lead = min(MARGIN_SECONDS, max(0.0, (start - before) / 2))
    trail = min(MARGIN_SECONDS, max(0.0, (after - until) / 2))
    return QuietSpan(max(0.0, start - lead), until + trail)


def words_within(words: Sequence[Word], span: QuietSpan, kept: Collection[int]) -> set[int]:
    """Return the numbers of the words most of which lies in a span of the sound, without those that are kept."""
    middles = ((number, (word.start + word.end) / 2) for number, word in enumerate(words))
    return {number for number, middle in middles if span.start <= middle <= span.end and number not in kept}


class Gap(NamedTuple):
    """Where words were: the numbers that they had, in order, and what they were."""

    numbers: list[int]
    words: list[Word]

    def number_after(self, number: int) -> int:
        """Return the number that a word has without them which had this one, or the next that is left."""
        return number - bisect_left(self.numbers, number)

    def number_before(self, number: int) -> int:
        """Return the number that a word had with them."""
        for gone in self.numbers:
            if gone > number:
                break
            number += 1
        return number

    def characters_before(self, number: int) -> int:
        """Return how many characters of them stood before a word. number: with them."""
        return sum(len(word.text) for word in self.words[: bisect_left(self.numbers, number)])

    def fill(self, words: Sequence[Word]) -> list[Word]:
        """Return all words, with them in their places. words: those that are left."""
        whole = list(words)
        for number, word in zip(self.numbers, self.words, strict=True):
            whole.insert(number, word)
        return whole

    def range_before(self, first: int, last: int) -> tuple[int, int]:
        """Return which words first..last (exclusive) were; of those around the gap, the ones before it."""
        begin = self.number_before(first)
        next_gone = bisect_left(self.numbers, begin)
        return begin, min([self.number_before(last - 1) + 1, *self.numbers[next_gone : next_gone + 1]])


def gap_of(words: Sequence[Word], gone: Iterable[int]) -> Gap:
    """Return the gap that some words leave. gone: their numbers."""
    numbers = sorted(gone)
    return Gap(numbers, [words[number] for number in numbers])


def words_left(words: Sequence[Word], gap: Gap) -> list[Word]:
    """Return the words without those of a gap."""
    gone = set(gap.numbers)
    return [word for number, word in enumerate(words) if number not in gone]


def warnings_left(warnings: Iterable[str], gap: Gap) -> list[str]:
    """Return a transcript's warnings without those of words that are gone, the others as the words are counted now."""
    gone, left = set(gap.numbers), []
    for warning in warnings:
        doubt = parse_doubt(warning)
        if doubt is None:
            left.append(warning)
        elif doubted := [number for number in range(doubt.first, doubt.last) if number not in gone]:
            first, last = gap.number_after(doubted[0]), gap.number_after(doubted[-1]) + 1
            left.append(str(doubt._replace(first=first, last=last)))
    return left
