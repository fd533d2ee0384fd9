"""What placing costs, with the vectors at hand: it is to be flat in the number of ideas that a user has.

The peer is BERTopic, which places by finding all topics anew: one refit for 1,000 new ideas, on the same vectors.
"""

import time
from collections.abc import Iterator
from itertools import count

import numpy as np
import psutil

from insights.core.embedding.protocol import Background
from insights.core.topics.assign import assign_idea
from insights.core.topics.index import IdeaFeatures, TopicIndex
from tests.bench.figures import Figure
from tests.bench.refits import NoPeer, refit_seconds

SIZES = (1_000, 10_000, 100_000)
GOAL_SIZE, GOAL_MS = 10_000, 2.0
NEW, TIMES_LESS = 1_000, 250
TIMED = 500
DIMENSIONS = 256
IDEAS_A_TOPIC = 50
MOST_TOPICS = 400
"""People have some hundred topics, however many ideas."""
WORDS = 4_000


def figures() -> Iterator[Figure]:
    """Yield, for users with more and more ideas, the times of placing one more, and the memory of their map."""
    process = psutil.Process()
    for size in SIZES:
        before = process.memory_info().rss
        index = _user(size)
        megabytes = (process.memory_info().rss - before) / 1e6
        new = list(_ideas(TIMED, size, first=size))
        spent = []
        cpu = time.process_time()
        for features in new:
            begun = time.perf_counter()
            assign_idea(index, features)
            spent.append(1000 * (time.perf_counter() - begun))
        cpu = (time.process_time() - cpu) * NEW / TIMED
        middle, most = np.percentile(spent, [50, 99])
        yield Figure(f"placing at {size:,} ideas, p50", float(middle), "ms")
        if size == GOAL_SIZE:
            yield Figure(
                f"placing at {size:,} ideas, p99", float(most), "ms", goal=f"{GOAL_MS} ms", met=bool(most <= GOAL_MS)
            )
        else:
            yield Figure(f"placing at {size:,} ideas, p99", float(most), "ms")
        yield Figure(f"memory of the map at {size:,} ideas", megabytes, "MB")
        yield from _beside_refit(size, cpu)


def _beside_refit(size: int, cpu: float) -> Iterator[Figure]:
    """Yield what new ideas cost us, beside a refit. cpu: seconds for NEW of them."""
    name = f"CPU for {NEW:,} new ones at {size:,} ideas"
    try:
        theirs = refit_seconds(list(_ideas(size, size, first=0)))
    except NoPeer as reason:
        print(f"BERTopic cannot be run here, so there is nothing to compare to: {reason}")
        yield Figure(name, cpu, "s")
        return
    goal = f"{TIMES_LESS} times less"
    met = bool(cpu * TIMES_LESS <= theirs)
    yield Figure(f"CPU for a refit of BERTopic at {size:,} ideas", theirs, "s")
    yield Figure(name, cpu, "s", "the refit", cpu / theirs, goal, met)


def _user(size: int) -> TopicIndex:
    numbers = count()
    index = TopicIndex(Background(np.zeros(DIMENSIONS, dtype=np.float32)), lambda: ("new", next(numbers)))
    index.fill(_ideas(size, size, first=0))
    topics = _topics(size)
    for topic in range(topics):
        index.make(topic)
    for position in range(size):
        index.put(position, position % topics)
    return index


def _topics(size: int) -> int:
    return min(size // IDEAS_A_TOPIC, MOST_TOPICS)


def _ideas(number: int, size: int, first: int) -> Iterator[IdeaFeatures]:
    """Yield ideas about a user's topics, one after the other: near the topic's middle, with some of its words."""
    chance = np.random.default_rng(1)
    middles = chance.normal(size=(_topics(size), DIMENSIONS))
    chance = np.random.default_rng(first + 2)
    for key in range(first, first + number):
        topic = key % len(middles)
        vector = middles[topic] + chance.normal(scale=1.5, size=DIMENSIONS)
        words = {f"{(topic * 40 + int(word)) % WORDS:04}word": 1.0 for word in chance.integers(0, 40, 8)}
        yield IdeaFeatures(key, (vector / np.linalg.norm(vector)).astype(np.float32), words)
