"""A night's line as a PNG, for mails: in colours that are seen on paper and by night, on no ground of its own."""

import struct
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from insights.core.pictures.night_line import DAWN_HOUR, Burst, burst_levels, place_on_line

WIDTH_PX, HEIGHT_PX, BASE_PX = 1072, 172, 124
"""Twice as many as a mail shows, for fine screens."""
UP_PX, DOWN_PX, PITCH_PX, STROKE_PX = 92.0, 26.0, 4, 2
RING_PX, RING_STROKE_PX = 9.0, 3.0
GLOW_SHARE, GLOW_ALPHA = 0.16, 0.85
ENDS_SHARE = 0.06
"""Of the whole line, where it rises out of nothing and sinks into it."""
VOICE, STILL, MOON, DAWN = (181, 121, 42), (140, 128, 106), (96, 128, 186), (226, 164, 82)
"""Red, green and blue: at least 3 to 1 on both grounds, the dawn aside, which is decoration."""

Canvas = NDArray[np.float64]


def night_png(bursts: Sequence[Burst], *, question: float | None = None, dawn: float = DAWN_HOUR) -> bytes:
    """Return the picture. Hours are of the night's own clock, 0 to 24; question: when that of the night was asked."""
    canvas = np.zeros((HEIGHT_PX, WIDTH_PX, 4))
    _paint_dawn(canvas, place_on_line(dawn) * WIDTH_PX)
    _paint_line(canvas, place_on_line(dawn))
    for burst in bursts:
        _paint_burst(canvas, burst)
    if question is not None:
        _paint_ring(canvas, place_on_line(question) * WIDTH_PX)
    return _encoded(canvas)


def _paint(canvas: Canvas, colour: tuple[int, int, int], alpha: NDArray[np.float64]) -> None:
    """Lay a colour over what is there. alpha: how much of it, 0 to 1, of the canvas's shape or one that fits."""
    over = np.broadcast_to(alpha, canvas.shape[:2])
    below = canvas[..., 3] * (1 - over)
    total = over + below
    share = np.divide(over, total, out=np.zeros_like(total), where=total > 0)[..., None]
    canvas[..., :3] = share * np.array(colour) + (1 - share) * canvas[..., :3]
    canvas[..., 3] = total


def _grid() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the middle of each pixel, from the left and from the top."""
    return np.arange(WIDTH_PX, dtype=np.float64)[None, :] + 0.5, np.arange(HEIGHT_PX, dtype=np.float64)[:, None] + 0.5


def _paint_dawn(canvas: Canvas, middle: float) -> None:
    x, y = _grid()
    far = np.hypot((x - middle) / (GLOW_SHARE * WIDTH_PX), (y - BASE_PX) / (0.8 * BASE_PX))
    _paint(canvas, DAWN, np.where(y < BASE_PX, GLOW_ALPHA * np.clip(1 - far, 0, 1) ** 2, 0.0))


def _paint_line(canvas: Canvas, dawn: float) -> None:
    x, y = _grid()
    along = x / WIDTH_PX
    ends = np.clip(np.minimum(along, 1 - along) / ENDS_SHARE, 0, 1)
    is_line = np.abs(y - BASE_PX) < STROKE_PX / 2
    late = np.clip((along - dawn + 0.2) / 0.2, 0, 1)
    _paint(canvas, STILL, np.where(is_line, ends * (1 - late), 0.0))
    _paint(canvas, VOICE, np.where(is_line, ends * late, 0.0))


def _paint_burst(canvas: Canvas, burst: Burst) -> None:
    levels = burst_levels(burst)
    left = round(place_on_line(burst.hour) * WIDTH_PX - len(levels) * PITCH_PX / 2)
    alpha = np.zeros(canvas.shape[:2])
    for number, level in enumerate(levels):
        column = left + number * PITCH_PX
        top, bottom = round(BASE_PX - 2 - level * UP_PX), round(BASE_PX + 2 + level * DOWN_PX)
        alpha[max(0, top) : bottom, max(0, column) : max(0, column + STROKE_PX)] = 1.0
    _paint(canvas, VOICE, alpha)


def _paint_ring(canvas: Canvas, middle: float) -> None:
    x, y = _grid()
    off = np.abs(np.hypot(x - max(middle, 2 * RING_PX), y - BASE_PX) - RING_PX)
    _paint(canvas, MOON, np.clip((RING_STROKE_PX + 1) / 2 - off, 0, 1))


def _encoded(canvas: Canvas) -> bytes:
    """Return a canvas as PNG (ISO/IEC 15948): eight bits a channel, no filter."""
    pixels = canvas.copy()
    pixels[..., 3] *= 255
    rows = np.rint(pixels).astype(np.uint8).reshape(HEIGHT_PX, -1)
    raw = b"".join(b"\0" + row.tobytes() for row in rows)
    head = struct.pack(">IIBBBBB", WIDTH_PX, HEIGHT_PX, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(raw, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, held) for kind, held in chunks)


def _chunk(kind: bytes, held: bytes) -> bytes:
    return struct.pack(">I", len(held)) + kind + held + struct.pack(">I", zlib.crc32(kind + held))
