"""Faint is not hard to read: text has a contrast of 4.5 to 1 on every ground it meets, edges 3 to 1 (WCAG 2.2)."""

import re
from pathlib import Path

import pytest

STYLES = Path(__file__).parents[2] / "config" / "static" / "config" / "css"
TOKEN = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
TOKENS = TOKEN.findall((STYLES / "tokens.css").read_text())
LOOKS = {
    "night": {name: dark for name, _light, dark in TOKENS},
    "paper": {name: light for name, light, _dark in TOKENS},
}
READABLE_RATIO, VISIBLE_RATIO = 4.5, 3.0
GROUNDS = ("ground", "raised", "tint")
INKS = ("ink", "ink-2", "ink-3", "lamp", "ember", "moon", "sage", "rose")
PARTS = ("edge", "wave", "s1", "s2", "s3", "s4")


def luminance(colour: str) -> float:
    """Return how much light a colour gives, in [0, 1] (WCAG 2.2, relative luminance)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_knows_black_and_white() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") < READABLE_RATIO < contrast("#767676", "#ffffff")


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("ink", INKS)
def test_words_can_be_read_on_every_ground(look: str, ground: str, ink: str) -> None:
    assert contrast(LOOKS[look][ink], LOOKS[look][ground]) >= READABLE_RATIO


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("part", PARTS)
def test_edges_and_drawings_can_be_seen(look: str, part: str) -> None:
    assert contrast(LOOKS[look][part], LOOKS[look]["ground"]) >= VISIBLE_RATIO


@pytest.mark.parametrize(("ink", "ground"), [("on-lamp", "fill"), ("on-lamp", "fill-2"), ("mark-ink", "mark")])
@pytest.mark.parametrize("look", LOOKS)
def test_words_on_a_colour_can_be_read(look: str, ink: str, ground: str) -> None:
    assert contrast(LOOKS[look][ink], LOOKS[look][ground]) >= READABLE_RATIO


def test_faint_words_are_as_dim_as_hints_and_no_dimmer() -> None:
    (rule,) = re.findall(r"^\.doubtful,[^{]*\{([^}]*)\}", (STYLES / "ideas.css").read_text(), re.MULTILINE)
    assert "color: var(--ink-3)" in rule
    assert "opacity" not in rule


def test_the_mails_preview_has_the_ground_that_its_own_look_is_made_for() -> None:
    """A mail is light or dark as its reader's device is: on a ground of one look it is white on white in the other."""
    rules = re.findall(r"^(?:iframe)?\.letter \{([^}]*)\}", (STYLES / "pages.css").read_text(), re.MULTILINE)
    assert rules
    assert not any("background" in rule for rule in rules)
