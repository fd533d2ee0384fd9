"""Transcripts beside recordings become words, or a sentence that says why not; never anything else."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.core.sidecars import KINDS, Row, UnreadableSidecar, parse_sidecar


def rows(kind: str, content: bytes | str | object) -> list[Row]:
    if not isinstance(content, bytes | str):
        content = json.dumps(content)
    return parse_sidecar(kind, content if isinstance(content, bytes) else content.encode()).words


def joined(words: list[Row]) -> str:
    return "".join(text for text, *_ in words)


def test_plain_text_keeps_every_character_and_has_no_times() -> None:
    words = rows("txt", "\ufeff  Walk slowly,\n\nthen sit. \n")
    assert joined(words) == "Walk slowly,\n\nthen sit."
    assert {row[1:] for row in words} == {(None, None, 1.0)}


def test_subtitles_share_out_their_times_by_length() -> None:
    words = rows("srt", "1\n00:00:01,000 --> 00:00:03,000\n<i>ab cd</i>\n\n2\n00:00:04,500 --> 00:00:05,000\nef\n")
    assert joined(words) == "ab cd ef"
    assert [row[1:3] for row in words] == [(1.0, 2.0), (2.0, 3.0), (4.5, 5.0)]


def test_whispers_words_keep_their_times_and_probabilities() -> None:
    told = [{"word": " One", "start": 0.1, "end": 0.4, "probability": 0.9}, {"word": " two.", "start": 0.4, "end": 0.9}]
    words = rows("json", {"text": "One two.", "segments": [{"text": " One two.", "start": 0, "end": 1, "words": told}]})
    assert words == [("One", 0.1, 0.4, 0.9), (" two.", 0.4, 0.9, 1.0)]


def test_whisperx_leaves_numbers_without_times_and_words_without_spaces() -> None:
    told = [
        {"word": "In", "start": 0.1, "end": 0.4, "score": 0.8},
        {"word": "2014"},
        {"word": "we", "start": 1, "end": 2},
    ]
    words = rows("json", {"segments": [{"text": " In 2014 we", "start": 0, "end": 2, "words": told}]})
    assert words == [("In", 0.1, 0.4, 0.8), (" 2014", None, None, 1.0), (" we", 1.0, 2.0, 1.0)]


def test_segments_alone_share_out_their_times() -> None:
    words = rows("json", [{"text": "ab", "start": 0, "end": 1}, {"text": " cd ef", "start": 2.0, "end": 4.0}])
    assert joined(words) == "ab cd ef"
    assert [row[1:3] for row in words] == [(0.0, 1.0), (2.0, 3.0), (3.0, 4.0)]


def test_json_with_a_text_alone_is_that_text() -> None:
    assert joined(rows("json", {"text": "Only words."})) == "Only words."


def test_words_that_are_not_the_texts_own_are_not_believed() -> None:
    words = rows(
        "json", [{"text": "the text", "start": 0, "end": 1, "words": [{"word": "other", "start": 5, "end": 6}]}]
    )
    assert joined(words) == "the text"
    assert words[-1][2] == 1.0


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("txt", b"\xff\xfe\x00"),
        ("txt", "caf\u00e9".encode("latin-1")),
        ("txt", b" \n "),
        ("srt", b"this is no subtitle"),
        ("srt", b"1\n99999999999:00:00,000 --> 00:00:01,000\nx\n"),
        ("json", b"{"),
        ("json", b"[" * 100_000),
        ("json", b"5"),
        ("json", {"segments": ["a"]}),
        ("json", {"segments": [{"text": 5}]}),
        ("json", {"segments": [{"text": "a", "words": 5}]}),
        ("json", {"name": "something else"}),
        ("json", {"segments": []}),
    ],
)
def test_what_is_malformed_says_so(kind: str, content: object) -> None:
    with pytest.raises(UnreadableSidecar):
        rows(kind, content)


def test_what_no_database_keeps_is_left_out() -> None:
    assert joined(rows("json", '{"text": "a\\u0000b \\ud800"}')) == "ab ?"


def well_formed(words: list[Row]) -> bool:
    """Whether rows are texts with both times or none, and the first has no white space before it."""
    for text, start, end, probability in words:
        timed = start is not None and end is not None and math.isfinite(start) and 0 <= start <= end + 1e-9
        if not (text.strip() and (timed or (start is None and end is None)) and 0 <= probability <= 1):
            return False
    return bool(words) and not words[0][0][:1].isspace()


numbers = st.one_of(st.floats(), st.integers(), st.none(), st.booleans(), st.text(max_size=3))
told_words = st.fixed_dictionaries(
    {}, optional={"word": st.text(max_size=6), "start": numbers, "end": numbers, "score": numbers}
)
segments = st.fixed_dictionaries(
    {},
    optional={
        "text": st.text(max_size=20),
        "start": numbers,
        "end": numbers,
        "words": st.lists(told_words, max_size=4),
    },
)
anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["segments", "words", "text", "x"]), inner)
    ),
    max_leaves=8,
)


@given(kind=st.sampled_from(KINDS), content=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_the_bytes_they_are_words_or_unreadable(kind: str, content: bytes) -> None:
    try:
        words = rows(kind, content)
    except UnreadableSidecar:
        return
    assert well_formed(words)


@given(told=st.lists(segments, max_size=4) | st.builds(lambda many: {"segments": many}, st.lists(segments)) | anything)
def test_whatever_the_json_it_is_words_or_unreadable(told: Any) -> None:
    try:
        words = rows("json", told)
    except UnreadableSidecar:
        return
    assert well_formed(words)


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), min_size=1, max_size=60))
def test_the_text_is_verbatim(text: str) -> None:
    if text.strip():
        assert joined(rows("txt", "x " + text)).rstrip() == f"x {text}".rstrip()


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("txt", "a" + " " * 3_000_000),
        ("srt", "\n" * 500_000),
        ("srt", "1\n00:00:00,000 --> 00:00:02,000\n\n" + "1" * 500_000),
        ("json", '{"text": "a' + "\\n" * 500_000 + '"}'),
    ],
)
def test_what_would_be_read_for_days_is_not_read(kind: str, content: str) -> None:
    with pytest.raises(UnreadableSidecar):
        parse_sidecar(kind, content.encode())


@pytest.mark.parametrize("place", ["start", "probability"])
def test_a_number_that_is_none_is_no_time(place: str) -> None:
    word = {"word": "a", "start": 1, "end": 2, "probability": 0.5} | {place: 10**400}
    assert parse_sidecar("json", json.dumps({"segments": [{"text": "a", "words": [word]}]}).encode()).words[0][0] == "a"
