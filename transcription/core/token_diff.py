"""What two long lists of tokens have in common, in a number of steps that is bounded before it begins.

Tokens that stand once on both sides are anchors (patience diff, Bram Cohen), and between them it is looked for others.
What lies between anchors is compared in full where it is short, and else by Myers' greedy algorithm (An O(ND)
Difference Algorithm, 1986), without the tokens that stand on one side alone. Where all steps are spent, the rest counts
as another text.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

MAX_STEPS = 1_000_000
"""Tokens looked at in all, about: half a second. An edit in a long text takes a tenth of it."""

FULL_TOKENS = 64
"""Tokens on a side up to which all is compared with all. In the worst case that takes the third power of them."""


class MatchingRun(NamedTuple):
    """Tokens old..old + size of one list are new..new + size of the other."""

    old: int
    new: int
    size: int


class _Gap(NamedTuple):
    old: int
    old_end: int
    new: int
    new_end: int


def matching_runs(old: Sequence[str], new: Sequence[str]) -> list[MatchingRun]:
    """Return what two lists have in common: runs in order, apart in at least one of the two."""
    return list(_joined_runs(sorted(_matches(old, new))))


def _matches(old: Sequence[str], new: Sequence[str]) -> Iterator[MatchingRun]:
    steps, gaps = MAX_STEPS, [_Gap(0, len(old), 0, len(new))]
    while gaps:
        gap, ends = _trimmed(old, new, gaps.pop())
        yield from ends
        was, now = old[gap.old : gap.old_end], new[gap.new : gap.new_end]
        if not was or not now:
            continue
        is_short = max(len(was), len(now)) <= FULL_TOKENS
        steps -= len(was) * len(now) if is_short else len(was) + len(now)
        if steps < 0:
            return
        if is_short:
            found = SequenceMatcher(None, was, now, autojunk=False).get_matching_blocks()
            yield from (MatchingRun(gap.old + i, gap.new + j, size) for i, j, size in found if size)
            continue
        anchors = _anchors(was, now)
        if not anchors:
            was_at, now_at = _places_of_shared(was, now), _places_of_shared(now, was)
            kept, taken = _by_few_differences([was[i] for i in was_at], [now[j] for j in now_at], steps)
            yield from (MatchingRun(gap.old + was_at[i], gap.new + now_at[j], 1) for i, j in kept)
            steps -= taken
            continue
        yield from (MatchingRun(gap.old + i, gap.new + j, 1) for i, j in anchors)
        edges = [(-1, -1), *anchors, (len(was), len(now))]
        gaps += [
            _Gap(gap.old + i + 1, gap.old + i_end, gap.new + j + 1, gap.new + j_end)
            for (i, j), (i_end, j_end) in pairwise(edges)
        ]


def _trimmed(old: Sequence[str], new: Sequence[str], gap: _Gap) -> tuple[_Gap, list[MatchingRun]]:
    """Return a gap without what is the same at its ends, and these ends."""
    at, end, new_at, new_end = gap
    while at < end and new_at < new_end and old[at] == new[new_at]:
        at, new_at = at + 1, new_at + 1
    while at < end and new_at < new_end and old[end - 1] == new[new_end - 1]:
        end, new_end = end - 1, new_end - 1
    ends = MatchingRun(gap.old, gap.new, at - gap.old), MatchingRun(end, new_end, gap.old_end - end)
    return _Gap(at, end, new_at, new_end), [run for run in ends if run.size]


def _anchors(was: Sequence[str], now: Sequence[str]) -> list[tuple[int, int]]:
    """Return the longest ordered choice of tokens that stand once on both sides, by their places."""
    once, once_now = Counter(was), Counter(now)
    place = {token: at for at, token in enumerate(was) if once[token] == 1}
    pairs = [(place[token], at) for at, token in enumerate(now) if once_now[token] == 1 and token in place]
    return _longest_rising(pairs)


def _places_of_shared(these: Sequence[str], others: Sequence[str]) -> list[int]:
    """Return the places of tokens that stand among the others too."""
    known = set(others)
    return [at for at, token in enumerate(these) if token in known]


def _longest_rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest choice of pairs, given by their second numbers, in which the first ones rise too."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for number, (first, _second) in enumerate(pairs):
        length = bisect_left(tails, first)
        before.append(ends[length - 1] if length else -1)
        tails[length : length + 1], ends[length : length + 1] = [first], [number]
    chosen = []
    number = ends[-1] if ends else -1
    while number >= 0:
        chosen.append(pairs[number])
        number = before[number]
    return chosen[::-1]


def _by_few_differences(was: Sequence[str], now: Sequence[str], steps: int) -> tuple[list[tuple[int, int]], int]:
    """Return the pairs of places that a shortest edit script keeps, and the steps it took; no pairs beyond `steps`.

    It is looked for by the number of tokens taken out or put in: after each, how far each diagonal is reached.
    """
    reached: dict[int, int] = {1: 0}
    history: list[dict[int, int]] = []
    taken = 0
    for differences in range(len(was) + len(now) + 1):
        history.append({})
        for diagonal in range(-differences, differences + 1, 2):
            is_put_in = diagonal == -differences or (
                diagonal != differences and reached[diagonal - 1] < reached[diagonal + 1]
            )
            at = reached[diagonal + 1] if is_put_in else reached[diagonal - 1] + 1
            begun = at
            while at < len(was) and 0 <= at - diagonal < len(now) and was[at] == now[at - diagonal]:
                at += 1
            taken += 1 + at - begun
            reached[diagonal] = history[-1][diagonal] = at
            if at >= len(was) and at - diagonal >= len(now):
                return _kept_pairs(history, diagonal), taken
            if taken > steps:
                return [], taken
    return [], taken


def _kept_pairs(history: Sequence[dict[int, int]], diagonal: int) -> list[tuple[int, int]]:
    """Return, from the end of Myers' way back to its beginning, the places of tokens that stay; in their order."""
    pairs: list[tuple[int, int]] = []
    for differences in range(len(history) - 1, -1, -1):
        at, before = history[differences][diagonal], history[differences - 1] if differences else {}
        is_put_in = diagonal == -differences or (
            diagonal != differences and before.get(diagonal - 1, -1) < before.get(diagonal + 1, -1)
        )
        begun = 0
        if differences:
            begun = before[diagonal + 1] if is_put_in else before[diagonal - 1] + 1
        pairs += [(place, place - diagonal) for place in range(at - 1, begun - 1, -1)]
        diagonal += 1 if is_put_in else -1
    return pairs[::-1]


def _joined_runs(runs: Sequence[MatchingRun]) -> Iterator[MatchingRun]:
    """Yield runs, of which those that follow each other on both sides are one."""
    last: MatchingRun | None = None
    for run in runs:
        if last and (last.old + last.size, last.new + last.size) == (run.old, run.new):
            last = last._replace(size=last.size + run.size)
            continue
        if last:
            yield last
        last = run
    if last:
        yield last
