"""The player of all pages: it goes on where it is asked to, and this browser remembers how fast, and without pauses."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import wait_until
from tests.support.night_of_voices import SEED
from tests.support.service import Service

pytestmark = pytest.mark.alone

PLAYED = "a.voice[data-play][data-playing]"
SPEED = """() => {
    const made = window.Audio;
    window.Audio = function () { return (window.heard = new made()); };
}"""


@pytest.fixture(scope="module", autouse=True)
def night(service: Service) -> None:
    service.shell(SEED)


@pytest.fixture
def today(desk: Page, service: Service) -> Page:
    """Today, where the player that belongs to no element can be looked at."""
    desk.add_init_script(f"({SPEED})()")
    desk.goto(service.address)
    return desk


def place_of_played(page: Page) -> int:
    return int(page.evaluate(f"[...document.querySelectorAll('a.voice')].indexOf(document.querySelector('{PLAYED}'))"))


def choose_speed(page: Page, speed: float) -> None:
    page.locator("#player-menu > summary").click()
    page.locator(f"#player-menu [data-speed='{speed}']").click()
    page.keyboard.press("Escape")


def choose(page: Page, name: str) -> None:
    page.locator("#player-menu > summary").click()
    page.locator("#player-menu .leaf").get_by_text(name, exact=True).click()
    page.keyboard.press("Escape")


def test_it_goes_on_from_idea_to_idea_where_that_is_asked_for(today: Page) -> None:
    expect(today.locator("#playbar")).to_be_hidden()
    today.locator("a.voice").first.click()
    expect(today.locator("#playbar")).to_be_visible()
    choose_speed(today, 2)
    wait_until(today, f"document.querySelector('{PLAYED}') === null")
    choose(today, "Go on to the next idea")
    today.locator("a.voice").first.click()
    for place in (0, 1, 2, 3, 4):
        wait_until(today, f"[...document.querySelectorAll('a.voice')][{place}].hasAttribute('data-playing')")
    wait_until(today, f"document.querySelector('{PLAYED}') === null")
    assert today.evaluate("window.heard.paused")


def test_speed_is_remembered_by_the_browser(today: Page) -> None:
    today.locator("a.voice").first.click()
    choose_speed(today, 1.5)
    assert today.evaluate("window.heard.playbackRate") == 1.5
    today.locator("a.voice").nth(1).click()
    wait_until(today, "window.heard.currentTime > 0.2")
    assert today.evaluate("window.heard.playbackRate") == 1.5
    today.reload()
    today.locator("a.voice").nth(2).click()
    wait_until(today, "window.heard.currentTime > 0.2")
    assert today.evaluate("window.heard.playbackRate") == 1.5
    expect(today.locator("[data-speed-now]")).to_contain_text("1.5")


def test_pauses_are_skipped_where_that_is_wanted_and_it_is_remembered(today: Page) -> None:
    link = today.locator("a.voice").first
    link.evaluate("(link) => (link.dataset.pauses = '0.60-2.40')")
    link.click()
    choose(today, "Skip pauses")
    today.reload()
    link.evaluate("(link) => (link.dataset.pauses = '0.60-2.40')")
    today.evaluate("() => { window.places = []; }")
    link.click()
    today.evaluate(
        "() => window.heard.addEventListener('timeupdate', () => window.places.push(window.heard.currentTime))"
    )
    wait_until(today, f"document.querySelector('{PLAYED}') === null")
    places: list[float] = today.evaluate("window.places")
    assert not [at for at in places if 0.8 < at < 2.3], places
    assert max(places) > 2.4


def test_bar_and_headset_pause_and_step(today: Page) -> None:
    today.add_init_script(
        "window.keys = {}; navigator.mediaSession.setActionHandler = (name, does) => (window.keys[name] = does);"
    )
    today.reload()
    today.locator("a.voice").nth(1).click()
    wait_until(today, "window.heard.currentTime > 0.2")
    today.locator("#playbar").get_by_role("button", name="Pause").click()
    wait_until(today, "window.heard.paused")
    today.locator("#playbar").get_by_role("button", name="Play", exact=True).click()
    wait_until(today, "!window.heard.paused")
    today.evaluate("window.keys.nexttrack()")
    assert place_of_played(today) == 2
    today.evaluate("window.keys.previoustrack()")
    assert place_of_played(today) == 1
    today.evaluate("window.keys.pause()")
    wait_until(today, "window.heard.paused")
