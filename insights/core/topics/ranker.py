"""How much each kind of evidence weighs: fitted on other people, and from there on what this person decided.

A conditional logit (McFadden 1974): the odds between two topics are the exponential of the weighted difference of what
speaks for them. A person's own weights are the likeliest after their decisions, beginning from those of others (ridge
towards a prior), so that three corrections change next to nothing and a hundred a good deal.
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from insights.core.topics.features import KINDS, Evidence

Weights = NDArray[np.float64]
"""Of shape (len(KINDS),)."""

FITTED = Path(__file__).parent / "weights.json"
CAUTION = 60.0
"""How many decisions the weights fitted on others count for, about."""
LESSONS = 300
"""Decisions, the latest, that are learned from."""
SLOWLY = 30
"""Decisions after which half of what they teach is believed: one odd case among three is not to upset the rest."""
STEPS = 20
PRECISE = 1e-4
"""Change of what is spoken for a topic, below which no order changes."""


class Lesson(NamedTuple):
    """A decision. evidence: as it stood before. chosen: the row that was chosen."""

    evidence: Evidence
    chosen: int


class Prior(NamedTuple):
    """weights: fitted on other people. spread: how much each kind of evidence varies between the topics of an idea."""

    weights: Weights
    spread: Weights


@cache
def prior() -> Prior:
    """Return what `manage.py fit_topics` fitted."""
    told = json.loads(FITTED.read_text())
    return Prior(*(np.array([told[part][kind] for kind in KINDS]) for part in ("weights", "spread")))


def probabilities(evidence: Evidence, weights: Weights) -> NDArray[np.float64]:
    """Return how likely each row is the right one, shape (k + 1,); they add up to 1."""
    odds = evidence @ weights
    likely = np.exp(odds - odds.max())
    return np.asarray(likely / likely.sum())


def taught(lessons: Sequence[Lesson], start: Prior) -> Weights:
    """Return a person's own weights, nearer to those of others the fewer decisions there are."""
    believed = len(lessons) / (len(lessons) + SLOWLY)
    own: Weights = start.weights + believed * (fitted(lessons, start) - start.weights)
    return own


def fitted(lessons: Sequence[Lesson], start: Prior, caution: float = CAUTION) -> Weights:
    """Return the likeliest weights after some decisions.

    Newton's method, its steps halved while they lead upwards; the problem is convex and has one optimum.
    """
    ridge = caution * start.spread**2
    weights = start.weights.copy()
    for _ in range(STEPS):
        slope, bend = ridge * (weights - start.weights), np.diag(ridge)
        for evidence, chosen in lessons:
            likely = probabilities(evidence, weights)
            mean = likely @ evidence
            slope = slope + mean - evidence[chosen]
            bend = bend + (evidence * likely[:, None]).T @ evidence - np.outer(mean, mean)
        step = np.linalg.solve(bend, slope)
        index = _cost(lessons, start, ridge, weights)
        while np.abs(step * start.spread).max() > PRECISE and _cost(lessons, start, ridge, weights - step) > index:
            step = step / 2
        weights = weights - step
        if np.abs(step * start.spread).max() <= PRECISE:
            break
    return np.asarray(weights)


def _cost(lessons: Sequence[Lesson], start: Prior, ridge: Weights, weights: Weights) -> float:
    """Return how unlikely the decisions and the weights are, as a negative logarithm."""
    unlikely = [-np.log(max(probabilities(evidence, weights)[chosen], 1e-300)) for evidence, chosen in lessons]
    return float(sum(unlikely) + 0.5 * (ridge * (weights - start.weights) ** 2).sum())


def spread_of(lessons: Sequence[Lesson]) -> Weights:
    """Return how much each kind of evidence varies between the rows of a decision, at least a little."""
    varies = np.mean([lesson.evidence.std(axis=0) for lesson in lessons], axis=0)
    return np.asarray(np.maximum(varies, 1e-3), dtype=np.float64)
