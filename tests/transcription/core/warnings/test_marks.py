"""Doubt goes along with its words: through edits and the boundaries of ideas, and never on to words beside them."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from transcription.core.edit_script import Replacement, excerpt, text_pieces
from transcription.core.warnings.marks import (
    MarkedText,
    TextSpan,
    hidden_words,
    is_mostly_doubtful,
    mark_text,
    marked_by_spans,
    spans_of,
    sure_text,
    touched_words,
)
from transcription.core.words import Word, joined

HEARD = (" yes", " thank", "you", ".", " ", " naïve", "\n the end", " 谢谢", " x ")
WORDS = st.lists(st.sampled_from(HEARD).map(lambda text: Word(text, 0.0, 0.1, 0.9)), min_size=1, max_size=12)


@st.composite
def marked_words(draw: st.DrawFn) -> tuple[list[Word], set[int], int, int]:
    """Draw words, the numbers of doubtful ones, and a stretch of their text."""
    words = draw(WORDS)
    length = len(joined(words))
    start, end = sorted(draw(st.tuples(st.integers(0, length), st.integers(0, length))))
    return words, draw(st.sets(st.integers(0, len(words) - 1))), start, end


@st.composite
def replacements(draw: st.DrawFn, words: int) -> list[Replacement]:
    """Draw changes of a person, one after the other: they may overlap, leave out words or write the same."""
    made = []
    for _ in range(draw(st.integers(0, 4))):
        first = draw(st.integers(0, words - 1))
        made.append(Replacement(first, draw(st.integers(first + 1, words)), draw(st.sampled_from((*HEARD, "")))))
    return made


def flags(marked: list[MarkedText]) -> list[tuple[str, bool]]:
    """Return each letter that is no white space, and whether it is doubtful."""
    return [(sign, is_doubtful) for text, is_doubtful in marked for sign in text if not sign.isspace()]


@given(marked_words())
def test_spans_lie_in_the_text_and_cover_just_the_doubtful_words(drawn: tuple[list[Word], set[int], int, int]) -> None:
    words, doubtful, start, end = drawn
    marked = mark_text(words, (), doubtful, start, end)
    text = joined(words)
    assert "".join(one.text for one in marked) == text[start:end].strip()
    of_words = [(sign, n in doubtful) for n, word in enumerate(words) for sign in word.text]
    assert flags(marked) == [one for one in of_words[start:end] if not one[0].isspace()]
    said = text[start:end].strip()
    spans = spans_of(marked)
    assert all(0 <= span.start < span.end <= len(said) for span in spans)
    assert all(one.end < other.start or said[one.end : other.start] for one, other in pairwise(spans))
    assert all(said[span.start : span.end] == said[span.start : span.end].strip() for span in spans)


@given(marked_words(), st.data())
def test_what_a_person_wrote_is_sure_and_the_rest_stays_as_it_was(
    drawn: tuple[list[Word], set[int], int, int], data: st.DataObject
) -> None:
    words, doubtful, start, end = drawn
    changes = data.draw(replacements(len(words)))
    left = doubtful - touched_words(changes)
    marked = mark_text(words, changes, left, start, end)
    if changes:
        assert "".join(one.text for one in marked) == excerpt(words, changes, start, end)
    whole = mark_text(words, changes, left, 0, len(joined(words)))
    pieces = text_pieces(words, changes)
    said = [(sign, piece.first in left) for piece in pieces for sign in piece.text if not sign.isspace()]
    assert flags(whole) == said
    assert not any(piece.is_changed and piece.first in left for piece in pieces)


@given(marked_words(), st.data())
def test_the_ideas_of_a_memo_hold_every_doubtful_word_once(
    drawn: tuple[list[Word], set[int], int, int], data: st.DataObject
) -> None:
    words, doubtful, _start, _end = drawn
    places = [0]
    for word in words:
        places.append(places[-1] + len(word.text))
    inner = data.draw(st.sets(st.sampled_from(places)))
    ideas = [mark_text(words, (), doubtful, *edges) for edges in pairwise(sorted({0, *inner, places[-1]}))]
    assert [one for idea in ideas for one in flags(idea)] == flags(mark_text(words, (), doubtful, 0, places[-1]))


@given(marked_words())
def test_spans_are_the_way_back_to_a_marked_text(drawn: tuple[list[Word], set[int], int, int]) -> None:
    words, doubtful, start, end = drawn
    marked = mark_text(words, (), doubtful, start, end)
    text = "".join(one.text for one in marked)
    assert marked_by_spans(text, spans_of(marked)) == marked


@given(marked_words())
def test_the_sure_text_is_what_is_not_doubtful(drawn: tuple[list[Word], set[int], int, int]) -> None:
    words, doubtful, start, end = drawn
    marked = mark_text(words, (), doubtful, start, end)
    text = "".join(one.text for one in marked)
    sure = sure_text(text, spans_of(marked))
    assert sure.split() == " ".join(one.text for one in marked if not one.is_doubtful).split()
    if not spans_of(marked):
        assert sure == text


@given(marked_words())
def test_hidden_words_are_as_long_and_say_nothing(drawn: tuple[list[Word], set[int], int, int]) -> None:
    words, doubtful, _start, _end = drawn
    hidden = hidden_words(words, doubtful)
    assert [len(word.text) for word in hidden] == [len(word.text) for word in words]
    assert not any(sign.isalnum() for number in doubtful for sign in hidden[number].text)
    assert [word for n, word in enumerate(hidden) if n not in doubtful] == [
        word for n, word in enumerate(words) if n not in doubtful
    ]


def said(text: str) -> list[Word]:
    return [Word(f" {token}", 0.0, 0.1, 0.9) for token in text.split()]


def test_an_idea_is_doubtful_from_the_half_of_its_letters_on() -> None:
    assert is_mostly_doubtful("milk Bye.", [[5, 9]]) is False
    assert is_mostly_doubtful("milk Byes.", [[5, 10]]) is True
    assert is_mostly_doubtful("milk", []) is False
    assert is_mostly_doubtful("", []) is False
    assert is_mostly_doubtful("?!", [[0, 2]]) is False


def test_white_space_goes_with_what_is_sure() -> None:
    words = said("Water the roses. Thank you.")
    marked = mark_text(words, (), {3, 4}, 0, len(joined(words)))
    assert marked == [MarkedText("Water the roses. ", is_doubtful=False), MarkedText("Thank you.", is_doubtful=True)]
    assert spans_of(marked) == [TextSpan(17, 27)]
