"""From the rows of older versions to those of today: a step for each version that there was."""

from collections.abc import Callable
from typing import Any

Upgrade = Callable[[str, dict[str, Any]], dict[str, Any]]
"""Turns a row of a file (of `rows.ROWS`, by its name) into one of the next version."""

UPGRADES: tuple[Upgrade, ...] = ()
"""The first turns rows of version 1 into rows of version 2."""
