"""Fitting the weights of suggestions on people whose ideas are sorted, and asking what they do for somebody else."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from insights.core.embedding.protocol import Embedder
from insights.core.topics.features import KINDS
from insights.core.topics.ranker import Lesson, Prior, fitted, spread_of
from insights.core.topics.suggest import Ranker
from insights.evaluation.name_recall import label_meanings
from insights.evaluation.review_simulation import ReviewAnswer, simulate_review
from insights.evaluation.streams import StreamIdea, features_of_lines

RIDGE_DECISIONS = 20.0
"""How many decisions count for the weights being 0; three people are few."""

Lessons = Mapping[str, Sequence[Lesson]]
"""What was decided in each person's review, by their name."""


def lessons_of(people: Mapping[str, Sequence[StreamIdea]], embedder: Embedder) -> dict[str, list[Lesson]]:
    """Return what each person decides in a review of their ideas, with weights that know nothing at its beginning."""
    nothing = Prior(np.zeros(len(KINDS)), np.ones(len(KINDS)))
    return {name: _decide(lines, nothing, embedder)[1] for name, lines in people.items()}


def fit_prior(lessons: Lessons) -> Prior:
    """Return the likeliest weights after all decisions of some people."""
    all_lessons = [lesson for decided in lessons.values() for lesson in decided]
    spread = spread_of(all_lessons)
    return Prior(fitted(all_lessons, Prior(np.zeros(len(KINDS)), spread), RIDGE_DECISIONS), spread)


def people_left_out(
    people: Mapping[str, Sequence[StreamIdea]], lessons: Lessons, embedder: Embedder
) -> Iterator[tuple[str, list[ReviewAnswer]]]:
    """Yield, for each person, what stood there in a review that began with weights fitted on the others."""
    for name, lines in people.items():
        others = fit_prior({other: decided for other, decided in lessons.items() if other != name})
        yield name, _decide(lines, others, embedder)[0]


def _decide(lines: Sequence[StreamIdea], start: Prior, embedder: Embedder) -> tuple[list[ReviewAnswer], list[Lesson]]:
    ranker = Ranker(start)
    labels, ideas = [line.label for line in lines], features_of_lines(lines, embedder)
    answers = list(simulate_review(ideas, labels, embedder.background(), ranker, label_meanings(labels, embedder)))
    return answers, list(ranker.lessons.values())
