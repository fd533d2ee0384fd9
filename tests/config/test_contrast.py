"""Faint is not hard to read: text has a contrast of at least 4.5 to 1 on every ground it meets (WCAG 2.2, 1.4.3)."""

import re
from pathlib import Path

import pytest

SHEET = (Path(__file__).parents[2] / "config" / "static" / "config" / "stillnote.css").read_text()
TOKEN = re.compile(r"(--\w+): (#[0-9a-f]{6});")
LOOKS = [dict(TOKEN.findall(block)) for block in re.findall(r":root \{(.*?)\}", SHEET, re.DOTALL)]
READABLE_RATIO = 4.5


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


@pytest.mark.parametrize("look", LOOKS, ids=["night", "paper"])
@pytest.mark.parametrize("ground", ["--ground", "--raised"])
@pytest.mark.parametrize("ink", ["--text", "--dim"])
def test_words_can_be_read_on_every_ground(look: dict[str, str], ground: str, ink: str) -> None:
    assert contrast(look[ink], look[ground]) >= READABLE_RATIO


def test_faint_words_are_as_dim_as_hints_and_no_dimmer() -> None:
    (rule,) = re.findall(r"^\.doubtful,[^{]*\{([^}]*)\}", SHEET, re.MULTILINE)
    assert "color: var(--dim)" in rule
    assert "opacity" not in rule


def test_the_mails_preview_has_the_ground_that_its_own_look_is_made_for() -> None:
    """A mail is light or dark as its reader's device is: on a ground of one look it is white on white in the other."""
    (rule,) = re.findall(r"^iframe\.letter \{([^}]*)\}", SHEET, re.MULTILINE)
    assert "background" not in rule
