"""What speaks for each topic as the home of an idea, and for a new one: a row of numbers each."""

from collections import Counter, defaultdict
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from insights.core.topics.assign import NEIGHBOURS
from insights.core.topics.index import LOOKED_AT, Key, Topic, TopicIndex
from insights.core.topics.tokens import stems

KINDS = (
    "nearest in meaning",
    "three nearest in meaning",
    "mean in meaning",
    "latest in meaning",
    "middle in meaning",
    "nearest in words",
    "three nearest in words",
    "mean in words",
    "share of words said",
    "words of its own",
    "size",
    "ideas since",
    "spoken of just before",
    "same memo",
    "lately",
    "of late",
    "context",
    "single",
    "new",
    "new ones of late",
    "nothing near",
    "nothing said",
)
"""The columns. The last four are for a new topic, and 0 for one that is there; all others are 0 for a new one."""
FOR_NEW = 4
LIKEST, LATEST = 32, 16
"""Topics that are looked at: the likest on average, and those spoken of last."""
LATELY, OF_LATE = 20, 60
"""Ideas after which it counts half that a topic was spoken of."""
SAID_LOOKED_AT = 256
"""Ideas, the latest, that are looked at for each word."""

Evidence = NDArray[np.float64]
"""Of shape (k + 1, len(KINDS)): a row for each of k topics, and the last for a new one."""


class Candidates(NamedTuple):
    """The topics that an idea may belong to, and what speaks for each of them and, last, for a new one."""

    topics: list[Key]
    evidence: Evidence


def features_for(index: TopicIndex, position: int, at_least: int = 1) -> Candidates:
    """Return what speaks for the topics of which a person spoke; while these are too few, for the machine's as well.

    Only what a person said of other ideas is listened to. The cost is flat in the number of ideas.
    """
    looked_at = _looked_at(index, position, at_least)
    words, alike = _Words(index, position), index.space.words_like(position)
    rows = [
        [
            *_likeness(index, position, members, alike),
            *words.speak_for(key, len(members)),
            *_habit(index, position, members),
            *[0.0] * FOR_NEW,
        ]
        for key, members in looked_at.items()
    ]
    near = max((row[0] for row in rows), default=0.0)
    said = max((row[KINDS.index("share of words said")] for row in rows), default=0.0)
    alone = [1.0, _new_of_late(index, position), 1 - near, 1 - said]
    rows.append([0.0] * (len(KINDS) - FOR_NEW) + alone)
    return Candidates(list(looked_at), np.array(rows))


def _looked_at(index: TopicIndex, position: int, at_least: int) -> dict[Key, list[int]]:
    """Return topics that are open to an idea, and of each the latest other ideas by which it is known."""
    barred = index.barred.get(position, set())
    open_to = {key: topic for key, topic in index.topics.items() if key not in barred}
    told = {key: topic for key, topic in open_to.items() if topic.touched}
    if len(told) < at_least:
        told = open_to
    known = {key: members for key, topic in told.items() if (members := _known_by(index, topic, position))}
    if len(known) <= LIKEST + LATEST:
        return known
    keys = list(known)
    alike = np.array([index.total(index.topics[key]) / len(index.topics[key].members) for key in keys])
    likest = np.argsort(-(alike @ index.space.points.all[position]))[:LIKEST]
    latest = np.argsort([-members[-1] for members in known.values()])[:LATEST]
    return {keys[i]: known[keys[i]] for i in sorted({*likest.tolist(), *latest.tolist()})}


def _known_by(index: TopicIndex, topic: Topic, position: int) -> list[int]:
    latest = [member for member in topic.members[-LOOKED_AT:] if member != position]
    return [member for member in latest if index.settled[member]] or latest


def _likeness(index: TopicIndex, position: int, members: list[int], words: NDArray[np.float64]) -> list[float]:
    known = index.space.meaning(members)
    meaning = known @ index.space.meaning([position])[0]
    words = words[members]
    middle = float(np.linalg.norm(known.mean(axis=0)))
    return [
        float(meaning.max()),
        _nearest(meaning),
        float(meaning.mean()),
        float(meaning[-1]),
        float(meaning.mean()) / max(middle, 1e-9),
        float(words.max()),
        _nearest(words),
        float(words.mean()),
    ]


def _nearest(alike: NDArray[Any]) -> float:
    return float((np.partition(alike, -NEIGHBOURS)[-NEIGHBOURS:] if len(alike) > NEIGHBOURS else alike).mean())


class _Words:
    """Which of an idea's words were said in which topics."""

    def __init__(self, index: TopicIndex, position: int) -> None:
        self._ideas = len(index.ideas)
        self._counts: defaultdict[Key, Counter[str]] = defaultdict(Counter)
        self._overall: dict[str, int] = {}
        self._weight: dict[str, float] = {}
        for stem, rarity in stems(index.ideas[position].words).items():
            said_in = index.said_in[stem]
            self._overall[stem] = len(said_in)
            self._weight[stem] = rarity * float(np.log((self._ideas + 1) / (len(said_in) + 0.5)))
            for other in said_in[-SAID_LOOKED_AT:]:
                if other != position and index.settled[other] and (key := index.topic_of[other]) is not None:
                    self._counts[key][stem] += 1

    def speak_for(self, key: Key, size: int) -> tuple[float, float]:
        """Return the share of what the words say that was said in a topic, and by how much more there than elsewhere.

        The second is the weight of evidence of naive Bayes, for the words that were said there alone.
        """
        counts = self._counts.get(key)
        if not counts:
            return 0.0, 0.0
        said = sum(self._weight[stem] for stem in counts) / max(sum(self._weight.values()), 1e-9)
        own = 0.0
        for stem, count in counts.items():
            usual = self._overall[stem] / self._ideas
            own += max(0.0, float(np.log((count + usual) / (size + 1) / usual)))
        return said, own


def _habit(index: TopicIndex, position: int, members: list[int]) -> list[float]:
    """Return how often and how lately a topic was spoken of, in which memo, and in which surroundings."""
    ages = np.abs(position - np.array(members))
    own = index.ideas[position]
    memo = own.memo is not None and any(index.ideas[member].memo == own.memo for member in members[-5:])
    return [
        float(np.log(len(members))),
        float(np.log(ages.min())),
        float(ages.min() == 1),
        float(memo),
        float(np.log(0.05 + (0.5 ** (ages / LATELY)).sum())),
        float(np.log(0.05 + (0.5 ** (ages / OF_LATE)).sum())),
        _context(index, own.context, members),
        float(len(members) == 1),
    ]


def _context(index: TopicIndex, context: str, members: list[int]) -> float:
    """Return by how much more often than elsewhere a topic is spoken of in a context, as a logarithm."""
    if not context:
        return 0.0
    usual = index.contexts[context] / max(len(index.ideas), 1)
    there = sum(index.ideas[member].context == context for member in members)
    return float(np.log((there + 2 * usual) / (len(members) + 2) / usual))


def _new_of_late(index: TopicIndex, position: int) -> float:
    """Return the logarithm of the share of sorted ideas, of the latest, that opened a topic."""
    latest = [other for other in range(max(0, position - OF_LATE), position) if index.settled[other]]
    opened = sum(
        index.topics[key].members[0] == other for other in latest if (key := index.topic_of[other]) is not None
    )
    return float(np.log((opened + 1) / (len(latest) + 2)))
