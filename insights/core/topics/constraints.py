"""What a person's statements, taken one after the other, bind: read from rows, without an index."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import NamedTuple

from insights.core.topics.idea_keys import Key


class StatementKind(Enum):
    """What was said. PLACED: moved, confirmed or split off. TOUCHED: made, named, pinned or hidden."""

    PLACED = auto()
    BARRED = auto()
    MERGED = auto()
    APART = auto()
    WHOLE = auto()
    DELETED = auto()
    TOUCHED = auto()


class Statement(NamedTuple):
    """topic: None where an idea was left unsorted. other: the one that `topic` took in, or is kept apart from."""

    kind: StatementKind
    topic: Key | None = None
    idea: Key | None = None
    other: Key | None = None


@dataclass
class Constraints:
    """What holds in the end."""

    homes: dict[Key, Key | None] = field(default_factory=dict)
    """Where a person said that an idea belongs; None: nowhere."""
    barred: defaultdict[Key, set[Key]] = field(default_factory=lambda: defaultdict(set))
    """Topics in which an idea does not belong."""
    apart: set[frozenset[Key]] = field(default_factory=set)
    whole: set[Key] = field(default_factory=set)
    """Topics that are not to be split."""
    deleted_members: defaultdict[Key, list[Key]] = field(default_factory=lambda: defaultdict(list))
    """The ideas of each deleted topic."""
    touched: set[Key] = field(default_factory=set)


def resolve_constraints(words: Iterable[Statement], so_far: Constraints | None = None) -> Constraints:
    """Apply statements in order to `so_far`, which changes, and return it."""
    so_far = Constraints() if so_far is None else so_far
    for word in words:
        _apply_statement(so_far, word)
    return so_far


def _apply_statement(so_far: Constraints, word: Statement) -> None:
    kind, topic, idea, other = word
    if topic is not None:
        so_far.touched.add(topic)
    match kind:
        case StatementKind.PLACED if idea is not None:
            so_far.homes[idea] = topic
            so_far.barred[idea].discard(topic)
        case StatementKind.BARRED if idea is not None and topic is not None:
            so_far.barred[idea].add(topic)
            _unsettle_idea(so_far, idea, topic)
        case StatementKind.MERGED if topic is not None and other is not None:
            _merge_constraints(so_far, topic, other)
        case StatementKind.APART if topic is not None and other is not None:
            so_far.touched.add(other)
            so_far.apart.add(frozenset((topic, other)))
        case StatementKind.WHOLE if topic is not None:
            so_far.whole.add(topic)
        case StatementKind.DELETED if topic is not None:
            _delete_constraints(so_far, topic, idea)


def _merge_constraints(so_far: Constraints, kept: Key, gone: Key) -> None:
    so_far.homes = {idea: kept if home == gone else home for idea, home in so_far.homes.items()}
    so_far.apart = {frozenset(kept if key == gone else key for key in pair) for pair in so_far.apart}
    so_far.apart = {pair for pair in so_far.apart if len(pair) > 1}
    so_far.whole.discard(gone)
    for idea, barred in so_far.barred.items():
        if gone in barred:
            barred.remove(gone)
            if so_far.homes.get(idea) != kept:
                barred.add(kept)
        if kept in barred:
            _unsettle_idea(so_far, idea, kept)


def _delete_constraints(so_far: Constraints, topic: Key, idea: Key | None) -> None:
    so_far.apart = {pair for pair in so_far.apart if topic not in pair}
    so_far.whole.discard(topic)
    if idea is not None:
        so_far.deleted_members[topic].append(idea)
        _unsettle_idea(so_far, idea, topic)


def _unsettle_idea(so_far: Constraints, idea: Key, topic: Key) -> None:
    if so_far.homes.get(idea) == topic:
        del so_far.homes[idea]
