"""Whatever a topic is called, a picture is well-formed, holds no style and no script, and says what it was given."""

import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.core.pictures.constellation import Star, topic_sign_svg, topic_sky_svg, unsorted_sign_svg
from insights.core.pictures.hours_ring import Moment, context_mark_svg, hours_ring_svg
from insights.core.pictures.night_line import Burst, night_line_svg
from insights.core.pictures.sky import SkyTopic, sky_svg
from insights.core.pictures.svg import fractions, per_cent, rounded, svg_text
from insights.core.pictures.waveform import NumberedSpan, spans_wave_svg, voice_wave_svg, wide_wave_svg
from insights.core.pictures.weeks import weeks_svg

NAMES = st.text(st.characters(), max_size=60)
STARS = (Star("a", 1, 0), Star("b", 2, 3))

PICTURES: list[Callable[[str], str]] = [
    lambda text: sky_svg((SkyTopic(text, text, text, (0.5, 0.5), STARS, 2),), (text,), label=text),
    lambda text: night_line_svg([Burst(3, 9, b"\x50" * 450)], label=text, question=22.5),
    lambda text: weeks_svg([0, 3, 1], label=text),
    lambda text: hours_ring_svg([Moment(0, 3.2, text)], label=text, day_names=(text, text)),
    lambda text: topic_sign_svg(text, 5, kind=text),
    lambda text: topic_sky_svg(text, STARS, 9),
    lambda text: spans_wave_svg(b"\x30" * 500, [NumberedSpan(1, 0, 4)], 10, played=0.2, label=text),
    lambda text: f"<svg>{context_mark_svg(text, 6, 6)}</svg>",
    lambda _: voice_wave_svg(b"\x30" * 500, 1, 9, 0.5),
    lambda _: wide_wave_svg(b"\x30" * 500, 1, 9, played=0.5),
    lambda _: unsorted_sign_svg(),
]


@pytest.mark.parametrize("picture", PICTURES)
@given(text=NAMES)
def test_any_text_makes_a_well_formed_picture(picture: Callable[[str], str], text: str) -> None:
    drawn = ET.fromstring(picture(text))
    for element in drawn.iter():
        assert element.tag not in {"script", "style", "foreignObject"}
        assert not [name for name in element.attrib if name == "style" or name.startswith("on")]


@given(text=NAMES)
def test_no_angle_bracket_and_no_quote_goes_through(text: str) -> None:
    assert not re.search(r"[<>\"']", svg_text(text))


@given(text=st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=["Cs"]), max_size=60))
def test_a_label_says_what_it_was_given(text: str) -> None:
    assert ET.fromstring(weeks_svg([1], label=f"{text}.")).attrib["aria-label"] == f"{text}."


def test_numbers_of_a_seed_are_the_same_for_ever() -> None:
    numbers = fractions("a", "b")
    assert [round(next(numbers), 6) for _ in range(3)] == [0.094409, 0.593495, 0.104205]


@pytest.mark.parametrize(("length", "written"), [(1.0, "1"), (1.24, "1.2"), (10, "10"), (-0.26, "-0.3")])
def test_lengths_have_one_decimal_at_most(length: float, written: str) -> None:
    assert rounded(length) == written


@pytest.mark.parametrize(("share", "written"), [(0, "0%"), (1, "100%"), (0.105, "10.5%"), (1 / 3, "33.33%")])
def test_shares_are_in_per_cent(share: float, written: str) -> None:
    assert per_cent(share) == written
