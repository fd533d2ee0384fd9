"""How much is done: little in `make test`, all that the issue asks for in `make soak`; and what came of it."""

import os
from typing import TypeVar

SOAK = os.environ.get("SOAK") == "1"
Count = TypeVar("Count")

figures: list[dict[str, object]] = []
"""Printed at the end of `make soak`, one JSON object a line."""


def either(short: Count, full: Count) -> Count:
    """Return the count of this run."""
    return full if SOAK else short


def figure(name: str, value: float, unit: str, **beside: object) -> None:
    """Write down what a run found."""
    figures.append({"name": name, "value": value, "unit": unit, **beside})
