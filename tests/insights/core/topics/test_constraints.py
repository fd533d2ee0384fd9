"""What a person said binds: through placings, tidyings and another model's vectors, and when it is told anew."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from insights.core.embedding.protocol import Background
from insights.core.topics import constraints
from insights.core.topics.apply_constraints import settle_idea
from insights.core.topics.assign import assign_idea
from insights.core.topics.consolidate import consolidate_index
from insights.core.topics.constraints import Statement, StatementKind
from insights.core.topics.idea_traits import IdeaFeatures
from insights.core.topics.index import TopicIndex
from insights.core.topics.space import Space
from insights.core.topics.tokens import Pieces
from tests.support.constraint_oracle import CORRECTIONS, delete
from tests.support.idea_features import THEMES, D, empty_map, made_up

IDEAS = 14


class Step(NamedTuple):
    """Something that happens: an idea comes, the machine tidies or learns a new model, or a person speaks."""

    kind: str
    numbers: tuple[int, int]


STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from(
            ["idea"] * 6
            + ["tidy", "exchange", "confirm", "move", "unsort", "bar", "merge", "split", "apart", "create", "delete"]
        ),
        st.tuples(st.integers(0, 50), st.integers(0, 50)),
    ),
    min_size=5,
    max_size=40,
)
Say = tuple[str, tuple[Any, ...]]


class Said(NamedTuple):
    """What a person said after how many ideas; rows: the same as a database keeps it."""

    ideas: int
    say: Say
    rows: list[Statement]


def rows_of(index: TopicIndex, say: Say) -> list[Statement]:
    kind, told = say
    one, other, ideas = (*told, None, None)[:3]
    of_idea = {"move": StatementKind.PLACED, "bar": StatementKind.BARRED}
    of_topics = {"touch": StatementKind.TOUCHED, "merge": StatementKind.MERGED, "keep_apart": StatementKind.APART}
    if kind in of_idea:
        return [Statement(of_idea[kind], other, one)]
    if kind in of_topics:
        return [Statement(of_topics[kind], one, other=other)]
    if kind == "split":
        return [
            *(Statement(StatementKind.PLACED, other, position) for position in ideas),
            Statement(StatementKind.APART, one, other=other),
        ]
    members: list[int | None] = [*index.topics[one].members] or [None]
    return [Statement(StatementKind.DELETED, one, position) for position in members]


def spoken(index: TopicIndex, step: Step, number: int) -> Say | None:
    """Return what a person says at this step, in words that can be said again of another map."""
    one, other = step.numbers
    keys = list(index.topics)
    if step.kind == "create":
        return "touch", (f"mine {number}",)
    if not len(index) or not keys:
        return None
    position, topic, second = one % len(index), keys[one % len(keys)], keys[other % len(keys)]
    placed = [i for i, key in enumerate(index.homes()) if key is not None]
    said: dict[str, Say | None] = {
        "move": ("move", (position, second)),
        "unsort": ("move", (position, None)),
        "merge": ("merge", (topic, second)) if topic != second else None,
        "apart": ("keep_apart", (topic, second)) if topic != second else None,
        "delete": ("delete", (topic,)),
    }
    if placed:
        position = placed[one % len(placed)]
        home = index.topic_of(position)
        said["confirm"] = ("move", (position, home))
        said["bar"] = ("bar", (position, home))
        said["split"] = ("split", (home, f"split {number}", (position,)))
    return said.get(step.kind)


class Bound(NamedTuple):
    """What a person said that holds."""

    homes: dict[Any, Any]
    barred: dict[Any, frozenset[Any]]
    apart: frozenset[frozenset[Any]]


def bound(index: TopicIndex) -> Bound:
    return Bound(
        {i: index.topic_of(i) for i, settled in enumerate(index.settled.all.tolist()) if settled},
        {i: frozenset(topics) for i, topics in index.barred.items() if topics},
        frozenset(index.apart),
    )


def compare_anew(index: TopicIndex, turned_by: int) -> None:
    """Lay the ideas by another model's vectors. What stands where does not change."""
    before, index.space = index.space, Space(Background(np.zeros(D, dtype=np.float32), stretch=0.8))
    for position in range(len(before)):
        index.space.add(np.roll(before.vectors[position], turned_by), Pieces(*before.pieces.at(position)))
    index.project_all()


def live(steps: list[Step], seen: Callable[[TopicIndex], None]) -> tuple[TopicIndex, list[Said]]:
    """Let all of it happen. Returns the index, and what was said."""
    index, said = empty_map(), list[Said]()
    for number, step in enumerate(steps):
        if step.kind == "idea" and len(index) < IDEAS:
            assign_idea(index, at_step(number, step))
        elif step.kind == "tidy":
            consolidate_index(index)
        elif step.kind == "exchange":
            compare_anew(index, turned_by=1)
        elif (words := spoken(index, step, number)) is not None:
            said.append(Said(len(index), words, rows_of(index, words)))
            CORRECTIONS[words[0]](index, *words[1])
        seen(index)
    return index, said


def at_step(number: int, step: Step) -> IdeaFeatures:
    return made_up(number, THEMES[step.numbers[0] % 3], step.numbers[1])


def assert_sound(index: TopicIndex) -> None:
    stands_in = [position for topic in index.topics.values() for position in topic.members]
    assert len(stands_in) == len(set(stands_in)), "an idea in two topics"
    assert {i for i, key in enumerate(index.homes()) if key is not None} == set(stands_in)
    for key, topic in index.topics.items():
        assert topic.key == key
        assert all(index.topic_of(position) == key for position in topic.members)
        assert not any(key in index.barred.get(position, ()) for position in topic.members), "where it does not belong"
    waits = {i for i, key in enumerate(index.homes()) if key is None and not index.settled[i]}
    assert set(index.waiting) == waits


def in_the_end(key: Any, merged: dict[Any, Any]) -> Any:
    while key in merged:
        key = merged[key]
    return key


@given(STEPS)
@settings(deadline=None, max_examples=80)
def test_nothing_that_the_machine_does_breaks_a_persons_word(steps: list[Step]) -> None:
    index, _ = live(steps, assert_sound)
    before, touched = bound(index), {key for key, topic in index.topics.items() if index.is_touched(topic)}
    stood = index.homes()
    for number in range(3):
        assign_idea(index, made_up(("more", number), THEMES[number], number))
    merged = {gone: stays for stays, gone in consolidate_index(index).merged}
    compare_anew(index, turned_by=2)
    merged |= {gone: stays for stays, gone in consolidate_index(index).merged}
    assert bound(index) == before
    assert touched <= index.topics.keys()
    assert_sound(index)
    for before_it, now in zip(stood, index.homes(), strict=False):
        assert before_it is None or now == in_the_end(before_it, merged), "moved from one topic to another"


@given(STEPS)
@settings(deadline=None, max_examples=80)
def test_what_was_said_holds_the_same_when_memos_and_words_are_told_anew(steps: list[Step]) -> None:
    index, said = live(steps, lambda _map: None)
    again = empty_map()
    told = 0
    for count, (kind, words), _ in said:
        for number in index.keys[told:count]:
            again.add(at_step(number, steps[number]))
        told = count
        CORRECTIONS[kind](again, *words)
    assert bound(again) == bound(index)


@given(STEPS)
@settings(deadline=None, max_examples=80)
def test_what_binds_by_rows_is_what_binds_on_the_map(steps: list[Step]) -> None:
    """Two ways to the same: the map, and the words alone. What one of them forgets to release, the other has not."""
    index, said = live(steps, lambda _map: None)
    by_rows = constraints.resolve_constraints(row for one in said for row in one.rows)
    barred = {position: frozenset(topics) for position, topics in by_rows.barred.items() if topics}
    assert Bound(by_rows.homes, barred, frozenset(by_rows.apart)) == bound(index)


def test_the_ideas_of_a_deleted_topic_are_not_a_persons_any_more() -> None:
    index = empty_map()
    for number in range(2):
        index.add(made_up(number, "garden", number))
        settle_idea(index, number, "mine")
    delete(index, "mine")
    assert index.settled.all.tolist() == [False, False]
    assert list(index.waiting) == [0, 1]
