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

from insights.core.embedding.protocol import WORDS
from insights.core.topics.features import KINDS, Evidence

Weights = NDArray[np.float64]
"""Of shape (len(KINDS),)."""

WEIGHTS_FILE = Path(__file__).parent / "weights.json"
PRIOR_DECISIONS = 60.0
"""How many decisions the weights fitted on others count for, about."""
LATEST_LESSONS = 300
"""Decisions, the latest, that are learned from."""
HALF_TRUST_DECISIONS = 30
"""Decisions after which the weights move half the way: one odd case among three must not upset the rest."""
NEWTON_STEPS = 20
"""Steps of a fit, at most."""
STEP_PRECISION = 1e-4
"""Change of a topic's weighted features below which a fit ends: no order changes any more."""


class Lesson(NamedTuple):
    """A decision. evidence: as it stood before. chosen: the row that was chosen."""

    evidence: Evidence
    chosen: int


class Prior(NamedTuple):
    """weights: fitted on other people. spread: how much each kind of evidence varies between the topics of an idea."""

    weights: Weights
    spread: Weights


@cache
def prior(kind: str = WORDS) -> Prior:
    """Return what `manage.py fit_topics` fitted for a kind of models (`Background.kind`)."""
    told = json.loads(WEIGHTS_FILE.read_text())[kind]
    return Prior(*(np.array([told[part][kind] for kind in KINDS]) for part in ("weights", "spread")))


def probabilities(evidence: Evidence, weights: Weights) -> NDArray[np.float64]:
    """Return how likely each row is the right one, shape (k + 1,); they add up to 1."""
    odds = evidence @ weights
    likely = np.exp(odds - odds.max())
    return np.asarray(likely / likely.sum())


def believed(likeliest: Weights, decisions: int, start: Prior) -> Weights:
    """Return the prior weights, moved towards the fitted ones as decisions grow."""
    share = decisions / (decisions + HALF_TRUST_DECISIONS)
    own: Weights = start.weights + share * (likeliest - start.weights)
    return own


def fitted(
    lessons: Sequence[Lesson], start: Prior, prior_decisions: float = PRIOR_DECISIONS, begin: Weights | None = None
) -> Weights:
    """Return the likeliest weights after some decisions. begin: where to look first, such as what was found before.

    Newton's method, its steps halved while they lead upwards; the problem is convex and has one optimum.
    """
    told = _Told(lessons)
    ridge = prior_decisions * start.spread**2
    weights = (start.weights if begin is None else begin).copy()
    likely = told.likely(weights)
    for _ in range(NEWTON_STEPS):
        slope, bend = told.slope_and_bend(likely)
        step = np.linalg.solve(np.diag(ridge) + bend, ridge * (weights - start.weights) + slope)
        now = _cost(told, likely, ridge, weights - start.weights)
        further = told.likely(weights - step)
        while (
            np.abs(step * start.spread).max() > STEP_PRECISION
            and _cost(told, further, ridge, weights - step - start.weights) > now
        ):
            step /= 2
            further = told.likely(weights - step)
        weights, likely = weights - step, further
        if np.abs(step * start.spread).max() <= STEP_PRECISION:
            break
    return np.asarray(weights)


class _Told:
    """All lessons in one array, shape (n, k, len(KINDS)); rows that a lesson does not have are never likely."""

    def __init__(self, lessons: Sequence[Lesson]) -> None:
        most = max((len(lesson.evidence) for lesson in lessons), default=1)
        self.evidence = np.zeros((len(lessons), most, len(KINDS)))
        self.lacking = np.zeros((len(lessons), most))
        for n, (evidence, _) in enumerate(lessons):
            self.evidence[n, : len(evidence)] = evidence
            self.lacking[n, len(evidence) :] = -np.inf
        rows = [chosen % len(evidence) for evidence, chosen in lessons]
        self.chosen = np.arange(len(lessons)), np.array(rows, dtype=np.intp)

    def likely(self, weights: Weights) -> NDArray[np.float64]:
        """Return how likely each row of each lesson is, shape (n, k)."""
        odds = self.evidence @ weights + self.lacking
        found = np.exp(odds - odds.max(axis=1, keepdims=True))
        return np.asarray(found / found.sum(axis=1, keepdims=True))

    def slope_and_bend(self, likely: NDArray[np.float64]) -> tuple[Weights, NDArray[np.float64]]:
        """Return the first and second derivatives of how unlikely the decisions are."""
        weighed = self.evidence * likely[:, :, None]
        means = weighed.sum(axis=1)
        # Lesson by lesson: the products are so small that no other thread is woken up for them.
        bend = np.matmul(weighed.transpose(0, 2, 1), self.evidence).sum(axis=0) - means.T @ means
        return (means - self.evidence[self.chosen]).sum(axis=0), bend


def _cost(told: _Told, likely: NDArray[np.float64], ridge: Weights, away: Weights) -> float:
    """Return how unlikely the decisions and the weights are, as a negative logarithm. away: from those of others."""
    unlikely = -np.log(np.maximum(likely[told.chosen], 1e-300)).sum()
    return float(unlikely + 0.5 * (ridge * away**2).sum())


def spread_of(lessons: Sequence[Lesson]) -> Weights:
    """Return how much each kind of evidence varies between the rows of a decision, at least a little.

    Of one that never varies nothing is known: it is taken to vary by 1, so that a weight moves little.
    """
    varies = np.mean([lesson.evidence.std(axis=0) for lesson in lessons], axis=0)
    return np.where(varies > 0, np.maximum(varies, 1e-3), 1.0)
