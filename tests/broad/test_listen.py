"""Listen in Chromium: to its end with the tab hidden, its words lit, kept by the keys of a headset, without script."""

import re
import time

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import DESK, log_in, wait_until
from tests.support.night_of_voices import SEED
from tests.support.service import Service

pytestmark = pytest.mark.alone

LIT_SECONDS = 0.15
STATES = """
from insights.models import ReviewState
print(*(f"{state.decision}:{state.idea.text}" for state in ReviewState.objects.order_by("seen_at")), sep="|")
"""
WATCHED = """
    const made = window.Audio;
    window.Audio = function () { return (window.heard = new made()); };
    window.keys = {};
    navigator.mediaSession.setActionHandler = (name, does) => (window.keys[name] = does);
"""
LIT = """() => {
    const now = document.querySelector(".here .now");
    return now && [now.textContent, Number(now.dataset.at)];
}"""
ALL_AT = "[...document.querySelectorAll('.here [data-at]')].map((word) => Number(word.dataset.at))"
HIDDEN = """() => {
    Object.defineProperty(document, "hidden", { get: () => true });
    Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
    window.requestAnimationFrame = () => 0;
    document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture(autouse=True)
def night(service: Service) -> None:
    service.shell(SEED)


@pytest.fixture
def listening(desk: Page, service: Service) -> Page:
    desk.add_init_script(WATCHED)
    desk.goto(service.address)
    desk.get_by_role("link", name="Listen").click()
    desk.wait_for_url(f"{service.address}/listen/")
    return desk


def became(service: Service) -> list[str]:
    return service.shell(STATES).strip().split("|")


def test_last_night_is_heard_to_its_end_with_the_tab_hidden(listening: Page) -> None:
    """A page that is hidden is given no frames: what is heard is one sound, which needs none."""
    page = listening
    assert page.evaluate("window.heard.paused")
    page.locator("[data-speed-now]").click()
    page.locator("[data-speed='2']").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Play", exact=True).click()
    wait_until(page, "window.heard.currentTime > 0.5")
    page.evaluate(HIDDEN)
    wait_until(page, "window.heard.ended", seconds=60)
    seconds = float(page.locator("#listen-player").get_attribute("data-seconds") or 0)
    assert seconds > 20
    assert page.evaluate("window.heard.currentTime") == pytest.approx(seconds, abs=0.1)
    expect(page.get_by_role("heading", name="That was last night.")).to_be_visible()
    expect(page.get_by_role("link", name="Close")).to_be_visible()
    assert page.evaluate("window.heard.paused")


def test_words_are_lit_as_they_are_spoken(listening: Page) -> None:
    page = listening
    page.get_by_role("button", name="Play", exact=True).click()
    for second in (1.0, 2.0, 3.0):
        wait_until(page, f"window.heard.currentTime > {second}")
        at, lit = page.evaluate(f"() => [window.heard.currentTime, ({LIT})()]")
        ats: list[float] = page.evaluate(ALL_AT)
        assert lit, at
        assert lit[1] - LIT_SECONDS <= at
        assert not [other for other in ats if lit[1] < other <= at - LIT_SECONDS]


def test_ideas_are_kept_and_put_off_by_keys_of_keyboard_and_headset(listening: Page, service: Service) -> None:
    page = listening
    shown = page.locator(".programme .here .words")
    first = shown.inner_text()
    page.keyboard.press("k")
    expect(page.locator("[data-decide=keep]")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="The next one").click()
    expect(shown).not_to_have_text(first)
    second = shown.inner_text()
    page.evaluate("window.keys.nexttrack()")
    expect(shown).not_to_have_text(second)
    third = shown.inner_text()
    page.evaluate("window.keys.previoustrack()")
    expect(page.locator("[data-decide=keep]")).to_have_attribute("aria-pressed", "true")
    wait_until(page, "document.querySelectorAll('[data-decided=keep]').length === 2")
    decided, deadline = [f"keep:{first}", f"later:{second}", f"keep:{third}"], time.monotonic() + 20
    while (found := became(service)) != decided:
        assert time.monotonic() < deadline, found


def test_pauses_are_left_out_of_the_sound_itself(listening: Page) -> None:
    page = listening
    whole = float(page.locator("#listen-player").get_attribute("data-seconds") or 0)
    page.locator("[data-speed-now]").click()
    page.get_by_text("Skip pauses").click()
    page.wait_for_load_state("load")
    expect(page.locator("#listen-player")).to_have_attribute("data-sound", re.compile("pauses=skip"))
    assert float(page.locator("#listen-player").get_attribute("data-seconds") or 0) <= whole
    page.get_by_role("button", name="Play", exact=True).click()
    wait_until(page, "window.heard.currentTime > 0.5")


def test_what_changed_meanwhile_is_told(listening: Page, service: Service) -> None:
    page = listening
    service.shell("from insights.models import Idea; Idea.objects.first().delete()")
    page.evaluate("window.heard.src += '&anew'")
    expect(page.locator(".unplayed")).to_contain_text("Its ideas are others by now")


def test_without_javascript_the_same_is_heard_and_each_idea(browser: Browser, service: Service, password: str) -> None:
    context = browser.new_context(viewport=DESK, java_script_enabled=False)
    page = context.new_page()
    log_in(page, service.address, "owner", password)
    page.goto(f"{service.address}/listen/")
    expect(page.locator("audio")).to_have_attribute("src", re.compile(r"/listen/night/.*\.m4a"))
    expect(page.locator(".programme li")).to_have_count(5)
    expect(page.locator(".programme a.voice")).to_have_count(5)
    page.get_by_role("button", name="Later").first.click()
    expect(page.get_by_role("status")).to_have_text("It comes back later.")
    context.close()
    assert became(service)[0].startswith("later:")
