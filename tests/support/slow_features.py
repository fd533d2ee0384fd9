"""What speaks for topics, and what is learned of it, as plainly as it can be said: one idea, one topic, one number."""

from collections import Counter
from math import exp, log

import numpy as np

from insights.core.embedding.protocol import SENTENCES
from insights.core.topics.assign import NEAREST_MEMBERS
from insights.core.topics.features import (
    IDEAS_A_STEM,
    LATELY_HALF_LIFE_IDEAS,
    LATEST_TOPICS,
    LIKEST_TOPICS,
    NAME_IDEAS,
    NEW_TOPIC_WINDOW_IDEAS,
    OF_LATE_HALF_LIFE_IDEAS,
)
from insights.core.topics.idea_keys import Key
from insights.core.topics.index import TopicIndex
from insights.core.topics.latest_members import LOOKED_AT_MEMBERS
from insights.core.topics.ranker import NEWTON_STEPS, STEP_PRECISION, Lesson, Prior, Weights
from insights.core.topics.space import IDEAS_A_PIECE, PIECE_BUCKETS, USUAL_NAMES
from insights.core.topics.topic import NOWHERE, Topic


def slow_features(index: TopicIndex, position: int, at_least: int = 1) -> dict[Key | None, list[float]]:
    """Return a row of evidence for each topic that is looked at, and for a new one (None)."""
    found: dict[Key | None, list[float]] = {}
    for key, members in _looked_at(index, position, at_least).items():
        own = index.space.points.all[position].astype(np.float64)
        d = index.space.vectors.all.shape[1]
        points = [index.space.points.all[one].astype(np.float64)[:d] / 0.8**0.5 for one in members]
        meaning = [float(point @ own[:d]) / 0.8**0.5 for point in points]
        words = [_words_alike(index, position, one) for one in members]
        middle = float(np.linalg.norm(sum(points) / len(points)))
        mean = sum(meaning) / len(meaning)
        found[key] = [
            max(meaning), _nearest(meaning), mean, meaning[-1], mean / max(middle, 1e-9),
            max(words), _nearest(words), sum(words) / len(words),
            *_said(index, position, key, len(members)), _named(index, position, key, len(members)),
            *_habit(index, position, members), 0, 0, 0, 0,
        ]  # fmt: skip
    near = max((row[0] for row in found.values()), default=0.0)
    said = max((row[8] for row in found.values()), default=0.0)
    found[None] = [0.0] * 19 + [1.0, _new_of_late(index, position), 1 - near, 1 - said]
    return found


def _looked_at(index: TopicIndex, position: int, at_least: int) -> dict[Key, list[int]]:
    barred = index.barred.get(position, set())
    open_to = [one for one in index.topics.values() if one.members and one.key not in barred]
    told = [topic for topic in open_to if index.is_touched(topic)]
    if len(told) < at_least:
        told = open_to
    known = {topic.key: members for topic in told if (members := _known_by(index, topic, position))}
    if len(known) <= LIKEST_TOPICS + LATEST_TOPICS:
        return known
    point = index.space.points.all[position]
    alike = {key: float(index.total(index.topics[key]) @ point) / len(index.topics[key].members) for key in known}
    chosen = {
        *sorted(known, key=lambda key: -alike[key])[:LIKEST_TOPICS],
        *sorted(known, key=lambda key: -known[key][-1])[:LATEST_TOPICS],
    }
    return {key: members for key, members in known.items() if key in chosen}


def _known_by(index: TopicIndex, topic: Topic, position: int) -> list[int]:
    latest = [member for member in topic.members[-LOOKED_AT_MEMBERS:] if member != position]
    return [member for member in latest if index.settled[member]] or latest


def _nearest(alike: list[float]) -> float:
    best = sorted(alike)[-NEAREST_MEMBERS:]
    return sum(best) / len(best)


def _words_alike(index: TopicIndex, position: int, other: int) -> float:
    space, shared = index.space, 0.0
    for piece, heft in zip(*(part.tolist() for part in space.pieces.at(position)), strict=True):
        having = [one for one in range(len(space)) if piece in space.pieces.at(one)[0]]
        if other in having[-IDEAS_A_PIECE:]:
            telling = max(0.0, log((len(space) + 1) / (space.ideas_with[piece % PIECE_BUCKETS] + 0.5)))
            shared += (telling * heft) ** 2
    return min(1.0, shared / max(float(space.lengths[position]) * float(space.lengths[other]), 1e-9))


def _said(index: TopicIndex, position: int, key: Key, size: int) -> tuple[float, float]:
    share = everything = own = 0.0
    for stem, rarity in zip(*(part.tolist() for part in index.traits.stems.at(position)), strict=True):
        said_in = [one for one in range(len(index)) if stem in index.traits.stems.at(one)[0]]
        weight = rarity * log((len(index) + 1) / (len(said_in) + 0.5))
        everything += weight
        heard = [one for one in said_in[-IDEAS_A_STEM:] if one != position and index.settled[one]]
        count = Counter(index.topic_of(one) for one in heard)[key]
        if count:
            share += weight
            usual = len(said_in) / len(index)
            own += max(0.0, log((count + usual) / (size + 1) / usual))
    return share / max(everything, 1e-9), own


def _named(index: TopicIndex, position: int, key: Key, size: int) -> float:
    if key not in index.names or index.space.background.kind != SENTENCES:
        return 0.0
    names = [name.astype(np.float64) for name in index.names.values()]
    usual = (USUAL_NAMES * index.space.background.common + sum(names)) / (USUAL_NAMES + len(names))
    beside = index.names[key] - usual
    beside = index.space.own**0.5 * beside / max(float(np.linalg.norm(beside)), 1e-9)
    return float(beside @ index.space.points.all[position][: len(beside)]) / 0.8 / (1 + size / NAME_IDEAS)


def _habit(index: TopicIndex, position: int, members: list[int]) -> list[float]:
    ages = [abs(position - member) for member in members]
    memo, context = index.traits.memos[position], index.traits.contexts[position]
    in_context = 0.0
    if context:
        usual = sum(index.traits.contexts.all == context) / len(index)
        there = sum(index.traits.contexts[member] == context for member in members)
        in_context = log((there + 2 * usual) / (len(members) + 2) / usual)
    return [
        log(len(members)), log(min(ages)), float(min(ages) == 1),
        float(memo != 0 and any(index.traits.memos[member] == memo for member in members[-5:])),
        log(0.05 + sum(0.5 ** (age / LATELY_HALF_LIFE_IDEAS) for age in ages)),
        log(0.05 + sum(0.5 ** (age / OF_LATE_HALF_LIFE_IDEAS) for age in ages)),
        in_context, float(len(members) == 1),
    ]  # fmt: skip


def _new_of_late(index: TopicIndex, position: int) -> float:
    latest = [one for one in range(max(0, position - NEW_TOPIC_WINDOW_IDEAS), position) if index.settled[one]]
    rows = {one: int(index.rows[one]) for one in latest}
    opened = [one for one, row in rows.items() if row != NOWHERE and index.by_row[row].members[0] == one]
    return log((len(opened) + 1) / (len(latest) + 2))


def slow_probabilities(evidence: list[list[float]], weights: Weights) -> list[float]:
    odds = [sum(value * weight for value, weight in zip(row, weights.tolist(), strict=True)) for row in evidence]
    likely = [exp(one - max(odds)) for one in odds]
    return [one / sum(likely) for one in likely]


def slow_fitted(lessons: list[Lesson], start: Prior, caution: float) -> Weights:
    """Return the likeliest weights, lesson by lesson."""
    ridge, weights = caution * start.spread**2, start.weights.copy()

    def cost(at: Weights) -> float:
        unlikely = [-log(max(slow_probabilities(one.evidence.tolist(), at)[one.chosen], 1e-300)) for one in lessons]
        return sum(unlikely) + float(0.5 * (ridge * (at - start.weights) ** 2).sum())

    for _ in range(NEWTON_STEPS):
        slope, bend = ridge * (weights - start.weights), np.diag(ridge)
        for evidence, chosen in lessons:
            likely = np.array(slow_probabilities(evidence.tolist(), weights))
            mean = likely @ evidence
            slope = slope + mean - evidence[chosen]
            bend = bend + (evidence * likely[:, None]).T @ evidence - np.outer(mean, mean)
        step = np.linalg.solve(bend, slope)
        while np.abs(step * start.spread).max() > STEP_PRECISION and cost(weights - step) > cost(weights):
            step = step / 2
        weights = weights - step
        if np.abs(step * start.spread).max() <= STEP_PRECISION:
            break
    return weights
