"""The sky: what stands stays, labels cover nothing, and a topic is never lost."""

import re
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest

from insights.core.pictures.constellation import Star
from insights.core.pictures.label_widths import TOLERANCE, WEIGHTS, label_width
from insights.core.pictures.sky import (
    FONT_PX,
    MOST_TOPICS,
    SIZE_PX,
    WIDE_FONT_PX,
    sky_svg,
    stars_a_topic,
)
from insights.core.pictures.sky_labels import Box, folded_label
from tests.support.skies import sky_of_topics, sky_topic


def sky(count: int) -> ET.Element:
    return ET.fromstring(sky_of_topics(count))


def links(drawn: ET.Element) -> list[ET.Element]:
    return list(drawn.iter("a"))


def circles(link: ET.Element) -> list[tuple[str, ...]]:
    return [tuple(circle.attrib[name] for name in ("cx", "cy", "r")) for circle in link.iter("circle")]


def text_box(link: ET.Element, font: float) -> Box:
    """Return the box of a label as a browser sets it, from what is written in the picture alone."""
    (text,) = link.iter("text")
    lines = ["".join(span.itertext()) for span in text.iter("tspan")]
    is_bold = "fresh" in text.get("class", "")
    across = max(label_width(line, is_bold=is_bold) for line in lines) * font
    middle = float(next(text.iter("tspan")).attrib["x"])
    down, y = font * 1.16 * len(lines), float(text.attrib["y"])
    return Box(middle - across / 2, y - down / 2, middle + across / 2, y + down / 2)


@pytest.mark.parametrize("count", [3, 30, 120])
@pytest.mark.parametrize(("font", "hidden"), [(FONT_PX, {"wide", "hover"}), (WIDE_FONT_PX, {"hover"})])
def test_no_text_lies_on_text_or_on_a_star(count: int, font: float, hidden: set[str]) -> None:
    drawn = links(sky(count))
    shown = [link for link in drawn if not hidden & set(link.findall("text")[0].get("class", "").split())]
    boxes = [text_box(link, font) for link in shown]
    assert len(boxes) >= min(count, 3)
    assert not [pair for pair in combinations(boxes, 2) if pair[0].covers(pair[1])]
    stars = [(float(x), float(y)) for link in drawn for x, y, _ in circles(link)]
    assert not [star for box in boxes for star in stars if box.holds(star)]
    assert all(box.left >= 0 and box.right <= SIZE_PX and box.top >= 0 and box.bottom <= SIZE_PX for box in boxes)


def test_few_topics_are_all_named_on_a_phone() -> None:
    assert not [
        link for link in links(sky(3)) if {"wide", "hover"} & set(link.findall("text")[0].get("class", "").split())
    ]


def test_a_new_idea_moves_no_star_of_any_topic() -> None:
    before = tuple(sky_topic(number, ideas=6) for number in range(12))
    fresh = Star("new", 99, 0)
    grown = (before[0]._replace(stars=(*before[0].stars, fresh), size=7), *before[1:])
    old, new = (ET.fromstring(sky_svg(topics, label="x")) for topics in (before, grown))
    stars = {link.attrib["href"]: circles(link) for link in links(new)}
    for link in links(old):
        assert set(circles(link)) <= set(stars[link.attrib["href"]])


def test_the_order_in_which_topics_and_ideas_are_given_changes_nothing() -> None:
    topics = tuple(sky_topic(number) for number in range(9))
    turned = tuple(one._replace(stars=one.stars[::-1]) for one in topics[::-1])
    assert sky_svg(topics, ("a", "b"), label="x") == sky_svg(turned, ("b", "a"), label="x")


def test_every_topic_is_a_link_that_says_its_whole_name() -> None:
    for link in links(sky(30)):
        number = int(link.attrib["href"].split("/")[2])
        said = link.get("aria-label") or " ".join("".join(link.itertext()).split())
        assert said == sky_topic(number).name


def test_topics_without_ideas_are_not_in_the_sky() -> None:
    assert not links(ET.fromstring(sky_svg((sky_topic(1, ideas=0),), label="x")))
    assert not links(sky(0))


def test_a_large_account_has_a_picture_of_a_bounded_size() -> None:
    drawn = sky_svg(tuple(sky_topic(number, ideas=60) for number in range(300)), label="x")
    assert len(drawn) < 150_000
    assert drawn.count("<a ") == MOST_TOPICS
    assert stars_a_topic(3) > stars_a_topic(300) >= 3


def test_a_name_is_folded_into_two_lines_and_cut() -> None:
    assert folded_label("The talk in Lisbon", 12.5, 60, is_bold=False) == ("The talk in", "Lisbon")
    assert folded_label("", 12.5, 60, is_bold=False) == ("…",)
    (long,) = folded_label("Fingerkuppensensorkalibrierung", 12.5, 60, is_bold=False)
    assert re.fullmatch(r"Finger\w+…", long)


def test_letters_are_as_wide_as_the_font_says() -> None:
    assert label_width("W") > label_width("i")
    assert label_width("Grip", is_bold=True) > label_width("Grip")
    assert label_width("a\u0301") == label_width("a")
    assert label_width("夜") > 1


def test_the_table_of_widths_is_that_of_the_font() -> None:
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    font = instantiateVariableFont(TTFont("config/static/config/fonts/source-sans-latin.woff2"), {"wght": WEIGHTS[1]})
    letters = font.getBestCmap()
    for letter in "Agimnötß—":
        width = font["hmtx"][letters[ord(letter)]][0] / font["head"].unitsPerEm
        assert label_width(letter, is_bold=True) == pytest.approx(TOLERANCE * width, abs=0.001)
