"""Words lie inside the audio, in order, and in no pause."""

from hypothesis import given
from hypothesis import strategies as st

from transcription.core.engines.timestamps import Region, place_in_recording
from transcription.core.words import Word

MILLISECONDS = st.lists(st.integers(0, 60_000), min_size=2, max_size=12, unique=True).map(sorted)
regions = MILLISECONDS.map(
    lambda at: [Region(start / 1000, end / 1000) for start, end in zip(at[::2], at[1::2], strict=False)]
)
times = st.floats(-1, 70)
words = st.lists(st.builds(Word, st.text(min_size=1, max_size=4), times, times, st.floats(0, 1)), max_size=15)


@given(heard=words, listened_to=regions)
def test_words_are_in_order_and_each_lies_inside_a_region(heard: list[Word], listened_to: list[Region]) -> None:
    found = list(place_in_recording(heard, listened_to))
    instants = [instant for word in found for instant in (word.start, word.end)]
    assert instants == sorted(instants)
    assert all(any(one.start <= word.start <= word.end <= one.end for one in listened_to) for word in found)
    assert [word.text for word in found[1:]] == [word.text for word in heard[1:]]
    assert [word.text for word in found[:1]] == [word.text.lstrip() for word in heard[:1]]


@given(
    listened_to=regions, shares=st.lists(st.tuples(st.floats(0.1, 0.4), st.floats(0.6, 0.9)), min_size=6, max_size=6)
)
def test_a_word_that_lies_in_one_region_keeps_its_time_in_it(
    listened_to: list[Region], shares: list[tuple[float, float]]
) -> None:
    said, heard, before = [], [], 0.0
    for one, (begins, ends) in zip(listened_to, shares, strict=False):
        length = one.end - one.start
        said.append((one.start + begins * length, one.start + ends * length))
        heard.append(Word(" a", before + begins * length, before + ends * length, 1.0))
        before += length
    for word, (start, end) in zip(place_in_recording(heard, listened_to), said, strict=True):
        assert abs(word.start - start) < 0.001
        assert abs(word.end - end) < 0.001


def test_a_word_stretched_over_a_pause_ends_before_it() -> None:
    listened_to = [Region(1.0, 2.0), Region(5.0, 7.0)]
    found = list(
        place_in_recording(
            [Word(" one", 0.2, 0.4, 1), Word(" two", 0.5, 1.3, 1), Word(" three", 1.4, 2.9, 1)], listened_to
        )
    )
    assert [(word.start, word.end) for word in found] == [(1.2, 1.4), (1.5, 2.0), (5.4, 6.9)]
