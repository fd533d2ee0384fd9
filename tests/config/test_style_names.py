"""A style's own name for a value is given one: one that names itself is none, and the browser's own stands instead."""

import re
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
STYLES = sorted(path for room in ("capture", "config", "insights") for path in HOUSE.glob(f"{room}/static/**/*.css"))
NAMES_ITSELF = re.compile(r"(--[\w-]+):[^;}]*var\(\1[,)]")


@pytest.mark.parametrize("style", STYLES, ids=lambda path: path.name)
def test_no_value_names_itself(style: Path) -> None:
    assert not NAMES_ITSELF.search(style.read_text())


def test_one_that_did_would_be_found() -> None:
    assert NAMES_ITSELF.search(':root { --sans: "Source Sans 3", var(--sans); }')
    assert not NAMES_ITSELF.search(":root { --sans: system-ui; --tall: var(--sans); }")
