"""What a person said binds: through placings, tidyings and another model's vectors, and when it is told anew."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from insights.core.embedding import Background
from insights.core.topics import apply_constraints, constraints
from insights.core.topics.assign import place
from insights.core.topics.consolidate import tidy
from insights.core.topics.constraints import Kind, Word
from insights.core.topics.index import Map
from insights.core.topics.space import Space
from insights.core.topics.tokens import pieces
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
    rows: list[Word]


def rows_of(here: Map, say: Say) -> list[Word]:
    kind, told = say
    one, other, ideas = (*told, None, None)[:3]
    of_idea = {"move": Kind.PLACED, "bar": Kind.BARRED}
    of_topics = {"touch": Kind.TOUCHED, "merge": Kind.MERGED, "keep_apart": Kind.APART}
    if kind in of_idea:
        return [Word(of_idea[kind], other, one)]
    if kind in of_topics:
        return [Word(of_topics[kind], one, other=other)]
    if kind == "split":
        return [*(Word(Kind.PLACED, other, index) for index in ideas), Word(Kind.APART, one, other=other)]
    members: list[int | None] = [*here.topics[one].members] or [None]
    return [Word(Kind.DELETED, one, index) for index in members]


def spoken(here: Map, step: Step, number: int) -> Say | None:
    """Return what a person says at this step, in words that can be said again of another map."""
    one, other = step.numbers
    keys = list(here.topics)
    if step.kind == "create":
        return "touch", (f"mine {number}",)
    if not here.thoughts or not keys:
        return None
    index, topic, second = one % len(here.thoughts), keys[one % len(keys)], keys[other % len(keys)]
    placed = [i for i, key in enumerate(here.topic_of) if key is not None]
    said: dict[str, Say | None] = {
        "move": ("move", (index, second)),
        "unsort": ("move", (index, None)),
        "merge": ("merge", (topic, second)) if topic != second else None,
        "apart": ("keep_apart", (topic, second)) if topic != second else None,
        "delete": ("delete", (topic,)),
    }
    if placed:
        index = placed[one % len(placed)]
        home = here.topic_of[index]
        said["confirm"] = ("move", (index, home))
        said["bar"] = ("bar", (index, home))
        said["split"] = ("split", (home, f"split {number}", (index,)))
    return said.get(step.kind)


class Bound(NamedTuple):
    """What a person said that holds."""

    homes: dict[Any, Any]
    barred: dict[Any, frozenset[Any]]
    apart: frozenset[frozenset[Any]]


def bound(here: Map) -> Bound:
    return Bound(
        {i: here.topic_of[i] for i, settled in enumerate(here.settled) if settled},
        {i: frozenset(topics) for i, topics in here.barred.items() if topics},
        frozenset(here.apart),
    )


def compare_anew(here: Map, turned_by: int) -> None:
    """Lay the ideas by another model's vectors. What stands where does not change."""
    here.thoughts = [one._replace(vector=np.roll(one.vector, turned_by)) for one in here.thoughts]
    here.space = Space(Background(np.zeros(D, dtype=np.float32), stretch=0.8))
    for thought in here.thoughts:
        here.space.add(thought.vector, pieces(thought.words))
    here.lay_anew()


def live(steps: list[Step], seen: Callable[[Map], None]) -> tuple[Map, list[Said]]:
    """Let all of it happen. Returns the map, and what was said."""
    here, said = empty_map(), list[Said]()
    for number, step in enumerate(steps):
        if step.kind == "idea" and len(here.thoughts) < IDEAS:
            place(here, made_up(number, THEMES[step.numbers[0] % 3], step.numbers[1]))
        elif step.kind == "tidy":
            tidy(here)
        elif step.kind == "exchange":
            compare_anew(here, turned_by=1)
        elif (words := spoken(here, step, number)) is not None:
            said.append(Said(len(here.thoughts), words, rows_of(here, words)))
            getattr(apply_constraints, words[0])(here, *words[1])
        seen(here)
    return here, said


def assert_sound(here: Map) -> None:
    stands_in = [index for topic in here.topics.values() for index in topic.members]
    assert len(stands_in) == len(set(stands_in)), "an idea in two topics"
    assert {i for i, key in enumerate(here.topic_of) if key is not None} == set(stands_in)
    for key, topic in here.topics.items():
        assert topic.key == key
        assert all(here.topic_of[index] == key for index in topic.members)
        assert not any(key in here.barred.get(index, ()) for index in topic.members), "where it does not belong"
    waits = {i for i, key in enumerate(here.topic_of) if key is None and not here.settled[i]}
    assert set(here.waiting) == waits


def in_the_end(key: Any, merged: dict[Any, Any]) -> Any:
    while key in merged:
        key = merged[key]
    return key


@given(STEPS)
@settings(deadline=None, max_examples=80)
def test_nothing_that_the_machine_does_breaks_a_persons_word(steps: list[Step]) -> None:
    here, _ = live(steps, assert_sound)
    before, touched = bound(here), {key for key, topic in here.topics.items() if topic.touched}
    stood = list(here.topic_of)
    for number in range(3):
        place(here, made_up(("more", number), THEMES[number], number))
    merged = {gone: stays for stays, gone in tidy(here).merged}
    compare_anew(here, turned_by=2)
    merged |= {gone: stays for stays, gone in tidy(here).merged}
    assert bound(here) == before
    assert touched <= here.topics.keys()
    assert_sound(here)
    for before_it, now in zip(stood, here.topic_of, strict=False):
        assert before_it is None or now == in_the_end(before_it, merged), "moved from one topic to another"


@given(STEPS)
@settings(deadline=None, max_examples=80)
def test_what_was_said_holds_the_same_when_memos_and_words_are_told_anew(steps: list[Step]) -> None:
    here, said = live(steps, lambda _map: None)
    again = empty_map()
    told = 0
    for count, (kind, words), _ in said:
        for thought in here.thoughts[told:count]:
            again.add(thought)
        told = count
        getattr(apply_constraints, kind)(again, *words)
    assert bound(again) == bound(here)


@given(STEPS)
@settings(deadline=None, max_examples=80)
def test_what_binds_by_rows_is_what_binds_on_the_map(steps: list[Step]) -> None:
    """Two ways to the same: the map, and the words alone. What one of them forgets to release, the other has not."""
    here, said = live(steps, lambda _map: None)
    by_rows = constraints.bound(row for one in said for row in one.rows)
    barred = {index: frozenset(topics) for index, topics in by_rows.barred.items() if topics}
    assert Bound(by_rows.homes, barred, frozenset(by_rows.apart)) == bound(here)


def test_the_ideas_of_a_deleted_topic_are_not_a_persons_any_more() -> None:
    here = empty_map()
    for number in range(2):
        here.add(made_up(number, "garden", number))
        apply_constraints.move(here, number, "mine")
    apply_constraints.delete(here, "mine")
    assert here.settled == [False, False]
    assert list(here.waiting) == [0, 1]
