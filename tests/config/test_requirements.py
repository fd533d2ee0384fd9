"""The pins hold on every Python 3.11, and not only on the one that compiled them."""

import re
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

PINS = Path(__file__).parents[2] / "requirements.txt"


@pytest.mark.parametrize("version", ["3.11.0", "3.11.2", "3.11.99"])
def test_all_that_a_pinned_package_asks_for_is_pinned(version: str) -> None:
    pinned = re.findall(r"^([a-z0-9._-]+)==", PINS.read_text(), re.MULTILINE)
    assert len(pinned) > 50
    here = {"python_full_version": version, "python_version": "3.11", "extra": ""}
    asked = {
        (name, wanted.name.lower().replace("_", "-"))
        for name in pinned
        for wanted in map(Requirement, requires(name) or ())
        if wanted.marker is None or wanted.marker.evaluate(here)
    }
    assert {(name, wanted) for name, wanted in asked if wanted not in pinned} == set()
