"""Where the labels of the sky stand: each where it covers no other label and no star of another topic or its own."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from insights.core.pictures.label_widths import label_width
from insights.core.pictures.svg import Point

LINE_HEIGHT = 1.16
"""Of two lines of a label, in the size of their font."""
AWAY_PX = (4.0, 7.0, 11.0, 16.0, 22.0)
"""How far from the stars a label is tried."""
SIDE_MARGIN_PX, LINE_MARGIN_PX = 3.0, 1.5
"""Between a label and the border of its box."""
EDGE_PX = 3.0
CELL_PX = 12.0
LONGEST = 1.45
"""How much longer than a line may be is a word that cannot be broken; what is longer yet is cut."""
HOVER_AWAY_PX, HOVER_HALF_PX = 10.0, 6.0


class Box(NamedTuple):
    """A rectangle: left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def covers(self, other: "Box") -> bool:
        """Return whether two boxes share any area."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def holds(self, point: Point) -> bool:
        """Return whether a point lies within."""
        return self.left < point[0] < self.right and self.top < point[1] < self.bottom


class Label(NamedTuple):
    """A label: its lines, the middle of the text, and its box."""

    lines: tuple[str, ...]
    middle: Point
    box: Box


class Ground:
    """What labels may not cover, kept by cells so that few things are looked at for each place."""

    def __init__(self, stars: Iterable[Point]) -> None:
        self._stars: dict[tuple[int, int], list[Point]] = {}
        self._boxes: dict[tuple[int, int], list[Box]] = {}
        for star in stars:
            self._stars.setdefault((int(star[0] // CELL_PX), int(star[1] // CELL_PX)), []).append(star)

    def take(self, box: Box) -> None:
        """Note that a label stands there."""
        for cell in _cells(box):
            self._boxes.setdefault(cell, []).append(box)

    def is_free(self, box: Box) -> bool:
        """Return whether nothing is there."""
        for cell in _cells(box):
            if any(map(box.holds, self._stars.get(cell, ()))) or any(map(box.covers, self._boxes.get(cell, ()))):
                return False
        return True


def _cells(box: Box) -> Iterator[tuple[int, int]]:
    for column in range(int(box.left // CELL_PX), int(box.right // CELL_PX) + 1):
        for row in range(int(box.top // CELL_PX), int(box.bottom // CELL_PX) + 1):
            yield column, row


def folded_label(name: str, font: float, most: float, *, is_bold: bool) -> tuple[str, ...]:
    """Return a name in one or two lines; what is longer ends in an ellipsis. most: width of a line, pixels."""

    def width(text: str) -> float:
        return label_width(text, is_bold=is_bold) * font

    lines: list[str] = []
    for word in name.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer) <= most:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > 2:  # noqa: PLR2004
        lines = [lines[0], f"{lines[1]}…"]
    return tuple(_ellipsized(line, most * LONGEST, font, is_bold=is_bold) for line in lines) or ("…",)


def _ellipsized(line: str, most: float, font: float, *, is_bold: bool) -> str:
    if label_width(line, is_bold=is_bold) * font <= most:
        return line
    kept = line.rstrip("…")
    while kept and label_width(f"{kept}…", is_bold=is_bold) * font > most:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def label_box(middle: Point, width: float, height: float) -> Box:
    """Return the box of a text of a width and height around its middle."""
    x, y = middle
    return Box(
        x - width / 2 - SIDE_MARGIN_PX,
        y - height / 2 - LINE_MARGIN_PX,
        x + width / 2 + SIDE_MARGIN_PX,
        y + height / 2 + LINE_MARGIN_PX,
    )


def find_label_place(
    stars: Sequence[Point], lines: tuple[str, ...], font: float, ground: Ground, size: float, *, is_bold: bool
) -> Label | None:
    """Return a label at the nearest free place around its stars, below them if it can be, or None."""
    width = max(label_width(line, is_bold=is_bold) for line in lines) * font
    height = font * LINE_HEIGHT * len(lines)
    for middle in _places(stars, width, height):
        x = min(size - width / 2 - EDGE_PX, max(width / 2 + EDGE_PX, middle[0]))
        y = min(size - height / 2 - EDGE_PX, max(height / 2 + EDGE_PX, middle[1]))
        box = label_box((x, y), width, height)
        if ground.is_free(box):
            return Label(lines, (x, y), box)
    return None


def _places(stars: Sequence[Point], width: float, height: float) -> list[Point]:
    """Return places for the middle of a label, the best first: near, and below before above before beside."""
    left, right = min(x for x, _ in stars), max(x for x, _ in stars)
    top, bottom = min(y for _, y in stars), max(y for _, y in stars)
    x, y = (left + right) / 2, (top + bottom) / 2
    found: list[tuple[float, Point]] = []
    for away in AWAY_PX:
        over, under = top - away - height / 2, bottom + away + height / 2
        after, before = right + away + width / 2, left - away - width / 2
        found += [(away, (x, under)), (away + 1, (x, over)), (away + 2, (after, y)), (away + 2, (before, y))]
        found += [(away + 3, (right + width / 3, under)), (away + 3, (left - width / 3, under))]
        found += [(away + 4, (right + width / 3, over)), (away + 4, (left - width / 3, over))]
    return [place for _, place in sorted(found, key=lambda one: one[0])]


def hover_label(name: str, stars: Sequence[Point], font: float, size: float) -> Label:
    """Return a label that shows only while its topic is pointed at, for one that finds no place of its own."""
    line = _ellipsized(" ".join(name.split()) or "…", size - 4 * EDGE_PX, font, is_bold=True)
    width = label_width(line, is_bold=True) * font
    middle = sum(x for x, _ in stars) / len(stars)
    x = min(size - width / 2 - EDGE_PX, max(width / 2 + EDGE_PX, middle))
    y = min(size - HOVER_HALF_PX - 2, max(y for _, y in stars) + HOVER_AWAY_PX)
    half = width / 2 + SIDE_MARGIN_PX
    return Label((line,), (x, y), Box(x - half, y - HOVER_HALF_PX, x + half, y + HOVER_HALF_PX))
