"""What two lists of tokens have in common, by counting what is looked at."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transcription.core.token_diff import MAX_STEPS, matching_runs

LONG_TOKENS = 40_000


class Counted(str):
    """A token that counts how often any is compared or hashed."""

    __slots__ = ()
    looked = 0

    def __eq__(self, other: object) -> bool:
        Counted.looked += 1
        return str.__eq__(self, other)

    def __hash__(self) -> int:
        Counted.looked += 1
        return str.__hash__(self)


def is_sound(old: list[str], new: list[str]) -> bool:
    """Whether the runs are the same on both sides, in order and apart."""
    reached = (0, 0)
    for run in matching_runs(old, new):
        if run.old < reached[0] or run.new < reached[1] or run.size < 1:
            return False
        reached = run.old + run.size, run.new + run.size
        if old[run.old : reached[0]] != new[run.new : reached[1]]:
            return False
    return reached <= (len(old), len(new))


TOKENS = st.lists(st.sampled_from("abcde"), max_size=200)


@settings(deadline=None, max_examples=300)
@given(TOKENS, TOKENS)
def test_runs_are_the_same_on_both_sides(old: list[str], new: list[str]) -> None:
    assert is_sound(old, new)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.sampled_from("abcdefgh"), min_size=150, max_size=400), st.data())
def test_a_token_that_was_taken_out_is_all_that_is_missing(old: list[str], data: st.DataObject) -> None:
    out = data.draw(st.integers(0, len(old) - 1))
    new = [*old[:out], *old[out + 1 :]]
    assert sum(run.size for run in matching_runs(old, new)) == len(new)


HOSTILE: dict[str, Callable[[random.Random], tuple[list[str], list[str]]]] = {
    "two letters": lambda chance: (chance.choices("ab", k=LONG_TOKENS), chance.choices("ab", k=LONG_TOKENS)),
    "turned": lambda _chance: ([f"w{n}" for n in range(LONG_TOKENS)], [f"w{n}" for n in reversed(range(LONG_TOKENS))]),
    "one word": lambda _chance: (["a"] * LONG_TOKENS, ["b", *["a"] * LONG_TOKENS, "c"]),
    "nothing": lambda _chance: (["a"] * LONG_TOKENS, ["b"] * LONG_TOKENS),
    "speech": lambda chance: (
        [f"w{int(chance.paretovariate(0.8)) % 9000}" for _ in range(LONG_TOKENS)],
        [f"w{int(chance.paretovariate(0.8)) % 9000}" for _ in range(LONG_TOKENS)],
    ),
    "gaps": lambda chance: (
        [f"n{n}" if n % 60 == 0 else chance.choice("ab") for n in range(LONG_TOKENS)],
        [f"n{n}" if n % 60 == 0 else chance.choice("ab") for n in range(LONG_TOKENS)],
    ),
    "short and long": lambda chance: (["a", "b"], chance.choices("ab", k=4 * LONG_TOKENS)),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_forty_thousand_words_are_compared_in_few_steps(kind: str) -> None:
    old, new = HOSTILE[kind](random.Random(1))
    Counted.looked = 0
    assert is_sound([Counted(token) for token in old], [Counted(token) for token in new])
    assert Counted.looked < 5 * MAX_STEPS


def test_a_changed_word_in_forty_thousand_is_found_at_once() -> None:
    old = [Counted(f"w{n % 700}") for n in range(LONG_TOKENS)]
    new = [Counted("other") if n in {9_000, 30_000} else token for n, token in enumerate(old)]
    Counted.looked = 0
    runs = matching_runs(old, new)
    assert Counted.looked < 20 * LONG_TOKENS
    assert [run.size for run in runs] == [9_000, 20_999, 9_999]
