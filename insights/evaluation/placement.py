"""A stream placed for somebody new, idea by idea, and all that is shown of it meanwhile."""

import time
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, NamedTuple

import numpy as np

from insights.core.embedding.protocol import Embedder
from insights.core.topics.assign import assign_idea
from insights.core.topics.consolidate import consolidate_index
from insights.core.topics.idea_keys import Key
from insights.core.topics.index import TopicIndex
from insights.evaluation.scoring import agreement
from insights.evaluation.streams import StreamIdea, features_of_lines

CONSOLIDATED_EVERY_IDEAS = 20
"""Ideas after which the nightly tidying is run."""

WriteRow = Callable[[dict[str, Any]], None]
"""Takes a change of what is shown: {"id", "topic", "at"}, or {"merge": [the one that stays, the other], "at"}."""


class PlacementRun(NamedTuple):
    """topics: of each idea in the end, None where unsorted. moved: ideas that left a topic in which they were shown.

    seconds: for each idea, from its text to its place. placing_seconds: of these, with its vector at hand.
    """

    topics: list[Key | None]
    moved: int
    seconds: list[float]
    placing_seconds: list[float]


def place_stream(lines: Sequence[StreamIdea], embedder: Embedder, tell: WriteRow) -> PlacementRun:
    """Place a stream idea by idea, tidying now and then. Nothing is known but the ideas up to then."""
    numbers = count()
    index = TopicIndex(embedder.background(), lambda: next(numbers))
    shown = _ShownTopics([line.id for line in lines], tell)
    seconds, placing = [], []
    features_of_lines(lines[:1], embedder)  # what loads when it is first needed is no idea's own time
    for number, line in enumerate(lines, start=1):
        begun = time.perf_counter()
        (features,) = features_of_lines([line], embedder)
        embedded = time.perf_counter()
        assign_idea(index, features._replace(key=number))
        done = time.perf_counter()
        seconds.append(done - begun)
        placing.append(done - embedded)
        shown.look(index.homes(), number)
        if number % CONSOLIDATED_EVERY_IDEAS == 0:
            shown.merge(consolidate_index(index).merged, number)
            shown.look(index.homes(), number)
    return PlacementRun(index.homes(), shown.moved, seconds, placing)


class _ShownTopics:
    """What is shown for each idea, and how it changed."""

    def __init__(self, ids: Sequence[str], tell: WriteRow) -> None:
        self._ids, self._tell = ids, tell
        self._topics: list[Key | None] = []
        self._stays: dict[Key, Key] = {}
        self._moved: set[int] = set()

    @property
    def moved(self) -> int:
        return len(self._moved)

    def merge(self, merged: Sequence[tuple[Key, Key]], at: int) -> None:
        for stays, gone in merged:
            self._stays[gone] = stays
            self._tell({"merge": [stays, gone], "at": at})

    def look(self, topics: Sequence[Key | None], at: int) -> None:
        for position, topic in enumerate(topics):
            is_first = position == len(self._topics)
            before = None if is_first else self._topics[position]
            if is_first:
                self._topics.append(topic)
            elif topic == before:
                continue
            elif before is not None and self._merged_into(before) != topic:
                self._moved.add(position)
            self._topics[position] = topic
            self._tell({"id": self._ids[position], "topic": topic, "at": at})

    def _merged_into(self, topic: Key) -> Key:
        while topic in self._stays:
            topic = self._stays[topic]
        return topic


def placement_figures(lines: Sequence[StreamIdea], done: PlacementRun) -> dict[str, Any]:
    """Return the figures of a run. Times in milliseconds; shares of all ideas."""
    n = max(len(lines), 1)
    found = agreement([line.label for line in lines], done.topics)
    return {
        "ideas": len(lines),
        **{name: round(value, 4) for name, value in found._asdict().items()},
        "topics": len({topic for topic in done.topics if topic is not None}),
        "unsorted": round(done.topics.count(None) / n, 4),
        "moved": round(done.moved / n, 4),
        **_percentiles("ms_per_idea", done.seconds),
        **_percentiles("ms_placing", done.placing_seconds),
    }


def _percentiles(name: str, seconds: Sequence[float]) -> dict[str, float]:
    middle, most = np.percentile([1000 * second for second in seconds] or [0.0], [50, 99])
    return {f"{name}_p50": round(float(middle), 3), f"{name}_p99": round(float(most), 3)}
