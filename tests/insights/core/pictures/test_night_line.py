"""A night's line: each recording at its hour."""

from xml.etree import ElementTree as ET

import pytest

from insights.core.pictures.night_line import Burst, night_line_svg


def bursts(drawn: str) -> list[tuple[str, str]]:
    return [
        (inner.attrib["x"], path.attrib["d"])
        for inner in ET.fromstring(drawn).findall("svg")
        for path in inner.iter("path")
    ]


@pytest.mark.parametrize(("hour", "place"), [(21, "0%"), (0, "23.08%"), (3.5, "50%"), (10, "100%")])
def test_a_recording_stands_at_its_hour(hour: float, place: str) -> None:
    ((x, _),) = bursts(night_line_svg([Burst(hour, 9)], label="x"))
    assert x == place


@pytest.mark.parametrize(("hour", "place"), [(20, "0%"), (11, "100%")])
def test_what_is_just_outside_of_the_night_stands_at_its_end(hour: float, place: str) -> None:
    ((x, _),) = bursts(night_line_svg([Burst(hour, 9)], label="x"))
    assert x == place


def test_a_longer_recording_is_a_broader_burst() -> None:
    short, long = (bursts(night_line_svg([Burst(3, seconds)], label="x"))[0][1].count("M") for seconds in (2, 20))
    assert short < long


def test_without_peaks_a_burst_is_even() -> None:
    ((_, path),) = bursts(night_line_svg([Burst(3, 9)], label="x"))
    assert len({stroke.split(" ")[1] for stroke in path.split("M")[1:]}) == 1


def test_a_louder_part_rises_higher() -> None:
    ((_, path),) = bursts(night_line_svg([Burst(3, 9, b"\x28" * 225 + b"\xc8" * 225)], label="x"))
    tops = [float(stroke.split(" ")[1].split("V")[0]) for stroke in path.split("M")[1:]]
    assert min(tops[4:]) < min(tops[:4])


def test_the_question_and_the_hours_are_there() -> None:
    drawn = ET.fromstring(night_line_svg([], label="Last night", question=22.5))
    assert [one.text for one in drawn.iter("text")] == ["22", "0", "2", "4", "6", "8"]
    assert [one.get("class") for one in drawn.iter("circle")] == ["asked"]
    assert drawn.get("aria-label") == "Last night"


def test_two_nights_on_one_page_share_no_id() -> None:
    pages = [night_line_svg([Burst(hour, 9)], label="x") for hour in (1, 2)]
    ids = [one.attrib["id"] for page in pages for one in ET.fromstring(page).iter() if "id" in one.attrib]
    assert len(ids) == len(set(ids)) == 4
