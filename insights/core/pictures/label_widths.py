"""How wide a label is in the pages' sans font, Source Sans 3, by the font's own advance widths."""

import json
import unicodedata
from functools import cache
from pathlib import Path

WIDTHS_FILE = Path(__file__).with_suffix(".json")
"""Written by `manage.py measure_labels` from the fonts of the pages."""
PER_EM = 1000
WEIGHTS = (400, 600)
"""Of plain labels, and of those in which something came last night."""
OTHER_LETTER, WIDE_LETTER = 680, 1050
"""Widths of letters that the font does not have, as the system's own fonts draw them: Greek and Cyrillic, Chinese."""
TOLERANCE = 1.03
"""What browsers may differ by: hinting, and other fonts of the system."""


@cache
def _table() -> dict[str, list[int]]:
    widths: dict[str, list[int]] = json.loads(WIDTHS_FILE.read_text())
    return widths


def label_width(text: str, *, is_bold: bool = False) -> float:
    """Return how wide a text is, in its font's size."""
    table = _table()
    return TOLERANCE * sum(table[sign][is_bold] if sign in table else _foreign(sign) for sign in text) / PER_EM


def _foreign(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return WIDE_LETTER if unicodedata.east_asian_width(sign) in "WF" else OTHER_LETTER
