"""The features of an idea's candidate topics, and of a new one: a row of numbers each."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from insights.core.topics.assign import NEAREST_MEMBERS
from insights.core.topics.idea_keys import Key
from insights.core.topics.index import TopicIndex
from insights.core.topics.latest_members import TopicMembers
from insights.core.topics.space import WORDS_SHARE, products
from insights.core.topics.topic import NOWHERE

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
NEW_TOPIC_COLUMNS = 4
LIKEST_TOPICS, LATEST_TOPICS = 32, 16
"""Topics that are looked at: the likest on average, and those spoken of last."""
LATELY_HALF_LIFE_IDEAS, OF_LATE_HALF_LIFE_IDEAS = 20, 60
"""Ideas after which it counts half that a topic was spoken of."""
NEW_TOPIC_WINDOW_IDEAS = 60
"""Ideas, the latest, among which it is counted how many opened a topic."""
SAME_MEMO_MEMBERS = 5
"""Members, the latest, that may be of the same memo."""
IDEAS_A_STEM = 256
"""Ideas, the latest, that are looked at for each word."""

Evidence = NDArray[np.float64]
"""Of shape (k + 1, len(KINDS)): a row for each of k topics, and the last for a new one."""


class Candidates(NamedTuple):
    """The topics that an idea may belong to, and a row of features for each of them and, last, for a new one."""

    topics: list[Key]
    evidence: Evidence


def features_for(index: TopicIndex, position: int, at_least: int = 1) -> Candidates:
    """Return an idea's candidate topics, with a row of features for each and for a new topic.

    Candidates are the topics that a person touched; where these are fewer than `at_least`, all of them. A person's word
    on the idea itself is left out. At most LIKEST_TOPICS + LATEST_TOPICS topics are compared, and of each at most
    LOOKED_AT_MEMBERS members: the cost grows with the number of topics, and hardly with that of ideas.
    """
    rows = _looked_at(index, position, at_least)
    evidence = np.zeros((len(rows) + 1, len(KINDS)))
    if len(rows):
        known = index.latest.members_for(rows, position)
        is_there = np.arange(known.members.shape[1]) < known.counts[:, None]
        columns = [
            *_likeness(index, position, known, is_there),
            *_words(index, position, rows, known.counts),
            *_habit(index, position, known, is_there),
        ]
        for column, values in enumerate(columns):
            evidence[:-1, column] = values
    # Where there is no topic, these are the zeros of the new one's row.
    near, said = evidence[: max(1, len(rows)), [0, KINDS.index("share of words said")]].max(axis=0)
    evidence[-1, -NEW_TOPIC_COLUMNS:] = 1.0, _new_of_late(index, position), 1 - near, 1 - said
    return Candidates([index.by_row[row].key for row in rows.tolist()], evidence)


def _looked_at(index: TopicIndex, position: int, at_least: int) -> NDArray[np.intp]:
    """Return the rows of topics that are open to an idea and have other members."""
    barred = {index.topics[key].row for key in index.barred.get(position, set()) & index.topics.keys()}
    told = [topic.row for topic in index.topics.values() if topic.touched and topic.row not in barred]
    if len(told) < at_least:
        told = [topic.row for topic in index.topics.values() if topic.row not in barred]
    rows = np.array(told, dtype=np.intp)
    rows = rows[index.sizes.all[rows] > 0]
    last = index.latest.last_members()
    if (own := int(index.rows[position])) != NOWHERE:
        if len(others := index.latest.members_without(position)):
            last[own] = others[-1]
        else:
            rows = rows[rows != own]
    if len(rows) <= LIKEST_TOPICS + LATEST_TOPICS:
        return rows
    alike = (products(index.totals.all, index.space.points.all[position]) / np.maximum(index.sizes.all, 1))[rows]
    likest, latest = np.argsort(-alike)[:LIKEST_TOPICS], np.argsort(-last[rows])[:LATEST_TOPICS]
    chosen: NDArray[np.intp] = rows[np.unique(np.concatenate([likest, latest]))]
    return chosen


def _likeness(index: TopicIndex, position: int, known: TopicMembers, is_there: NDArray[np.bool_]) -> list[NDArray[Any]]:
    counts = known.counts
    meaning = known.meaning / np.float32(1 - WORDS_SHARE)
    words = np.zeros(is_there.shape)
    words[is_there] = index.space.words_like(position, known.members[is_there])
    mean = _mean(meaning, is_there, counts)
    return [
        *_nearest(meaning, is_there, counts),
        mean,
        meaning[np.arange(len(meaning)), counts - 1],
        mean / np.maximum(known.middle / (1 - WORDS_SHARE) ** 0.5, 1e-9),
        *_nearest(words, is_there, counts),
        _mean(words, is_there, counts),
    ]


def _mean(alike: NDArray[Any], is_there: NDArray[np.bool_], counts: NDArray[np.int32]) -> NDArray[np.float64]:
    mean: NDArray[np.float64] = np.where(is_there, alike, 0).sum(axis=1, dtype=np.float64) / counts
    return mean


def _nearest(alike: NDArray[Any], is_there: NDArray[np.bool_], counts: NDArray[np.int32]) -> list[NDArray[Any]]:
    """Return how alike the nearest member of each topic is, and the mean of the three nearest."""
    nearest = np.partition(np.where(is_there, alike, -np.inf), -NEAREST_MEMBERS, axis=1)[:, -NEAREST_MEMBERS:]
    total = np.where(np.isfinite(nearest), nearest, 0).sum(axis=1, dtype=np.float64)
    return [nearest.max(axis=1), total / np.minimum(counts, NEAREST_MEMBERS)]


def _words(index: TopicIndex, position: int, rows: NDArray[np.intp], sizes: NDArray[np.int32]) -> list[NDArray[Any]]:
    """Return the share of what the words say that was said in a topic, and by how much more there than elsewhere.

    The second is the weight of evidence of naive Bayes, for the words that were said there alone.
    """
    stems, rarity = index.traits.stems.at(position)
    ideas, of_stem, overall = index.traits.said_in.latest(stems, IDEAS_A_STEM)
    homes = index.rows.all[ideas]
    heard = (ideas != position) & index.settled.all[ideas] & (homes != NOWHERE)
    places = np.full(len(index.by_row), -1)
    places[rows] = np.arange(len(rows))
    there = places[homes[heard]]
    cells = (there * len(stems) + of_stem[heard])[there >= 0]
    counts = np.bincount(cells, minlength=len(rows) * len(stems)).reshape(len(rows), len(stems))
    weight = rarity * np.log((len(index) + 1) / (overall + 0.5))
    was_said = counts > 0
    usual = overall / len(index)
    own = np.maximum(0.0, np.log((counts + usual) / (sizes[:, None] + 1) / usual))
    share = (was_said @ weight) / max(float(weight.sum()), 1e-9)
    return [share, np.where(was_said, own, 0.0).sum(axis=1)]


def _habit(index: TopicIndex, position: int, known: TopicMembers, is_there: NDArray[np.bool_]) -> list[NDArray[Any]]:
    """Return how often and how lately a topic was spoken of, in which memo, and in which surroundings."""
    members, counts = known.members, known.counts
    ages = np.where(is_there, np.abs(position - members), np.inf)
    youngest = ages.min(axis=1)
    traits = index.traits
    memo, context = traits.memos[position], traits.contexts[position]
    of_memo = is_there & (traits.memos.all[members] == memo) & (memo != 0)
    of_memo &= np.arange(members.shape[1]) >= counts[:, None] - SAME_MEMO_MEMBERS
    in_context = np.zeros(len(counts))
    if context != 0:
        usual = traits.context_counts[int(context)] / max(len(index), 1)
        there = (is_there & (traits.contexts.all[members] == context)).sum(axis=1)
        in_context = np.log((there + 2 * usual) / (counts + 2) / usual)
    return [
        np.log(counts),
        np.log(youngest),
        youngest == 1,
        of_memo.any(axis=1),
        np.log(0.05 + np.exp2(-ages / LATELY_HALF_LIFE_IDEAS).sum(axis=1)),
        np.log(0.05 + np.exp2(-ages / OF_LATE_HALF_LIFE_IDEAS).sum(axis=1)),
        in_context,
        counts == 1,
    ]


def _new_of_late(index: TopicIndex, position: int) -> float:
    """Return the logarithm of the share of sorted ideas, of the latest, that opened a topic."""
    first = max(0, position - NEW_TOPIC_WINDOW_IDEAS)
    latest = (first + np.flatnonzero(index.settled.all[first:position])).tolist()
    rows = index.rows.all[first:position].tolist()
    opened = sum(index.by_row[row].members[0] == other for other in latest if (row := rows[other - first]) != NOWHERE)
    return float(np.log((opened + 1) / (len(latest) + 2)))
