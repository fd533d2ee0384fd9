"""Somebody's first fortnight: what it leaves to do, with no topic named, and with five named before the first memo."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import count
from typing import NamedTuple

import numpy as np

from insights.core.embedding.protocol import Embedder
from insights.core.topics.apply_constraints import settle_idea
from insights.core.topics.assign import assign_idea
from insights.core.topics.consolidate import consolidate_index
from insights.core.topics.idea_keys import Key
from insights.core.topics.idea_traits import IdeaFeatures
from insights.core.topics.index import TopicIndex
from insights.core.topics.ranker import prior
from insights.core.topics.suggest import suggest
from insights.core.topics.tokens import words_of
from insights.core.topics.topic import NOWHERE
from insights.evaluation.name_recall import label_meanings, label_words
from insights.evaluation.review_simulation import ReviewAnswer
from insights.evaluation.streams import StreamIdea, features_of_lines

FORTNIGHT_IDEAS = 50
IDEAS_A_DAY = 4
"""Ideas after which a night passes, in which topics are tidied."""
NAMED_TOPICS = 5


class FortnightFigures(NamedTuple):
    """What a fortnight comes to. unsorted, wrongly_placed: shares of all ideas, in no topic, and in a wrong one.

    A topic of the machine's is of what most of its ideas are about. taps: an idea, to the person's own order.
    """

    unsorted: float
    wrongly_placed: float
    taps: float


class _Order(NamedTuple):
    """homes: of each idea, in order. topics: all there are, in order."""

    homes: list[Key | None]
    topics: list[Key]


def fortnight_figures(lines: Sequence[StreamIdea], embedder: Embedder, named: int = 0) -> FortnightFigures:
    """Place the first ideas of a stream as those of somebody new, and count what is left to do.

    named: topics that the person named before, those of which they speak most. Such a topic is known by its
    label's words too, as in the service.
    """
    lines = lines[:FORTNIGHT_IDEAS]
    labels = [line.label for line in lines]
    if not labels:
        return FortnightFigures(0.0, 0.0, 0.0)
    life = _NewLife(embedder, [label for label, _ in Counter(labels).most_common(named)])
    ideas = features_of_lines(lines, embedder)
    homes = life.live(ideas).homes
    meant = _meant(homes, labels, life.seeds)
    sorted_as = [None if home is None else meant[home] for home in homes]
    wrong = sum(found not in {None, label} for found, label in zip(sorted_as, labels, strict=True))
    joined = len({home for home in homes if home is not None}) - len(
        {found for found in sorted_as if found is not None}
    )
    taps = joined + life.taps(ideas, sorted_as, labels)
    return FortnightFigures(homes.count(None) / len(lines), wrong / len(lines), taps / len(lines))


def _meant(homes: Sequence[Key | None], labels: Sequence[str], named: Mapping[Key, object]) -> dict[Key, str]:
    """Return what each topic is about: its name, or the label that most of its ideas have."""
    by_home: dict[Key, Counter[str]] = {}
    for home, label in zip(homes, labels, strict=True):
        if home is not None:
            by_home.setdefault(home, Counter())[label] += 1
    return {home: str(home) if home in named else found.most_common(1)[0][0] for home, found in by_home.items()}


class _NewLife:
    """A person who has no ideas yet. named: labels of the topics that they have made, empty.

    The index is made anew for each idea, as the service projects a small one anew.
    """

    def __init__(self, embedder: Embedder, named: Sequence[str]) -> None:
        self._background = embedder.background()
        self._numbers = count()
        self.seeds: dict[Key, IdeaFeatures] = {}
        for label, vector in label_meanings(named, embedder).items():
            words = words_of(label_words(label), "en", embedder.rarity)
            self.seeds[label] = IdeaFeatures(("about", label), vector, words)

    def live(self, ideas: Sequence[IdeaFeatures]) -> _Order:
        """Place ideas as they come, with a night after each few and at the end."""
        order = _Order([], list(self.seeds))
        for number, idea in enumerate(ideas, start=1):
            index = self._index(ideas[: number - 1], order)
            assign_idea(index, idea)
            homes = index.homes()
            order = _Order([*homes[: number - 1], homes[-1]], list(index.topics))
            if number % IDEAS_A_DAY == 0 or number == len(ideas):
                index = self._index(ideas[:number], order)
                consolidate_index(index)
                order = _Order(index.homes()[:number], list(index.topics))
        return order

    def taps(self, ideas: Sequence[IdeaFeatures], sorted_as: Sequence[Key | None], labels: Sequence[str]) -> int:
        """Return how often a person taps to put each idea where its label says, one for each joined topic aside."""
        index = self._index(ideas, _Order(list(sorted_as), [*{*self.seeds} | set(sorted_as) - {None}]))
        taps, weights = 0, prior(self._background.kind).weights
        for position, label in enumerate(labels):
            if sorted_as[position] != label:
                suggested = [str(one.topic) for one in suggest(index, position, weights) if one.topic]
                taps += max(1, ReviewAnswer(suggested, label, is_new=label not in index.topics).taps)
                settle_idea(index, position, label)
        return taps

    def _index(self, ideas: Sequence[IdeaFeatures], order: _Order) -> TopicIndex:
        """Return an index of ideas in this order; empty topics of the person's own have their seeds, at its end."""
        index = TopicIndex(self._background, lambda: next(self._numbers))
        index.build(ideas)
        row_of: dict[Key | None, int] = {None: NOWHERE}
        for key in order.topics:
            row_of[key] = index.add_topic(key, touched=key in self.seeds).row
        rows = np.array([row_of[home] for home in order.homes], dtype=np.int32)
        index.arrange(rows, np.zeros(len(rows), dtype=np.bool_))
        index.recompute_totals()
        index.name_topics({key: seed.vector for key, seed in self.seeds.items()})
        for key in self.seeds.keys() - {*order.homes}:
            settle_idea(index, index.add(self.seeds[key]), key)
        return index
