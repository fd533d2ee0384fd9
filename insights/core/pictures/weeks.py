"""Ideas a week as bars, the last of them this week."""

from collections.abc import Sequence

from insights.core.pictures.svg import rounded, spoken_label

HEIGHT_PX, PITCH_PX = 20, 4
LEAST_TOP_IDEAS = 4
"""Ideas a week that reach the top at least: one idea a week is no tower."""


def weeks_svg(counts: Sequence[int], *, height: int = HEIGHT_PX, pitch: int = PITCH_PX, label: str = "") -> str:
    """Return bars of the ideas of each week, the oldest first; a week without any is a dot.

    label: what the picture says, in words; without one it is decoration.
    """
    width, foot, top = len(counts) * pitch, height - 1, max(LEAST_TOP_IDEAS, *counts, 0)

    def bar(week: int) -> str:
        reach = max(0.01, counts[week] / top * (height - 3)) if counts[week] else 0.01
        return f"M{rounded(week * pitch + pitch / 2)} {foot}v{-reach:.1f}"

    def dot(week: int) -> str:
        return f"M{rounded(week * pitch + pitch / 2)} {foot}v.01"

    this = len(counts) - 1
    bars = "".join(bar(week) for week in range(this) if counts[week])
    dots = "".join(dot(week) for week in range(this + 1) if not counts[week])
    now = f'<path class="now" d="{bar(this)}"/>' if counts and counts[this] else ""
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}" {spoken_label(label)}'
    return f'<svg class="weeks" {size}><path class="none" d="{dots}"/><path d="{bars}"/>{now}</svg>'
