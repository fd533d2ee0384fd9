"""Edits beside verbatim words: what was heard, what stands, and the way back."""

import sys
from collections.abc import Callable
from itertools import pairwise
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transcription.core.edit_script import Replacement, changes_to, excerpt, text_of, text_pieces
from transcription.core.words import Word, joined

TEXTS = st.text(alphabet=st.sampled_from("ab. ,\néж漢字"), max_size=24)


def words_of(*texts: str) -> list[Word]:
    return [Word(text, n * 0.5, n * 0.5 + 0.4, 0.9) for n, text in enumerate(texts)]


def said(text: str) -> list[Word]:
    return words_of(*(f" {token}" if n else token for n, token in enumerate(text.split())))


WORDS = st.lists(st.text(alphabet=st.sampled_from("ab .é漢字"), min_size=1, max_size=4), max_size=8).map(
    lambda texts: words_of(*texts)
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Word], list[Replacement]]:
    """Words, and changes of them by anybody, overlapping as they may."""
    words = draw(WORDS)
    if not words:
        return words, []
    firsts = draw(st.lists(st.integers(0, len(words) - 1), max_size=4))
    return words, [Replacement(first, draw(st.integers(first + 1, len(words))), draw(TEXTS)) for first in firsts]


@settings(deadline=None)
@given(WORDS)
def test_without_changes_the_text_is_verbatim(words: list[Word]) -> None:
    assert text_of(text_pieces(words, [])) == joined(words)


@settings(deadline=None)
@given(histories())
def test_every_word_is_in_one_piece_that_keeps_its_seconds(history: tuple[list[Word], list[Replacement]]) -> None:
    words, changes = history
    shown = text_pieces(words, changes)
    assert [number for piece in shown for number in range(piece.first, piece.last)] == list(range(len(words)))
    for piece in shown:
        assert (piece.start, piece.end) == (words[piece.first].start, words[piece.last - 1].end)
        assert piece.is_changed or piece.text == words[piece.first].text


@settings(deadline=None)
@given(histories(), st.lists(TEXTS, min_size=1, max_size=4))
def test_a_text_becomes_exactly_what_was_wanted_and_undoing_gives_the_former_ones_back(
    history: tuple[list[Word], list[Replacement]], wanted: list[str]
) -> None:
    words, changes = history
    verbatim = [*words]
    batches, texts = [changes], [text_of(text_pieces(words, changes))]
    for text in wanted:
        batches.append(changes_to(text, words, [change for batch in batches for change in batch]))
        texts.append(text if words else "")
        assert text_of(text_pieces(words, [change for batch in batches for change in batch])) == texts[-1]
    while batches:
        assert text_of(text_pieces(words, [change for batch in batches for change in batch])) == texts.pop()
        batches.pop()
    assert words == verbatim


@settings(deadline=None)
@given(histories(), TEXTS)
def test_changes_lie_apart_and_the_same_text_needs_none(
    history: tuple[list[Word], list[Replacement]], text: str
) -> None:
    words, changes = history
    further = changes_to(text, words, changes)
    assert all(one.last <= other.first for one, other in pairwise(further))
    assert all(0 <= change.first < change.last <= len(words) for change in further)
    assert changes_to(text_of(text_pieces(words, changes)), words, changes) == []


@pytest.mark.parametrize(
    ("wanted", "changes"),
    [
        ("Ask Anneliese about the stones.", [(4, 5, " stones.")]),
        ("Ask Amaryllis about the stars", [(1, 2, " Amaryllis"), (4, 5, " stars")]),
        ("Do ask Anneliese about the stones", [(0, 1, "Do ask")]),
        ("Ask Anneliese about all the stones", [(2, 3, " about all")]),
        ("Ask about stones", [(1, 2, ""), (3, 4, "")]),
    ],
)
def test_only_the_words_that_differ_are_changed(wanted: str, changes: list[tuple[int, int, str]]) -> None:
    assert changes_to(wanted, said("Ask Anneliese about the stones"), []) == changes


def test_in_a_script_without_white_space_one_sign_is_changed_not_the_sentence() -> None:
    words = words_of("明", "日", "は", "雨", "。")
    assert changes_to("明日は雪。", words, []) == [(3, 4, "雪")]


def test_a_change_within_an_earlier_one_takes_all_of_it_over() -> None:
    words = said("the still note app is here")
    first = changes_to("the Stilnote app is here", words, [])
    assert first == [(1, 3, " Stilnote")]
    assert changes_to("the Stillnote app is here", words, first) == [(1, 3, " Stillnote")]
    assert changes_to("the still note app is here", words, first) == [(1, 3, " still note")]


def test_what_is_heard_again_by_a_change_is_verbatim_again() -> None:
    words = said("one two three")
    shown = text_pieces(words, [Replacement(0, 2, "1 2"), Replacement(0, 2, "one two")])
    assert [piece.text for piece in shown] == ["one", " two", " three"]
    assert not any(piece.is_changed for piece in shown)


def test_an_excerpt_follows_the_changes_within_it_and_no_others() -> None:
    words = said("Ask Annie about stones. The cake needs flower.")
    text = joined(words)
    cut = text.index("The")
    changes = [Replacement(1, 2, " Amaryllis"), Replacement(7, 8, " flour.")]
    assert excerpt(words, changes, 0, cut - 1) == "Ask Amaryllis about stones."
    assert excerpt(words, changes, cut, len(text)) == "The cake needs flour."
    across = [Replacement(3, 5, " stones and the")]
    assert excerpt(words, across, 0, cut - 1) == "Ask Annie about stones and the"
    assert excerpt(words, across, cut, len(text)) == "cake needs flower."


def test_an_hour_of_speech_is_compared_in_good_time() -> None:
    spoken = [f"w{n % 700}" for n in range(9000)]
    wanted = " ".join("other" if n % 90 == 0 else word for n, word in enumerate(spoken))
    found = changes_to(wanted, said(" ".join(spoken)), [])
    assert len(found) == 100
    assert text_of(text_pieces(said(" ".join(spoken)), found)) == wanted


def lines_run(do: Callable[[], object]) -> int:
    """Count the lines of Python that a call runs, of this module's and of comprehensions."""
    count = 0

    def trace(_frame: FrameType, event: str, _arg: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    sys.settrace(trace)
    try:
        do()
    finally:
        sys.settrace(None)
    return count


def test_steps_grow_as_the_number_of_changed_words_and_not_as_its_square() -> None:
    def steps(number: int) -> int:
        words = said(" ".join(f"w{n}" for n in range(number)))
        changes = [Replacement(n, n + 1, f" v{n}") for n in range(0, number, 2)]
        wanted = " ".join(f"u{n}" if n % 4 else f"w{n}" for n in range(number))
        return lines_run(lambda: changes_to(wanted, words, changes))

    assert steps(400) < 3 * steps(200)
