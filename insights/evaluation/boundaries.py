"""How well memos are split: boundaries that are right, wrong and missed, and windows that disagree. Pure."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from insights.evaluation.memos import LabelledMemo

WITHIN_WORDS = 2
"""Words by which a boundary may lie beside the right one."""


class JudgedBoundaries(NamedTuple):
    """Boundaries of one memo, each right, wrong or missed; those where both answers are right are none of these."""

    right: int
    wrong: int
    missed: int


def judge_boundaries(memo: LabelledMemo, found: Sequence[int]) -> JudgedBoundaries:
    """Hold boundaries against the right ones, each of which stands for one at most, the nearest first."""
    pairs = sorted((abs(mine - theirs), mine, theirs) for mine in found for theirs in memo.bounds)
    taken: set[int] = set()
    met: set[int] = set()
    for distance, mine, theirs in pairs:
        if distance <= WITHIN_WORDS and mine not in taken and theirs not in met:
            taken.add(mine)
            met.add(theirs)
    wrong = [mine for mine in found if mine not in taken and not _is_open(memo, mine)]
    return JudgedBoundaries(len(met), len(wrong), len(memo.bounds) - len(met))


def _is_open(memo: LabelledMemo, mine: int) -> bool:
    return any(abs(mine - either) <= WITHIN_WORDS for either in memo.either)


def boundary_figures(memos: Sequence[LabelledMemo], found: Sequence[Sequence[int]]) -> dict[str, float | int | None]:
    """Return the figures of `manage.py evaluate_splitting`; None where there is nothing to divide by.

    Pk (Beeferman et al. 1999) and WindowDiff (Pevzner and Hearst 2002): windows of half a memo's mean idea, in words.
    """
    judged = [judge_boundaries(memo, bounds) for memo, bounds in zip(memos, found, strict=True)]
    right, wrong, missed = (sum(one[part] for one in judged) for part in range(3))
    single = [one for memo, one in zip(memos, judged, strict=True) if not memo.bounds]
    pk, differing = _window_errors(memos, found)
    return {
        "memos": len(memos),
        "boundaries": right + missed,
        "found": right + wrong,
        "precision": _rounded_share(right, right + wrong),
        "recall": _rounded_share(right, right + missed),
        "f1": _rounded_share(2 * right, 2 * right + wrong + missed),
        "pk": pk,
        "windowdiff": differing,
        "one_idea_memos": len(single),
        "one_idea_memos_split": _rounded_share(sum(one.wrong > 0 for one in single), len(single)),
    }


def _rounded_share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _window_errors(memos: Iterable[LabelledMemo], found: Iterable[Sequence[int]]) -> tuple[float | None, float | None]:
    windows = apart = differing = 0
    for memo, bounds in zip(memos, found, strict=True):
        mine = [bound for bound in bounds if bound in memo.bounds or not _is_open(memo, bound)]
        width = max(2, round(len(memo.words) / (len(memo.bounds) + 1) / 2))
        for start in range(len(memo.words) - width):
            right, here = (sum(start < bound <= start + width for bound in each) for each in (memo.bounds, mine))
            windows += 1
            apart += (right > 0) != (here > 0)
            differing += right != here
    return _rounded_share(apart, windows), _rounded_share(differing, windows)
