"""In a real browser, with the pages' own font, no text of the sky lies on text."""

import base64
import io
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser

from insights.core.pictures.sky import FONT_PX, SIZE_PX, WIDE_FONT_PX
from tests.support.browser import chromium
from tests.support.skies import sky_of_topics

FONTS = Path("config/static/config/fonts").resolve()
PHONE_PX, DESK_PX = SIZE_PX, 720
HALF_BLACK, DARKER_THAN_ONE_TEXT = 128, 100
"""Of 255: each text is half black on white, so what is darker is two texts, one on the other."""
STYLE = """
@font-face {{ font-family: Sans; font-weight: 200 900; unicode-range: U+0000-00FF, U+2000-206F;
  src: url(data:font/woff2;base64,{latin}); }}
@font-face {{ font-family: Sans; font-weight: 200 900; unicode-range: U+0100-02FF, U+1E00-1EFF;
  src: url(data:font/woff2;base64,{ext}); }}
body {{ margin: 0; background: white; }} svg {{ display: block; width: {width}px; height: {width}px; }}
svg > *:not(a), a > *:not(text), {hidden} {{ visibility: hidden; }}
text {{ font: 400 {font}px Sans; fill: black; opacity: .5; }} text.fresh {{ font-weight: 600; }}
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def pixels(browser: Browser, body: str, width: int) -> NDArray[np.uint8]:
    """Return how light each pixel is, 0 to 255, of the sky as this browser draws it."""
    page = browser.new_page(viewport={"width": width, "height": width}, device_scale_factor=2)
    try:
        page.set_content(body)
        page.evaluate("document.fonts.ready")
        assert page.evaluate("[...document.fonts].some(font => font.status === 'loaded')")
        with av.open(io.BytesIO(page.screenshot()), "r") as picture:
            return np.asarray(next(picture.decode(video=0)).to_ndarray(format="gray"), np.uint8)
    finally:
        page.close()


def page_of(drawn: str, font: float, width: int, hidden: str) -> str:
    latin, ext = (
        base64.b64encode((FONTS / f"source-sans-{name}.woff2").read_bytes()).decode() for name in ("latin", "latin-ext")
    )
    style = STYLE.format(latin=latin, ext=ext, width=width, font=font, hidden=hidden)
    return f"<!DOCTYPE html><meta charset=utf-8><style>{style}</style>{drawn}"


@pytest.mark.parametrize("count", [3, 30, 120])
@pytest.mark.parametrize(
    ("font", "width", "hidden"), [(FONT_PX, PHONE_PX, "text.wide, text.hover"), (WIDE_FONT_PX, DESK_PX, "text.hover")]
)
def test_no_text_of_the_sky_lies_on_text(browser: Browser, count: int, font: float, width: int, hidden: str) -> None:
    light = pixels(browser, page_of(sky_of_topics(count), font, width, hidden), width)
    assert (light < 2 * HALF_BLACK - 60).sum() > 500  # there are labels
    assert not (light < DARKER_THAN_ONE_TEXT).any()


def test_text_on_text_is_seen(browser: Browser) -> None:
    """The positive control."""
    twice = (
        '<svg viewBox="0 0 360 360"><a><text x="20" y="40">Grip</text></a><a><text x="22" y="41">Grip</text></a></svg>'
    )
    light = pixels(browser, page_of(twice, FONT_PX, PHONE_PX, "text.hover"), PHONE_PX)
    assert (light < DARKER_THAN_ONE_TEXT).any()
