"""A person who reviews, simulated: after every 20 ideas they confirm or correct each, one after the other."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import NamedTuple

import numpy as np

from insights.core.embedding.protocol import Background, Vector, Vectors
from insights.core.topics.consolidate import consolidate_index
from insights.core.topics.decisions import IdeaPlace, apply_decisions
from insights.core.topics.idea_traits import IdeaFeatures
from insights.core.topics.index import TopicIndex
from insights.core.topics.suggest import Ranker, assign_unsorted_near, rank_and_assign, suggest

REVIEWED_IDEAS = 20
"""Ideas after which there is a tidying and a review."""
SUGGESTED_LABELS = 3


class ReviewAnswer(NamedTuple):
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


def simulate_review(
    ideas: Sequence[IdeaFeatures],
    labels: Sequence[str],
    background: Background,
    ranker: Ranker,
    names: Mapping[str, Vector] | None = None,
) -> Iterator[ReviewAnswer]:
    """Place ideas as they come, and yield for each what was suggested before it was reviewed.

    names: what each label means as the name that the person gives to its topic; None: they give none.
    """
    numbers = count()
    index = TopicIndex(background, lambda: next(numbers))
    for start in range(0, len(ideas), REVIEWED_IDEAS):
        positions = [
            rank_and_assign(index, features, ranker).idea for features in ideas[start : start + REVIEWED_IDEAS]
        ]
        if len(positions) == REVIEWED_IDEAS:
            consolidate_index(index)
        for position in positions:
            yield _review_idea(index, ranker, position, labels[position])
            index.name_topics({label: name for label, name in (names or {}).items() if label in index.topics})


def _review_idea(index: TopicIndex, ranker: Ranker, position: int, label: str) -> ReviewAnswer:
    # Topics of the machine's have numbers, and one of a person's is called by its label.
    is_new = label not in index.topics
    suggested = suggest(index, position, ranker.weights)
    answer = ReviewAnswer(
        [one.topic for one in suggested if isinstance(one.topic, str)],
        label,
        is_new,
        (suggested[0].probability, suggested[0].topic == (None if is_new else label)),
    )
    decided = {index.keys[position]: IdeaPlace(label, by_person=True)}
    apply_decisions(index, ranker, decided, dict.fromkeys([*index.topics, label]))
    index.touch(index.topics[label])
    index.update_cohesion()
    assign_unsorted_near(index, position, ranker)
    return answer


def nearest_answers(vectors: Vectors, labels: Sequence[str]) -> Iterator[ReviewAnswer]:
    """Yield what the labels of the three nearest earlier ideas would have suggested. vectors: shape (n, d)."""
    for position, label in enumerate(labels):
        nearest = np.argsort(-(vectors[:position] @ vectors[position]), kind="stable")[:SUGGESTED_LABELS]
        yield ReviewAnswer(list(dict.fromkeys(labels[i] for i in nearest)), label, label not in labels[:position])


def review_figures(answers: Sequence[ReviewAnswer]) -> dict[str, float]:
    """Return the shares of ideas, of those whose topic existed, that were suggested rightly, and the taps per idea."""
    known = [answer for answer in answers if not answer.is_new]
    return {
        "hit1": _rounded_mean([answer.label in answer.suggested[:1] for answer in known]),
        "hit3": _rounded_mean([answer.label in answer.suggested for answer in known]),
        "taps": _rounded_mean([answer.taps for answer in answers]),
    }


def calibration_error(answers: Sequence[ReviewAnswer], bins: int = 10) -> float:
    """Return by how much stated probabilities and what turned out right differ (Naeini et al. 2015)."""
    stated, right = np.array([answer.likeliest for answer in answers], dtype=float).reshape(-1, 2).T
    of = np.minimum((stated * bins).astype(int), bins - 1)
    gaps = [abs(stated[of == i].sum() - right[of == i].sum()) for i in range(bins)]
    return round(float(sum(gaps) / max(len(answers), 1)), 4)


def _rounded_mean(values: Sequence[float]) -> float:
    return round(float(np.mean(values)), 4) if values else 0.0
