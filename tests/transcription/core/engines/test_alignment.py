"""An endpoint's words have no white space and no punctuation; the text stays what was answered, to the letter."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.core.whisper_json import TimedText, spread_words
from tests.support.whisper_endpoint import SAID
from transcription.core.engines.alignment import align_words
from transcription.core.engines.openai_response import NoTranscript, parse_response
from transcription.core.engines.timestamps import Region
from transcription.core.warnings.hallucination import Segment
from transcription.core.words import joined

TEXTS = st.text(st.sampled_from("ab Ä.,-“”\n\u3000文"), max_size=60)
NUMBERS = st.floats(0, 100) | st.sampled_from([None, math.nan, math.inf, -1, 1e308, 10**400, "x", True])
NAMES = st.text(st.sampled_from("ab Ä.文"), max_size=4)
WORDS = st.fixed_dictionaries({"word": NAMES, "start": NUMBERS, "end": NUMBERS})
REGIONS = st.lists(st.integers(0, 90), max_size=6, unique=True).map(
    lambda bounds: [Region(*pair) for pair in zip(*[iter(sorted(bounds))] * 2, strict=False)]
)
SEGMENTS = st.fixed_dictionaries({"text": TEXTS, "start": NUMBERS, "end": NUMBERS, "avg_logprob": NUMBERS})


def rows(*words: str) -> list[TimedText]:
    return [TimedText(word, float(number), number + 0.5, 0.9) for number, word in enumerate(words)]


@pytest.mark.parametrize(
    ("text", "words", "told"),
    [
        ("Hello, wide world.", ["Hello", "wide", "world"], ["Hello,", " wide", " world."]),
        ("“Well-known (to me).”", ["Well", "known", "to", "me"], ["“Well-", "known", " (to", " me).”"]),
        ("costs $5 now", ["costs", "5", "now"], ["costs", " $5", " now"]),
        ("and lost words here", ["and", "here"], ["and", " lost", " words", " here"]),
        ("今日は。元気", ["今日", "は", "元気"], ["今日", "は。", "元気"]),
        ("said once", ["said", "never", "once"], ["said", " once"]),
        ("nothing known", [], ["nothing", " known"]),
    ],
)
def test_words_get_the_white_space_and_the_punctuation_around_them(
    text: str, words: list[str], told: list[str]
) -> None:
    assert [row.text for row in align_words(text, rows(*words), 1.0)] == told


def test_words_that_were_lost_have_no_times_and_the_others_keep_theirs() -> None:
    before, lost, after = align_words("and lost here", rows("and", "here"), 1.0)
    assert (before.start, lost.start, after.start) == (0.0, None, 1.0)


@given(TEXTS, st.lists(NAMES, max_size=8))
def test_whatever_the_words_the_text_stays(text: str, words: list[str]) -> None:
    told = align_words(text, rows(*words), 1.0)
    assert "".join(row.text for row in told) == text
    assert "".join(piece.text for row in told for piece in spread_words(row)) == text


@given(TEXTS, st.lists(WORDS, max_size=6), st.lists(SEGMENTS, max_size=6), st.floats(0, 100), REGIONS)
def test_words_are_in_order_and_inside_the_audio_and_joined_they_are_the_text(
    text: str, words: list[object], segments: list[object], seconds: float, voiced: list[Region]
) -> None:
    told = parse_response({"text": text, "words": words, "segments": segments}, seconds, voiced)
    assert joined(told.words) == text.strip()
    times = [time for word in told.words for time in (word.start, word.end)]
    assert times == sorted(times)
    assert all(0 <= time <= seconds + 0.001 and math.isfinite(time) for time in times)
    assert all(0 <= word.probability <= 1 for word in told.words)


def test_an_answer_as_openai_gives_it() -> None:
    told = parse_response(SAID, 3.0, [])
    assert joined(told.words) == "Hello, wide world. \u201cIt's me.\u201d"
    assert [word.start for word in told.words] == [0.1, 0.6, 0.9, 1.8, 2.0]
    assert told.language == "en"


def test_without_word_times_those_of_a_segment_are_shared_within_it() -> None:
    segments = [
        {"text": " One two", "start": 1.0, "end": 2.0},
        {
            "text": " three",
            "start": 5.0,
            "end": 6.0,
            "avg_logprob": -1.5,
            "no_speech_prob": 0.7,
            "compression_ratio": 3,
        },
    ]
    told = parse_response({"text": "One two three", "segments": segments}, 8.0, [])
    assert [(word.text, word.start, word.end) for word in told.words] == [
        ("One", 1.0, 1.429),
        (" two", 1.429, 2.0),
        (" three", 5.0, 6.0),
    ]
    assert told.segments == [Segment(0, 2, 1.0, 0.0, 0.0), Segment(2, 3, 3.0, -1.5, 0.7)]


def test_without_word_times_words_lie_where_somebody_speaks() -> None:
    words = parse_response({"text": "ab cd ef"}, 60.0, [Region(10.0, 11.0), Region(50.0, 51.0)]).words
    assert [(word.start, word.end) for word in words] == [(10.0, 10.5), (10.5, 11.0), (50.25, 51.0)]


def test_words_within_segments_are_found_and_a_text_alone_is_shared_over_the_audio() -> None:
    words = [{"word": " Hi", "start": 0.2, "end": 0.4, "probability": 0.7}]
    (word,) = parse_response({"segments": [{"text": " Hi!", "words": words}]}, 1.0, []).words
    assert word == ("Hi!", 0.2, 0.4, 0.7)
    assert parse_response({"text": "ab cd", "segments": []}, 1.0, []).words[-1].end == 1.0
    assert parse_response({"text": ""}, 1.0, []).words == []


@pytest.mark.parametrize(
    "answer", [None, [], "text", {}, {"text": 1}, {"text": "a", "words": 5}, {"text": "", "words": [1]}]
)
def test_what_is_no_transcript_is_told_from_an_empty_one(answer: object) -> None:
    with pytest.raises(NoTranscript):
        parse_response(answer, 1.0, [])


def test_what_no_database_keeps_is_left_out() -> None:
    assert joined(parse_response({"text": "a\0b \ud800"}, 1.0, []).words) == "ab ?"
