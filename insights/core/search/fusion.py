"""Several rankings made one by reciprocal rank: Cormack, Clarke and Büttcher 2009, "Reciprocal Rank Fusion"."""

from collections.abc import Hashable, Sequence
from typing import TypeVar

RANK_OFFSET = 60
"""k of the paper: how little the first places of one ranking count more than the next."""

Ranked = TypeVar("Ranked", bound=Hashable)


def fuse(rankings: Sequence[Sequence[Ranked]], weights: Sequence[float]) -> list[Ranked]:
    """Return all that stands in some rankings, the best first; equal ones in the order of the first ranking."""
    scores: dict[Ranked, float] = {}
    for ranking, weight in zip(rankings, weights, strict=True):
        for rank, one in enumerate(ranking, start=1):
            scores[one] = scores.get(one, 0.0) + weight / (RANK_OFFSET + rank)
    return sorted(scores, key=lambda one: -scores[one])
