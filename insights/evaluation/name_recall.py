"""How well topics are named, on streams whose topics are known: whether a name leads back to its topic's label."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple

import numpy as np

from insights.core.embedding.protocol import Embedder, Vector
from insights.core.segmentation.cues import without_cue
from insights.core.topics.index import TopicIndex
from insights.core.topics.name_fit import fit_in_index
from insights.core.topics.naming import is_due, name_topic
from insights.core.topics.topic import about_text
from insights.evaluation.streams import StreamIdea, features_of_lines

LEAST_IDEAS = 2
"""Of a topic: the machine founds none of one."""
LATEST_IDEAS = 500
"""Ideas of other topics against which one is named, as in the service."""


class ShownNames(NamedTuple):
    """names: of topics of two ideas and more, by their labels. changes: how often one that was shown became another."""

    names: dict[str, str]
    changes: int


def label_words(label: str) -> str:
    """Return a label as words: "alarm_set" is "alarm set", and of "mara/kitchen" it is what comes after the person."""
    return label.rpartition("/")[2].replace("_", " ").replace("-", " ")


def label_meanings(labels: Iterable[str], embedder: Embedder) -> dict[str, Vector]:
    """Return what each label means as a name that a person gives to a topic, as in the service."""
    each = list(dict.fromkeys(labels))
    return dict(zip(each, embedder.embed([about_text(label_words(label)) for label in each]), strict=True))


def name_labels(lines: Sequence[StreamIdea], embedder: Embedder | None, language: str = "en") -> dict[str, str]:
    """Name each label of a stream by all its ideas, the largest first; one of a single idea has no name.

    embedder: by which names are compared with topics; None: by what is said alone.
    """
    replay = _Replay(lines, embedder, language)
    for _ in lines:
        replay.advance()
    sizes = Counter(line.label for line in lines)
    for label, size in sizes.most_common():
        if size >= LEAST_IDEAS:
            replay.name(label)
    return replay.names


def name_growing_labels(lines: Sequence[StreamIdea], embedder: Embedder | None, language: str = "en") -> ShownNames:
    """Name each label whenever the service would, as the ideas come in (see name_labels)."""
    replay, named_sizes, changes = _Replay(lines, embedder, language), Counter[str](), 0
    for number, line in enumerate(lines, start=1):
        replay.advance()
        size = sum(one.label == line.label for one in lines[:number])
        if size >= LEAST_IDEAS and is_due(size, named_sizes[line.label]):
            before = replay.names.get(line.label)
            replay.name(line.label)
            changes += before not in {None, replay.names[line.label]}
            named_sizes[line.label] = size
    return ShownNames(replay.names, changes)


class _Replay:
    """A stream up to some idea, each idea in the topic of its label."""

    def __init__(self, lines: Sequence[StreamIdea], embedder: Embedder | None, language: str) -> None:
        self._lines, self._embedder, self._language = lines, embedder, language
        self._texts = [without_cue(line.text, language) for line in lines]
        self._seen = 0
        self.names: dict[str, str] = {}
        if embedder is not None:
            numbers = count()
            self._index = TopicIndex(embedder.background(), lambda: next(numbers))
            self._features = features_of_lines(lines, embedder, language)

    def advance(self) -> None:
        """Let the next idea come in."""
        if self._embedder is not None:
            label = self._lines[self._seen].label
            if label not in self._index.topics:
                self._index.add_topic(label)
            self._index.put(self._index.add(self._features[self._seen]), label)
        self._seen += 1

    def name(self, label: str) -> None:
        """Name a topic by the ideas up to now."""
        labels = [line.label for line in self._lines[: self._seen]]
        here = [text for text, one in zip(self._texts, labels, strict=False) if one == label]
        there = [text for text, one in zip(self._texts, labels, strict=False) if one != label]
        shown = self.names.pop(label, "")
        fits = None
        if self._embedder is not None:
            fits = fit_in_index(self._index, self._index.topics[label].members, self._embedder.embed)
        taken = self.names.values()
        self.names[label] = name_topic(here, there[-LATEST_IDEAS:], self._language, list(taken), fits=fits, shown=shown)


def found_labels(names: Mapping[str, str], labels: Collection[str], judge: Embedder) -> set[str]:
    """Return the labels whose names are nearer to them than to any other of these labels, read as words.

    names: by label. judge: by whose vectors, cosines.
    """
    if not names:
        return set()
    known = list(labels)
    near = judge.embed(list(names.values())) @ judge.embed([label_words(label) for label in known]).T
    return {
        label for label, column in zip(names, np.argmax(near, axis=1).tolist(), strict=True) if known[column] == label
    }


def name_figures(lines: Sequence[StreamIdea], embedder: Embedder, judge: Embedder) -> dict[str, Any]:
    """Return the share of names that find their label first: named at once, by what is said alone, and as they grow."""
    labels = list(dict.fromkeys(line.label for line in lines))
    at_once, alone = name_labels(lines, embedder), name_labels(lines, None)
    grown = name_growing_labels(lines, embedder)
    topics = max(1, len(at_once))
    found = found_labels(at_once, labels, judge)
    return {
        "topics": len(at_once),
        "found_first": round(len(found) / topics, 4),
        "found_first_by_words_alone": round(len(found_labels(alone, labels, judge)) / topics, 4),
        "found_first_as_they_grow": round(len(found_labels(grown.names, labels, judge)) / topics, 4),
        "changes_a_topic": round(grown.changes / topics, 4),
        "names": {label: [name, label in found] for label, name in at_once.items()},
    }
