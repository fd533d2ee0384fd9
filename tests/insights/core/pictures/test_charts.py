"""Weeks as bars, and the hours of a week as rings."""

import math
from xml.etree import ElementTree as ET

import pytest

from insights.core.pictures.hours_ring import DRAWN_CONTEXTS, Moment, context_mark_svg, hours_ring_svg
from insights.core.pictures.weeks import weeks_svg


def ring(*moments: Moment) -> ET.Element:
    return ET.fromstring(hours_ring_svg(moments, label="x", day_names=("Mon", "Sun")))


def test_each_week_is_a_bar_or_a_dot_and_this_week_is_marked() -> None:
    none, bars, now = ET.fromstring(weeks_svg([2, 0, 1, 0, 4])).iter("path")
    assert none.attrib["d"].count("M") == 2
    assert bars.attrib["d"].count("M") == 2
    assert now.attrib["class"] == "now"


@pytest.mark.parametrize("counts", [[], [0, 0]])
def test_no_ideas_are_no_bars(counts: list[int]) -> None:
    none, bars = ET.fromstring(weeks_svg(counts)).iter("path")
    assert none.attrib["d"].count("M") == len(counts)
    assert not bars.attrib["d"]


def test_without_a_label_weeks_are_decoration() -> None:
    assert ET.fromstring(weeks_svg([1])).get("aria-hidden") == "true"
    assert ET.fromstring(weeks_svg([1], label="Ideas a week")).get("role") == "img"


def test_midnight_is_at_the_top_and_monday_inside() -> None:
    (midnight,) = [one for one in ring(Moment(0, 0, "night")).iter("circle") if one.get("class") == "night"]
    assert float(midnight.attrib["cx"]) == 210
    assert float(midnight.attrib["cy"]) == 210 - 62
    (sunday,) = [one for one in ring(Moment(6, 6, "night")).iter("circle") if one.get("class") == "night"]
    assert math.dist((210, 210), (float(sunday.attrib["cx"]), float(sunday.attrib["cy"]))) == 176


def test_ideas_of_the_same_minutes_are_one_mark() -> None:
    marks = [one for one in ring(*[Moment(2, 3.2, "walk")] * 40).iter("path") if one.get("class") == "walk"]
    assert len(marks) == 1


def test_every_context_has_its_own_shape_or_fill() -> None:
    assert len({context_mark_svg(context, 6, 6) for context in DRAWN_CONTEXTS}) == 4
    assert context_mark_svg("unheard of", 6, 6) == context_mark_svg("other", 6, 6)
