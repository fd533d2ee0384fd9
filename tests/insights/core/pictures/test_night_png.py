"""The night's line in mails: a true PNG on no ground, seen on paper and by night."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from insights.core.pictures.night_line import Burst
from insights.core.pictures.night_png import BASE_PX, HEIGHT_PX, MOON, VOICE, WIDTH_PX, night_png

LOUD = bytes([255]) * 500
PAPER, NIGHT = (0xF5, 0xEF, 0xE4), (0x11, 0x13, 0x1A)


def pixels(*bursts: Burst, question: float | None = None) -> np.ndarray:
    with Image.open(BytesIO(night_png(bursts, question=question))) as image:
        assert (image.format, image.mode, image.size) == ("PNG", "RGBA", (WIDTH_PX, HEIGHT_PX))
        return np.array(image)


def luminance(colour: tuple[int, int, int]) -> float:
    """Return the relative luminance of a colour (WCAG 2)."""
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colour", [VOICE, MOON])
@pytest.mark.parametrize("ground", [PAPER, NIGHT])
def test_it_is_seen_on_both_grounds(colour: tuple[int, int, int], ground: tuple[int, int, int]) -> None:
    dark, light = sorted([luminance(colour), luminance(ground)])
    assert (light + 0.05) / (dark + 0.05) >= 3


def test_a_recording_stands_at_its_hour_and_all_else_is_the_readers_ground() -> None:
    drawn = pixels(Burst(3.5, 9, LOUD))
    above = drawn[BASE_PX - 60, :, 3] > 0
    assert above[WIDTH_PX // 2 - 20 : WIDTH_PX // 2 + 20].any()
    assert not above[: WIDTH_PX // 2 - 60].any()
    assert drawn[0, 0].tolist()[3] == 0


def test_a_quiet_night_is_the_line_and_the_dawn() -> None:
    drawn = pixels()
    assert drawn[BASE_PX, WIDTH_PX // 3, 3] == 255
    assert not drawn[: BASE_PX - 2, : WIDTH_PX // 2, 3].any()
    assert drawn[BASE_PX - 20, round(WIDTH_PX * 0.82), 3] > 50


def test_the_question_is_a_ring_even_where_it_was_asked_before_the_line_begins() -> None:
    at_22 = pixels(question=22.5)
    assert tuple(at_22[BASE_PX - 9, round(1.5 / 13 * WIDTH_PX), :3]) == pytest.approx(MOON, abs=2)
    assert (pixels(question=19)[BASE_PX - 12, :60, 3] >= 0).all()


def test_it_is_small() -> None:
    assert len(night_png([Burst(hour, 30, LOUD) for hour in (22, 0, 1.5, 3, 4, 5)], question=22)) < 60_000
