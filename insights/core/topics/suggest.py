"""The three likeliest topics of an idea, each with its probability, or that it opens a new one."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from insights.core.topics.assign import Placed, assign_unsorted
from insights.core.topics.features import features_for
from insights.core.topics.idea_keys import Key
from insights.core.topics.idea_traits import IdeaFeatures
from insights.core.topics.index import TopicIndex
from insights.core.topics.ranker import LATEST_LESSONS, Lesson, Prior, Weights, believed, fitted, prior, probabilities
from insights.core.topics.space import products

SUGGESTED_TOPICS = 3
TRUSTED_DECISIONS = 20
"""Lessons from which on the ranker places ideas; with fewer, similarity alone does."""
SURE_PROBABILITY = 0.6
"""Least probability at which it does: a wrong topic costs a person more than an unsorted idea."""
NEAR_IDEAS = 64
"""Unsorted ideas, the likest to one that was corrected, that are tried again at once."""
FIT_EVERY_DECISIONS = 5
"""Decisions after which a person's weights are fitted anew."""


class Suggestion(NamedTuple):
    """topic: None for a new one. probability: over all topics and a new one these add up to 1."""

    topic: Key | None
    probability: float


class Ranker:
    """A person's decisions as lessons, and the weights fitted to them. start: the weights fitted on other people.

    lessons: by idea, the latest decision on each, the oldest first.
    """

    def __init__(self, start: Prior | None = None) -> None:
        self.lessons: dict[Key, Lesson] = {}
        self._start = start or prior()
        self.fitted = self.weights = self._start.weights
        self._since = 0

    def note(self, index: TopicIndex, position: int, topic: Key | None) -> None:
        """Record a decision as a lesson. topic: None where the idea opened a new one."""
        heard = features_for(index, position)
        if topic is not None and topic not in heard.topics:
            return  # it was not among those that were looked at: nothing is to be learned of how they compare
        self.forget(index.keys[position])
        chosen = -1 if topic is None else heard.topics.index(topic)
        self.lessons[index.keys[position]] = Lesson(heard.evidence, chosen)
        self._since += 1
        for key in list(self.lessons)[:-LATEST_LESSONS]:
            self.forget(key)

    def forget(self, key: Key) -> bool:
        """Remove the lesson of an idea, and return whether there was one. The weights change at the next fit."""
        return self.lessons.pop(key, None) is not None

    @property
    def is_due(self) -> bool:
        """Whether enough was decided since the last fit for another one."""
        return self._since >= FIT_EVERY_DECISIONS or (self._since > 0 and len(self.lessons) % FIT_EVERY_DECISIONS == 0)

    def fit(self) -> None:
        """Fit the weights to the lessons; the search begins at the weights fitted before."""
        self.set_fitted(fitted(list(self.lessons.values()), self._start, begin=self.fitted))

    def set_fitted(self, likeliest: Weights) -> None:
        """Set the fitted weights, and blend them with the prior by the number of lessons."""
        self._since = 0
        self.fitted, self.weights = likeliest, believed(likeliest, len(self.lessons), self._start)


def rank_and_assign(index: TopicIndex, features: IdeaFeatures, ranker: Ranker) -> Placed:
    """Add an idea to the index and place it: by the ranker where that is sure, else by similarity alone.

    With few lessons it is similarity alone: the weights fitted on others know what comes first, not what is wrong.
    """
    return _assign_by_rank(index, index.add(features), ranker)


def assign_unsorted_near(index: TopicIndex, position: int, ranker: Ranker) -> dict[int, Key]:
    """Place the unsorted ideas that are likest to a corrected one, and return those that got a topic, with it."""
    waiting = np.array(list(index.waiting), dtype=np.intp)
    points = index.space.points.all
    nearest: Sequence[int] = waiting[np.argsort(-products(points[waiting], points[position]))[:NEAR_IDEAS]].tolist()
    for other in nearest:
        if index.topic_of(other) is None:
            _assign_by_rank(index, other, ranker)
    return {other: topic for other in waiting.tolist() if (topic := index.topic_of(other)) is not None}


def _assign_by_rank(index: TopicIndex, position: int, ranker: Ranker) -> Placed:
    if len(ranker.lessons) >= TRUSTED_DECISIONS:
        best = suggest(index, position, ranker.weights)[0]
        if best.topic is not None and best.probability >= SURE_PROBABILITY:
            index.put(position, best.topic)
            return Placed(position, best.topic)
    return assign_unsorted(index, position)


def suggest(index: TopicIndex, position: int, weights: Weights) -> list[Suggestion]:
    """Return the likeliest topics of an idea, at most three, and a new one, the likeliest first.

    The probabilities are calibrated: of what is given 0.7, about seven in ten turn out right (docs/topics.md).
    """
    heard = features_for(index, position, at_least=SUGGESTED_TOPICS)
    likely = probabilities(heard.evidence, weights)
    best = np.argsort(-likely[:-1], kind="stable")[:SUGGESTED_TOPICS]
    named = [Suggestion(heard.topics[i], float(likely[i])) for i in best]
    return sorted([*named, Suggestion(None, float(likely[-1]))], key=lambda one: -one.probability)
