"""Words taken out of a transcript: what is left is counted anew, and put back it is as it was."""

from hypothesis import given
from hypothesis import strategies as st

from transcription.core.taking_out import (
    MARGIN_SECONDS,
    QuietSpan,
    gap_of,
    quiet_span,
    warnings_left,
    words_left,
    words_within,
)
from transcription.core.warnings.spans import Doubt, doubtful_words
from transcription.core.words import Word, joined


@st.composite
def spoken(draw: st.DrawFn) -> list[Word]:
    """Words one after the other, with pauses between them or none."""
    words, second = list[Word](), draw(st.floats(0, 3))
    for number in range(draw(st.integers(1, 12))):
        end = second + draw(st.floats(0, 1))
        words.append(Word(f" w{number}"[: draw(st.integers(1, 4))], second, end, 0.9))
        second = end + draw(st.floats(0, 2))
    return words


@st.composite
def spoken_with_some(draw: st.DrawFn) -> tuple[list[Word], set[int]]:
    """Words, and the numbers of some of them."""
    words = draw(spoken())
    return words, draw(st.sets(st.integers(0, len(words) - 1)))


@given(spoken(), st.data())
def test_silence_covers_the_words_and_reaches_into_no_other(words: list[Word], chosen: st.DataObject) -> None:
    first = chosen.draw(st.integers(0, len(words) - 1))
    end = chosen.draw(st.integers(first + 1, len(words)))
    quiet = quiet_span(words, first, end)
    assert 0 <= quiet.start <= words[first].start
    assert quiet.end >= words[end - 1].end
    assert words[first].start - quiet.start <= MARGIN_SECONDS
    assert quiet.end - words[end - 1].end <= MARGIN_SECONDS + 1e-9
    assert all(word.end <= quiet.start + 1e-9 for word in words[:first])
    assert all(word.start >= quiet.end - 1e-9 for word in words[end:])


@given(spoken_with_some())
def test_put_back_all_is_as_it_was(spoken: tuple[list[Word], set[int]]) -> None:
    words, gone = spoken
    gap = gap_of(words, gone)
    left = words_left(words, gap)
    assert gap.fill(left) == words
    for number, word in enumerate(words):
        if number in gone:
            continue
        assert left[gap.number_after(number)] is word
        assert gap.number_before(gap.number_after(number)) == number
        moved = len(joined(words[:number])) - len(joined(left[: gap.number_after(number)]))
        assert gap.characters_before(number) == moved


@given(spoken_with_some(), st.data())
def test_doubts_stay_at_the_words_that_they_are_about(
    spoken: tuple[list[Word], set[int]], chosen: st.DataObject
) -> None:
    words, gone = spoken
    first = chosen.draw(st.integers(0, len(words) - 1))
    last = chosen.draw(st.integers(first + 1, len(words)))
    gap = gap_of(words, gone)
    left = warnings_left([str(Doubt("unsure", first, last)), "quiet"], gap)
    assert left[-1] == "quiet"
    assert doubtful_words(left) == {gap.number_after(number) for number in range(first, last) if number not in gone}


@given(spoken_with_some(), st.data())
def test_an_edit_made_since_covers_no_word_that_comes_back(
    spoken: tuple[list[Word], set[int]], chosen: st.DataObject
) -> None:
    words, gone = spoken
    left = len(words) - len(gone)
    if not left:
        return
    first = chosen.draw(st.integers(0, left - 1))
    last = chosen.draw(st.integers(first + 1, left))
    begin, end = gap_of(words, gone).range_before(first, last)
    assert 0 <= begin < end <= len(words)
    assert gone.isdisjoint(range(begin, end))


def test_words_of_a_span_are_those_that_lie_mostly_in_it() -> None:
    words = [Word(f" {n}", n, n + 1.0, 0.9) for n in range(5)]
    assert words_within(words, QuietSpan(0.6, 3.4), set()) == {1, 2}
    assert words_within(words, QuietSpan(0.6, 3.4), {2}) == {1}
