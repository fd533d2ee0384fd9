"""In a real browser: a phone is paired by its link, a memo is spoken into it, and is met again on the pages."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from config.demo.sample_memos import MEMOS
from tests.support.browser import DESK, log_in, pair, speak, wait_until, wait_until_sent
from tests.support.phone import states
from tests.support.service import Service
from tests.support.settling import settle

pytestmark = pytest.mark.alone

SPOKEN = MEMOS / "memo-001.ogg"

HEIGHTS = """() => {
    const drawn = document.querySelector("#record-live path").getAttribute("d");
    return [...drawn.matchAll(/v([\\d.]+)/g)].map((one) => Number(one[1]));
}"""
LOW_PX = 6
"""What a stroke of silence stays below."""

AT_MOST = 60_000
"""Milliseconds in which a memo of a few seconds is written down, on a slow machine."""


def test_a_memo_spoken_into_a_paired_phone_is_met_again_on_the_pages(service: Service, phone: Page, desk: Page) -> None:
    phone.goto(pair(desk, service))
    expect(phone.locator("#line")).to_contain_text("Paired")
    assert "#" not in phone.url
    speak(phone, 8)
    assert phone.evaluate("window.pulses") == [[150], [120, 160, 120]]
    wait_until_sent(phone)

    desk.goto(service.address)
    hear = desk.locator(".idea a[data-play]").first
    hear.wait_for(timeout=AT_MOST)
    text = desk.locator(".idea .words").first.inner_text()
    assert len(text.split()) >= 4
    desk.locator(".idea time").first.click()
    player = desk.locator("#player")
    player.wait_for(state="attached")
    hear.click()
    wait_until(desk, "document.getElementById('player').currentTime > 0.3")
    start, end = (float(hear.get_attribute(f"data-{edge}") or 0) for edge in ("start", "end"))
    wait_until(desk, "document.getElementById('player').paused")
    stopped = float(player.evaluate("(player) => player.currentTime"))
    assert start < stopped <= end + 1


def test_what_is_spoken_without_a_connection_is_held_and_sent_later(service: Service, phone: Page, desk: Page) -> None:
    before = states(service)["memos"]
    phone.goto(pair(desk, service))
    expect(phone.locator("#line")).to_contain_text("Paired")
    phone.context.set_offline(True)
    speak(phone, 3)
    expect(phone.locator("#held")).to_have_text("1 held here")
    assert states(service)["memos"] == before
    phone.context.set_offline(False)
    wait_until_sent(phone)
    assert states(service)["memos"] == before + 1


def test_an_unpaired_phone_keeps_what_is_spoken_and_a_used_link_says_so(
    service: Service, phone: Page, desk: Page
) -> None:
    link = pair(desk, service)
    phone.goto(f"{service.address}/phone/")
    expect(phone.locator("#line")).to_contain_text("not paired")
    speak(phone, 2)
    expect(phone.locator("#held")).to_have_text("1 held here")
    phone.goto(link)
    wait_until_sent(phone)
    phone.goto("about:blank")
    phone.goto(link)
    expect(phone.locator("#line")).to_contain_text("was used")


def test_a_phone_is_paired_by_typing_the_code(service: Service, phone: Page, desk: Page) -> None:
    code = pair(desk, service).rpartition("=")[2]
    phone.goto(f"{service.address}/phone/")
    phone.get_by_label("Pairing code").fill(code.lower())
    phone.get_by_role("button", name="Pair").click()
    expect(phone.locator("#line")).to_contain_text("Paired")
    expect(phone.get_by_label("Pairing code")).to_be_hidden()
    speak(phone, 2)
    wait_until_sent(phone)


def test_the_first_touch_counts_however_early_it_comes(service: Service, phone: Page) -> None:
    """Before the recorder has even arrived, as in a tunnel; and then its store is slow to open."""
    on_the_way: list[Route] = []
    phone.route("**/phone.js", lambda route: on_the_way.append(route))  # noqa: PLW0108 - Playwright marks its handlers
    phone.add_init_script(
        """const open = IDBFactory.prototype.open;
        IDBFactory.prototype.open = function (...given) {
          const until = performance.now() + 300;
          while (performance.now() < until);
          return open.apply(this, given);
        };"""
    )
    with phone.expect_request("**/phone.js"):
        phone.goto(f"{service.address}/phone/", wait_until="commit")
    phone.locator("#record").click(no_wait_after=True)
    on_the_way.pop().continue_()
    expect(phone.locator("#record")).to_have_class("recording", timeout=10_000)
    phone.wait_for_timeout(1200)
    phone.locator("#record").click()
    expect(phone.locator("#held")).to_have_text("1 held here")


def test_the_phone_works_by_keyboard(service: Service, phone: Page) -> None:
    phone.goto(f"{service.address}/phone/")
    expect(phone.locator("#line")).to_contain_text("not paired")
    button = phone.get_by_role("button", name="Record")
    button.press("Enter")
    stop = phone.get_by_role("button", name="Stop")
    stop.wait_for()
    phone.wait_for_timeout(1500)
    stop.press("Space")
    expect(phone.locator("#held")).to_have_text("1 held here")


def test_the_first_memo_needs_no_phone(service: Service, desk: Page) -> None:
    before = states(service)["memos"]
    desk.goto(service.address)
    desk.get_by_role("button", name="Record").click()
    expect(desk.get_by_role("status").last).to_contain_text("Recording")
    expect(desk.locator("#record-live [data-time]")).to_have_text("0:02")
    assert max(desk.evaluate(HEIGHTS)) > LOW_PX
    desk.get_by_role("button", name="Stop recording").click()
    expect(desk.locator("#record-status")).to_have_text("It is kept, and is being written down.", timeout=20_000)
    expect(desk.locator("#came-in .waiting, #came-in .idea").first).to_be_visible()
    expect(desk.locator("#answers")).to_be_hidden()
    assert states(service)["memos"] == before + 1


def test_a_connection_that_breaks_loses_nothing_of_what_is_recorded_at_the_desk(service: Service, desk: Page) -> None:
    """As from the phone page: what was tried goes on as a resumable upload, under the same id."""
    before = states(service)["memos"]
    desk.goto(service.address)
    asked: list[tuple[str, str]] = []
    desk.on("request", lambda request: asked.append((request.method, request.url)))
    desk.route("**/api/v1/memos/*", lambda route: route.abort("internetdisconnected"))
    desk.get_by_role("button", name="Record").click()
    expect(desk.locator("#record-status")).to_contain_text("Recording")
    desk.wait_for_timeout(2000)
    desk.get_by_role("button", name="Stop recording").click()
    expect(desk.locator("#record-status")).to_contain_text("It is held in this browser", timeout=20_000)
    expect(desk.locator("#record-live")).to_be_hidden()
    expect(desk.locator("#answers")).to_be_hidden()
    desk.unroute("**/api/v1/memos/*")
    expect(desk.locator("#record-status")).to_contain_text("It is kept", timeout=30_000)
    assert states(service)["memos"] == before + 1
    assert ("POST", f"{service.address}/api/v1/uploads/") in asked
    desk.get_by_role("link", name="Open it").click()
    desk.wait_for_url(re.compile("/memos/[0-9a-f-]{36}/$"))


def test_a_second_tab_leaves_alone_what_is_being_recorded_in_the_first(service: Service, desk: Page) -> None:
    before = states(service)["memos"]
    desk.goto(service.address)
    desk.get_by_role("button", name="Record").click()
    expect(desk.get_by_role("status").last).to_contain_text("Recording")
    desk.wait_for_timeout(1500)
    second = desk.context.new_page()
    loads: list[str] = []
    second.on("load", lambda page: loads.append(page.url))
    second.goto(service.address)
    second.wait_for_timeout(2000)
    assert len(loads) == 1
    assert states(service)["memos"] == before
    desk.get_by_role("button", name="Stop recording").click()
    expect(desk.locator("#record-status")).to_have_text("It is kept, and is being written down.", timeout=20_000)
    expect(desk.locator("#came-in .waiting, #came-in .idea").first).to_be_visible()
    expect(desk.locator("#answers")).to_be_hidden()
    assert states(service)["memos"] == before + 1


def test_recordings_are_added_without_javascript(
    service: Service, browser: Browser, password: str, tmp_path: Path
) -> None:
    before = states(service)["memos"]
    context = browser.new_context(viewport=DESK, java_script_enabled=False)
    page = context.new_page()
    log_in(page, service.address, "owner", password)
    assert not page.get_by_role("button", name="Record").is_visible()
    text = tmp_path / "letter.txt"
    text.write_text("Dear diary")
    page.locator("summary", has_text="Add").click()
    page.set_input_files("input[type=file]", [MEMOS / "memo-002.ogg", MEMOS / "hard-stereo48k.m4a", text])
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".note").first).to_have_text("2 recordings are kept.")
    expect(page.locator(".note.error")).to_contain_text("letter.txt")
    assert states(service)["memos"] == before + 2
    settle(service, 60)
    page.goto(service.address)
    page.locator(".idea time").first.click()
    assert page.locator("audio").get_attribute("src")
    context.close()


@pytest.fixture
def page_of_ideas(browser: Browser, service: Service, password: str) -> Iterator[Page]:
    """Give a desk on the page of what is to place or today, with an idea on it; its browser may complain."""
    token = service.manage("pair", "--token", "sender").strip()
    headers = {"Authorization": f"Bearer {token}"}
    sent = httpx.put(f"{service.address}/api/v1/memos/for-parts", content=SPOKEN.read_bytes(), headers=headers)
    assert sent.is_success
    settle(service, AT_MOST / 1000)
    context = browser.new_context(viewport=DESK)
    page = context.new_page()
    log_in(page, service.address, "owner", password)
    page.locator(".idea", has_text="Move").first.wait_for(timeout=AT_MOST)
    yield page
    context.close()


def answering(status: int, body: str) -> Callable[[Route], None]:
    """Return a route that answers so."""
    return lambda route: route.fulfill(status=status, body=body, content_type="text/html")


def test_an_answer_that_is_no_part_of_a_page_is_told_in_a_sentence_and_changes_nothing(page_of_ideas: Page) -> None:
    page = page_of_ideas
    told, idea = page.locator("#answers"), page.locator(".idea").first
    expect(told).to_be_hidden()

    def move() -> None:
        idea.get_by_label("More for this idea").click()
        idea.get_by_role("link", name="Move", exact=True).click()

    page.context.set_offline(True)
    move()
    expect(told).to_contain_text("cannot be reached at the moment")
    page.context.set_offline(False)
    move()
    expect(page.locator(".moving form").first).to_be_visible()
    expect(told).to_be_hidden()

    for status, sentence in ((500, "through no fault of yours"), (404, "not there any more"), (403, "out of date")):
        page.route("**/move*", answering(status, "<p>no</p>"))
        move()
        expect(told).to_contain_text(sentence)
        page.unroute("**/move*")
    page.route("**/move*", answering(200, "<!doctype html><html><body>another page</body></html>"))
    move()
    expect(told).to_contain_text("out of date")
    page.unroute("**/move*")
    expect(page.locator("body")).not_to_contain_text("another page")

    page.context.clear_cookies()
    move()
    expect(told).to_contain_text("You are logged out")
    expect(page.locator("input[name=username]")).to_have_count(0)
    expect(told.get_by_role("link", name="Log in")).to_have_attribute("href", "/login/?next=/")


PLAYING = "document.querySelector('[data-playing]') !== null"
DELETE_ALL = """
from capture.models import Memo
from capture.services.deletion import delete_memo
for memo in Memo.objects.kept():
    delete_memo(memo)
"""


def test_audio_that_cannot_be_played_is_told_where_the_finger_was(page_of_ideas: Page) -> None:
    page = page_of_ideas
    page.wait_for_load_state("networkidle")
    hear = page.locator("a[data-play]:visible").last
    told = page.locator("a[data-play] + .unplayed")

    page.context.set_offline(True)
    hear.click()
    expect(told).to_contain_text("cannot be reached at the moment")
    expect(told).to_have_attribute("role", "alert")
    expect(page.locator("[data-playing]")).to_have_count(0)
    page.context.set_offline(False)
    hear.click()
    expect(told).to_have_count(0)
    wait_until(page, PLAYING)

    address = (hear.get_attribute("href") or "").partition("#")[0]
    for status, sentence in ((500, "does not come at the moment"), (503, "does not come at the moment")):
        page.reload()
        page.route(f"**{address}", answering(status, "no"))
        hear.click()
        expect(told).to_contain_text(sentence)
        page.unroute(f"**{address}")
    page.reload()
    page.route(f"**{address}", answering(200, "no sound"))
    hear.click()
    expect(told).to_contain_text("This browser cannot play")
    page.unroute(f"**{address}")


def test_audio_of_another_place_or_time_is_told_as_well(
    page_of_ideas: Page, browser: Browser, service: Service, password: str
) -> None:
    """Deleted elsewhere, by a link and by the player itself; and logged out."""
    fresh = browser.new_context(viewport=DESK)  # none of the sound is kept in it
    page, elsewhere = page_of_ideas, fresh.new_page()
    log_in(elsewhere, service.address, "owner", password)
    page.locator(".idea time:visible").last.click()
    page.locator("#player").wait_for(state="attached")
    service.shell(DELETE_ALL)
    page.evaluate("document.getElementById('player').src += '?anew'")
    expect(page.locator(".unplayed")).to_contain_text("not there any more")

    hear, told = elsewhere.locator("a[data-play]:visible").last, elsewhere.locator("a[data-play] + .unplayed")
    hear.click()
    expect(told).to_contain_text("not there any more")
    fresh.clear_cookies()
    hear.click()
    expect(told).to_contain_text("You are logged out")
    expect(told.get_by_role("link", name="Log in")).to_have_attribute("href", "/login/?next=/")
    fresh.close()
