"""Room for German: on phones no page is wider than the screen, and no word of a heading, button or link is broken."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from config.demo.sample_memos import MEMOS
from tests.pictures.__main__ import paths
from tests.support.browser import log_in
from tests.support.phone import Phone
from tests.support.service import Service
from tests.support.settling import settle

pytestmark = pytest.mark.alone

WIDTHS_PX = (390, 320)
BROKEN = """() => {
  const found = [];
  const width = document.documentElement.scrollWidth;
  if (width > innerWidth) found.push(`the page is ${width} wide`);
  for (const place of document.querySelectorAll("h1, h2, summary, button, a.button, nav a, label, .choice")) {
    const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      for (const { 0: word, index } of text.data.matchAll(/\\p{L}+/gu)) {
        const range = document.createRange();
        range.setStart(text, index);
        range.setEnd(text, index + word.length);
        const parts = [...range.getClientRects()].filter((part) => part.width > 1);
        if (new Set(parts.map((part) => Math.round(part.top))).size > 1) found.push(word);
      }
    }
  }
  return found;
}"""


@pytest.fixture(scope="module", autouse=True)
def memos(service: Service) -> None:
    """Two memos lie there, with their ideas."""
    phone = Phone(service)
    for name in ("memo-001.ogg", "memo-002.ogg"):
        assert phone.send(MEMOS / name).status_code == 201
    settle(service, 60)


@pytest.fixture(params=WIDTHS_PX)
def page(request: pytest.FixtureRequest, browser: Browser, service: Service, password: str) -> Iterator[Page]:
    """Give somebody whose browser asks for German, on a phone."""
    phone = ViewportSize(width=request.param, height=844)
    context = browser.new_context(viewport=phone, locale="de-DE", has_touch=True)
    shown = context.new_page()
    log_in(shown, service.address, "owner", password)
    yield shown
    context.close()


def test_no_word_is_broken_and_no_page_is_too_wide(page: Page, service: Service) -> None:
    wrong = {}
    for name, address in paths(page, service.address).items():
        page.goto(address)
        assert page.locator("html").get_attribute("lang") == "de"
        if found := page.evaluate(BROKEN):
            wrong[name] = found
    page.goto(f"{service.address}/")
    page.locator("button[form=begin]").first.click()
    page.wait_for_selector("#decision")
    if found := page.evaluate(BROKEN):
        wrong["review"] = found
    assert wrong == {}


def test_a_broken_word_is_found(page: Page, service: Service) -> None:
    page.goto(f"{service.address}/settings/")
    page.set_viewport_size(ViewportSize(width=60, height=844))
    assert page.evaluate(BROKEN)
