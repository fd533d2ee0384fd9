"""A voice is drawn from its peaks, and never from anything else."""

import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.core.pictures.waveform import (
    LEAST_STROKES,
    MOST_STROKES,
    PITCH_PX,
    NumberedSpan,
    count_strokes,
    span_colour,
    spans_wave_svg,
    stroke_levels,
    voice_wave_svg,
    wide_wave_svg,
)

LOUD, QUIET = b"\xc8" * 100, b"\x14" * 100


def test_what_is_louder_is_higher() -> None:
    assert stroke_levels(QUIET + LOUD, 0, 4, 2) == [pytest.approx(0.1**1.5), 1]


def test_a_span_shows_its_own_voice_alone() -> None:
    peaks = QUIET + LOUD
    assert stroke_levels(peaks, 2, 4, 3) == [1, 1, 1]
    assert stroke_levels(peaks, 2, 4, 3) == stroke_levels(LOUD, 0, 2, 3)


def test_silence_is_not_drawn_as_if_it_were_loud() -> None:
    assert max(stroke_levels(b"\x04" * 500, 0, 10, 20)) < 0.1


@given(
    peaks=st.binary(max_size=400),
    start=st.floats(-2, 10),
    seconds=st.floats(0, 10),
    strokes=st.integers(1, 80),
)
def test_any_span_of_any_peaks_is_drawn(peaks: bytes, start: float, seconds: float, strokes: int) -> None:
    levels = stroke_levels(peaks, start, start + seconds, strokes)
    assert len(levels) in (0, strokes)
    assert all(0 <= level <= 1 for level in levels)


def test_without_peaks_a_voice_is_an_even_line() -> None:
    for picture in (voice_wave_svg(b"", 3, 9), wide_wave_svg(b"", 3, 9), spans_wave_svg(b"", [], 9)):
        assert " d=" in picture
        assert not re.findall(r'd="[^"]*V', picture)


def test_a_longer_idea_is_a_longer_picture() -> None:
    assert [count_strokes(seconds) for seconds in (0, 10, 20, 3600)] == [LEAST_STROKES, 33, MOST_STROKES, MOST_STROKES]
    assert f'width="{33 * PITCH_PX}"' in voice_wave_svg(LOUD, 0, 10)


@pytest.mark.parametrize(
    ("picture", "kind", "attribute"),
    [
        (lambda played: voice_wave_svg(LOUD, 0, 2, played), "played", "width"),
        (lambda played: wide_wave_svg(LOUD, 0, 2, played=played), "played", "width"),
        (lambda played: spans_wave_svg(LOUD, [NumberedSpan(1, 0, 1)], 2, played=played), "at", "x"),
    ],
)
def test_progress_is_one_attribute(picture: Callable[[float], str], kind: str, attribute: str) -> None:
    at = {share: f'{attribute}="{share * 100:g}%"' for share in (0.25, 0.5)}
    early, late = picture(0.25), picture(0.5)
    assert early.replace(at[0.25], at[0.5]) == late
    (inner,) = [one for one in ET.fromstring(late).iter() if one.get("class") == kind]
    assert inner.get(attribute) == "50%"


def test_every_idea_of_a_recording_has_its_number_and_colour() -> None:
    spans = [NumberedSpan(number, number, number + 0.8) for number in range(1, 7)]
    drawn = ET.fromstring(spans_wave_svg(LOUD * 4, spans, 8))
    numbers = [one.text for one in drawn.iter("text")]
    assert numbers == ["1", "2", "3", "4", "5", "6"]
    assert [span_colour(number) for number in range(1, 7)] == ["s1", "s2", "s3", "s4", "s1", "s2"]


def test_a_span_that_goes_beyond_the_recording_ends_with_it() -> None:
    drawn = ET.fromstring(spans_wave_svg(LOUD, [NumberedSpan(1, 1, 9), NumberedSpan(2, 5, 6)], 2))
    (band,) = drawn.iter("rect")
    assert band.attrib["width"] == "50%"


def test_a_long_recording_costs_a_row_no_more_than_its_span() -> None:
    """What is looked at is the span: an idea in an hour is drawn from as many bytes as one in a minute."""
    hour = Counted(bytes(50 * 3600))
    voice_wave_svg(hour, 1800, 1810)
    assert hour.read == 10 * 50


class Counted(bytes):
    """Peaks that count how many of them are looked at."""

    read = 0

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        self.read += len(found)
        return found
