"""How pictures are written: SVG as text, without styles and scripts, so that the strict Content-Security-Policy holds.

Colours come from classes of the stylesheet, sizes from attributes; what follows the width of the page is in per cent.
"""

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from html import escape
from itertools import count

Point = tuple[float, float]

UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may hold (XML 1.0, section 2.2)."""
FRACTION_BYTES = 4
"""Bytes of a digest that make one number."""


def svg_text(text: str) -> str:
    """Return a text as it stands in SVG, between tags and inside quotes alike."""
    return escape(UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text))


def rounded(length: float) -> str:
    """Return a length with at most one decimal."""
    return f"{length:.1f}".removesuffix(".0")


def per_cent(share: float) -> str:
    """Return a share of a whole, 0 to 1, as an attribute says it."""
    return f"{100 * share:.2f}".rstrip("0").removesuffix(".") + "%"


def fractions(*seed: str) -> Iterator[float]:
    """Yield numbers in [0, 1) without end, evenly spread, that the seed alone decides (SHA-256, counted up)."""
    for block in count():
        digest = sha256("\0".join((*seed, str(block))).encode(errors="surrogatepass")).digest()
        for at in range(0, len(digest), FRACTION_BYTES):
            yield int.from_bytes(digest[at : at + FRACTION_BYTES]) / 256**FRACTION_BYTES


def lines_between(points: Iterable[tuple[Point, Point]]) -> str:
    """Return the path of straight lines, each from one point to another."""
    return "".join(f"M{rounded(a)} {rounded(b)}L{rounded(c)} {rounded(d)}" for (a, b), (c, d) in points)


def spoken_label(label: str) -> str:
    """Return the attributes of a picture that says something by itself, or of one that is only decoration."""
    return f'role="img" aria-label="{svg_text(label)}"' if label else 'aria-hidden="true"'
