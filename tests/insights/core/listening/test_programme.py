"""Voices topic by topic, with a bell between topics, and where each word is heard."""

import pytest

from insights.core.listening.bell import AT_THE_END, BETWEEN_IDEAS, BETWEEN_TOPICS
from insights.core.listening.programme import HeardSpan, Voice, arrange_voices, heard_spans
from transcription.core.decoding.splice import Cut, Spliced, SplicedCut


def test_a_bell_stands_between_topics_and_quiet_between_ideas() -> None:
    one, two, three = (Voice(1, 0.0, 1.0), Voice(1, 2.0, 3.0), Voice(2, 0.0, 4.0))
    programme = arrange_voices([[one, two], [], [three]])
    assert programme.cuts == [
        Cut(1, 0.0, 1.0),
        BETWEEN_IDEAS,
        Cut(1, 2.0, 3.0),
        BETWEEN_TOPICS,
        Cut(2, 0.0, 4.0),
        AT_THE_END,
    ]
    assert (programme.voices, programme.bells) == ([range(1), range(2, 3), range(4, 5)], [3])


def test_pauses_are_left_out() -> None:
    voice = Voice(1, 1.0, 9.0, [(2.0, 3.0), (5.0, 8.0)])
    assert voice.cuts() == [Cut(1, 1.0, 2.0), Cut(1, 3.0, 5.0), Cut(1, 8.0, 9.0)]


def test_a_word_is_heard_where_its_part_lies() -> None:
    span = HeardSpan([SplicedCut(1.0, 2.0, 10.0), SplicedCut(3.0, 5.0, 11.0)])
    assert (span.begin, span.end) == (10.0, 13.0)
    heard = [span.second_of(second) for second in (0.5, 1.5, 2.5, 4.0, 9.0)]
    assert heard == pytest.approx([10.0, 10.5, 11.0, 12.0, 13.0])


def test_what_has_no_length_is_not_heard_and_hinders_nobody() -> None:
    programme = arrange_voices([[Voice(1, 2.0, 2.0), Voice(1, 2.0, 3.0)]])
    laid = [SplicedCut(2.0, 3.0, 0.0)] * len(programme.cuts)
    assert [span is not None for span in heard_spans(programme, Spliced(b"", [], laid, 1.5))] == [False, True]


def test_what_there_was_no_room_for_is_not_heard() -> None:
    programme = arrange_voices([[Voice(1, 0.0, 1.0), Voice(1, 2.0, 3.0)]])
    laid = [SplicedCut(0.0, 1.0, 0.0), SplicedCut(0.1, 0.5, 1.0)]
    first, second = heard_spans(programme, Spliced(b"", [], laid, 1.5))
    assert first == HeardSpan(laid[:1])
    assert second is None
