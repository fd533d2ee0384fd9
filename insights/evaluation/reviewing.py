"""A person who reviews, simulated: after every 20 ideas they confirm or correct each, one after the other."""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import NamedTuple

import numpy as np

from insights.core.embedding import Background, Vectors
from insights.core.topics.apply_constraints import move
from insights.core.topics.consolidate import tidy
from insights.core.topics.index import IdeaFeatures, TopicIndex
from insights.core.topics.suggest import Ranker, look_again, rank_and_assign, suggest

AT_ONCE = 20
"""Ideas after which there is a tidying and a review."""
SUGGESTED = 3


class Answer(NamedTuple):
    """What stood there when an idea was reviewed. suggested: labels, at most three, the likeliest first.

    is_new: whether no topic had its label yet. likeliest: its probability, and whether it was right (new ones too).
    """

    suggested: list[str]
    label: str
    is_new: bool
    likeliest: tuple[float, bool] = (0.0, False)

    @property
    def taps(self) -> int:
        """What it takes: nothing where the first is right, one tap among three or for a new topic, else two."""
        if self.is_new:
            return 1
        return 0 if self.label in self.suggested[:1] else 1 if self.label in self.suggested else 2


def review(
    ideas: Sequence[IdeaFeatures], labels: Sequence[str], background: Background, ranker: Ranker
) -> Iterator[Answer]:
    """Place ideas as they come, and yield for each what was suggested before it was reviewed."""
    numbers = count()
    index = TopicIndex(background, lambda: next(numbers))
    for start in range(0, len(ideas), AT_ONCE):
        positions = [rank_and_assign(index, features, ranker).idea for features in ideas[start : start + AT_ONCE]]
        if len(positions) == AT_ONCE:
            tidy(index)
        for position in positions:
            yield _reviewed(index, ranker, position, labels[position])


def _reviewed(index: TopicIndex, ranker: Ranker, position: int, label: str) -> Answer:
    # Topics of the machine's have numbers, and one of a person's is called by its label.
    is_new = label not in index.topics
    suggested = suggest(index, position, ranker.weights)
    answer = Answer(
        [one.topic for one in suggested if isinstance(one.topic, str)],
        label,
        is_new,
        (suggested[0].probability, suggested[0].topic == (None if is_new else label)),
    )
    ranker.learn(index, position, None if is_new else label)
    move(index, position, label)
    look_again(index, position, ranker)
    return answer


def plain(vectors: Vectors, labels: Sequence[str]) -> Iterator[Answer]:
    """Yield what the labels of the three nearest earlier ideas would have suggested. vectors: shape (n, d)."""
    for position, label in enumerate(labels):
        nearest = np.argsort(-(vectors[:position] @ vectors[position]), kind="stable")[:SUGGESTED]
        yield Answer(list(dict.fromkeys(labels[i] for i in nearest)), label, label not in labels[:position])


def measured(answers: Sequence[Answer]) -> dict[str, float]:
    """Return the shares of ideas, of those whose topic existed, that were suggested rightly, and the taps per idea."""
    known = [answer for answer in answers if not answer.is_new]
    return {
        "hit1": _mean([answer.label in answer.suggested[:1] for answer in known]),
        "hit3": _mean([answer.label in answer.suggested for answer in known]),
        "taps": _mean([answer.taps for answer in answers]),
    }


def calibration_error(answers: Sequence[Answer], bins: int = 10) -> float:
    """Return by how much stated probabilities and what turned out right differ (Naeini et al. 2015)."""
    stated, right = np.array([answer.likeliest for answer in answers], dtype=float).reshape(-1, 2).T
    of = np.minimum((stated * bins).astype(int), bins - 1)
    gaps = [abs(stated[of == i].sum() - right[of == i].sum()) for i in range(bins)]
    return round(float(sum(gaps) / max(len(answers), 1)), 4)


def _mean(values: Sequence[float]) -> float:
    return round(float(np.mean(values)), 4) if values else 0.0
