"""A recording's page in Chromium: words heard and corrected where they stand, ideas split and joined, by every hand."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.axe import page_for_axe, violations
from tests.support.browser import DESK, PHONE, owners_page, wait_until
from tests.support.service import Service

pytestmark = pytest.mark.alone

SEED = """
import shutil
from capture.models import Memo, User
from capture.services.devices import create_device
from config.demo.sample_memos import MEMOS
from insights.models import Idea
from tests.support.recordings import audio_path
from insights.services.place_ideas import place_transcript
from tests.support.transcripts import write_transcript
user = User.objects.get()
Memo.objects.all().delete()
user.topics.all().delete()
device = user.devices.first() or create_device(user, "bedside")[0]
said = "um, The robot hand feels how hard it holds the cup. Another idea. The wrist turns with a single gable, um."
transcript = write_transcript(device, said, key="5eb1a150-1931-4e22-931d-af6e86105c04")  # 0-1 are no words of it
place_transcript(transcript)
assert Idea.objects.filter(transcript=transcript).count() == 2
path = audio_path(transcript.memo)
path.parent.mkdir(parents=True, exist_ok=True)
shutil.copyfile(MEMOS / "hard-music.ogg", path)
print(transcript.memo_id)
"""
COPY = """
from capture.models import Memo
from capture.services.recordings import save_playback
from tests.support.heard_nights import copy_of
save_playback(Memo.objects.get(), [copy_of("hard-music.ogg")])
"""
IDEAS = """
from capture.models import User
from insights.models import Idea
print(*(idea.said for idea in Idea.objects.of(User.objects.get()).with_memo().in_order()), sep="|")
"""
FIRST = "um, The robot hand feels how hard it holds the cup."
SECOND = "Another idea. The wrist turns with a single gable, um."


@pytest.fixture
def where(service: Service) -> str:
    """The address of a recording with two ideas."""
    memo = service.shell(SEED).strip().splitlines()[-1]
    return f"{service.address}/memos/{memo}/"


@pytest.fixture
def touched(browser: Browser, service: Service, password: str) -> Iterator[Page]:
    with owners_page(browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True), service, password) as page:
        yield page


@pytest.fixture
def plain(browser: Browser, service: Service, password: str) -> Iterator[Page]:
    """A browser in which no script runs."""
    with owners_page(browser.new_context(viewport=DESK, java_script_enabled=False), service, password) as page:
        yield page


def ideas(service: Service) -> list[str]:
    return service.shell(IDEAS).strip().split("|")


def word(page: Page, text: str) -> Locator:
    return page.locator("#words .w", has_text=text).first


def test_a_word_is_heard_by_one_tap_and_mended_by_the_second(service: Service, touched: Page, where: str) -> None:
    touched.goto(where)
    taps = 0
    for _tap in range(2):
        word(touched, "gable").tap()
        taps += 1
        if taps == 1:
            wait_until(touched, "!document.getElementById('player').paused")
    touched.keyboard.type("cable")
    touched.keyboard.press("Enter")
    expect(word(touched, "cable")).to_be_visible()
    expect(touched.locator("#its-ideas .words").nth(1)).to_contain_text("cable")
    expect(touched.locator("#told")).to_contain_text("Changed in one place.")
    assert touched.evaluate("!player.paused || player.ended")
    print(f"taps to hear a word 1, to mend it {taps} and typing")
    assert taps == 2
    assert ideas(service) == [FIRST, SECOND.replace("gable", "cable")]
    touched.get_by_role("button", name="undo", exact=True).tap()
    expect(word(touched, "gable")).to_be_visible()
    assert ideas(service) == [FIRST, SECOND]


def test_by_keys_alone(service: Service, desk: Page, where: str) -> None:
    desk.goto(where)
    desk.locator("#without-ums").focus()
    for _stop in ("the second idea's time", "all of the words"):
        desk.keyboard.press("Shift+Tab")
    desk.keyboard.press("End")
    desk.keyboard.press("ArrowLeft")
    expect(word(desk, "gable")).to_be_focused()
    desk.keyboard.press("Enter")
    wait_until(desk, "document.querySelector('#words .w[data-playing]')?.textContent.startsWith('gable')")
    desk.keyboard.type("cable")
    desk.keyboard.press("Enter")
    expect(word(desk, "cable")).to_be_focused()
    desk.keyboard.press("F2")
    desk.keyboard.press("Escape")
    expect(word(desk, "cable")).to_be_focused()
    for _step in range(2):
        desk.keyboard.press("ArrowLeft")
    while desk.evaluate("document.activeElement.dataset.do") != "split":
        desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    expect(desk.locator("#its-ideas .idea")).to_have_count(3)
    assert ideas(service)[1:] == ["Another idea. The wrist turns with", "a single cable, um."]
    desk.locator(".undoing button").focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("#its-ideas .idea")).to_have_count(2)
    assert ideas(service) == [FIRST, SECOND.replace("gable", "cable")]


def test_split_and_joined_and_an_edge_moved_by_touch(service: Service, touched: Page, where: str) -> None:
    touched.goto(where)
    touched.locator(".idea .dots").first.tap()
    touched.get_by_role("link", name="Split in two").tap()
    touched.locator(".choosing").get_by_role("button", name="how", exact=True).tap()
    expect(touched.locator("#its-ideas .idea")).to_have_count(3)
    touched.locator(".idea .dots").first.tap()
    touched.get_by_role("button", name="Join with the next").tap()
    expect(touched.locator("#its-ideas .idea")).to_have_count(2)
    assert ideas(service) == [FIRST, SECOND]
    word(touched, "holds").tap()
    touched.locator("#wordbar [data-do=next]").tap()
    expect(touched.locator("#its-ideas .words").first).to_have_text("um, The robot hand feels how hard it")
    touched.locator(".undoing button").tap()
    expect(touched.locator("#its-ideas .words").first).to_have_text(FIRST)


def test_an_idea_is_deleted_and_brought_back_by_touch(service: Service, touched: Page, where: str) -> None:
    service.shell(COPY)
    touched.goto(where)
    touched.locator(".idea .dots").nth(1).tap()
    touched.get_by_role("link", name="Delete it for good").tap()
    expect(touched.get_by_role("dialog")).to_contain_text("Where you said it, the recording is silent from then on.")
    touched.get_by_role("dialog").get_by_role("link", name="Keep it").tap()
    expect(touched.locator("#its-ideas .idea")).to_have_count(2)
    touched.locator(".idea .dots").nth(1).tap()
    touched.get_by_role("link", name="Delete it for good").tap()
    touched.get_by_role("dialog").get_by_role("button", name="Delete it").tap()
    expect(touched.get_by_role("heading", name="The idea is deleted.")).to_be_visible()
    assert ideas(service) == [FIRST]
    touched.get_by_role("link", name="Go to the recording").tap()
    expect(touched.locator("#words")).not_to_contain_text("gable")
    touched.go_back()
    touched.get_by_role("button", name="Bring it back").tap()
    expect(touched.locator("#words")).to_contain_text("gable")
    assert ideas(service) == [FIRST, SECOND]


def test_an_edge_is_dragged_in_the_picture_by_mouse_and_finger_from_word_to_word(
    service: Service, desk: Page, touched: Page, where: str
) -> None:
    desk.goto(where)
    edge = desk.get_by_role("slider", name="Where idea 2 begins")
    expect(edge).to_have_attribute("aria-valuetext", re.compile("^Another, 0:"))
    _x, y = middle_of(edge)
    desk.mouse.move(*middle_of(edge))
    desk.mouse.down()
    desk.mouse.move(word_in_picture(desk, "holds") + 2, y, steps=4)
    expect(edge).to_have_attribute("aria-valuetext", re.compile("^holds, 0:"))
    desk.mouse.up()
    expect(desk.locator("#its-ideas .words").first).to_have_text("um, The robot hand feels how hard it")
    touched.goto(where)
    line, (x, y) = touched.context.new_cdp_session(touched), middle_of(touched.locator(".edge"))
    goal = word_in_picture(touched, "wrist")
    for kind, at in (("touchStart", x), ("touchMove", (x + goal) / 2), ("touchMove", goal), ("touchEnd", None)):
        points = [] if at is None else [{"x": at, "y": y}]
        line.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(touched.locator("#its-ideas .words").last).to_have_text("wrist turns with a single gable, um.")
    touched.locator(".undoing button").tap()
    expect(touched.locator("#its-ideas .words").first).to_have_text("um, The robot hand feels how hard it")


def test_an_edge_is_moved_in_the_picture_by_keys_and_nothing_is_asked_for_that_was_taken_back(
    service: Service, desk: Page, where: str
) -> None:
    desk.goto(where)
    edge = desk.get_by_role("slider", name="Where idea 2 begins")
    edge.focus()
    desk.keyboard.press("ArrowLeft")
    expect(edge).to_have_attribute("aria-valuetext", re.compile("^cup., 0:"))
    desk.keyboard.press("Escape")
    desk.keyboard.press("Enter")
    expect(edge).to_have_attribute("aria-valuetext", re.compile("^Another, 0:"))
    assert ideas(service) == [FIRST, SECOND]
    for key in ("ArrowLeft", "ArrowLeft", "Enter"):
        desk.keyboard.press(key)
    expect(desk.locator("#its-ideas .words").first).to_have_text("um, The robot hand feels how hard it holds")


def middle_of(there: Locator) -> tuple[float, float]:
    there.scroll_into_view_if_needed()
    box = there.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def word_in_picture(page: Page, text: str) -> float:
    """Return how far from the left a word begins in the recording's picture, in pixels."""
    picture = page.locator("#spanned")
    box, seconds = picture.bounding_box(), picture.get_attribute("data-seconds")
    start = word(page, text).get_attribute("data-start")
    assert box
    return box["x"] + box["width"] * float(start or 0) / float(seconds or 1)


def test_a_second_tab_is_told(service: Service, desk: Page, where: str) -> None:
    other = desk.context.new_page()
    for tab in (desk, other):
        tab.goto(where)
    for tab, written in ((desk, "cable"), (other, "table")):
        word(tab, "gable").click()
        word(tab, "gable").click()
        tab.keyboard.type(written)
        tab.keyboard.press("Enter")
        expect(word(tab, "cable")).to_be_visible()
    expect(other.locator("#told")).to_contain_text("“cable,” stands there now. You wrote “table”.")
    desk.locator(".idea .dots").first.click()
    desk.get_by_role("button", name="Join with the next").click()
    expect(desk.locator("#its-ideas .idea")).to_have_count(1)
    other.locator(".idea .dots").first.click()
    other.get_by_role("button", name="Join with the next").click()
    expect(other.locator("#told")).to_contain_text("in another window meanwhile. Nothing is changed.")
    assert ideas(service) == [f"{FIRST} {SECOND.replace('gable', 'cable')}"]


def test_without_a_script(service: Service, plain: Page, where: str) -> None:
    plain.goto(where)
    expect(plain.locator("#player")).to_be_visible()
    expect(plain.locator("#whole")).to_be_hidden()
    assert plain.locator(".transcript a.t").first.get_attribute("href")
    plain.locator("#without-ums").click()
    expect(word(plain, "um,")).to_be_hidden()
    plain.locator("#without-ums").click()
    expect(word(plain, "um,")).to_be_visible()
    plain.locator(".idea .dots").first.click()
    plain.get_by_role("link", name="Split in two").click()
    plain.get_by_role("button", name="how", exact=True).click()
    expect(plain.locator("#its-ideas .idea")).to_have_count(3)
    plain.locator(".undoing button").click()
    expect(plain.locator("#its-ideas .idea")).to_have_count(2)
    plain.locator(".idea .dots").nth(1).click()
    plain.get_by_role("link", name="Change the words").click()
    plain.locator("textarea").fill(SECOND.replace("gable", "cable"))
    plain.get_by_role("button", name="Save").click()
    expect(plain.locator("#its-ideas .words").nth(1)).to_contain_text("cable")
    assert ideas(service) == [FIRST, SECOND.replace("gable", "cable")]


def test_sounds_stay_folded_where_a_browser_was_told_so(desk: Page, where: str) -> None:
    desk.goto(where)
    desk.locator("#without-ums").click()
    expect(word(desk, "um,")).to_be_hidden()
    assert "ums" not in desk.url
    desk.reload()
    expect(word(desk, "um,")).to_be_hidden()
    desk.locator("#without-ums").click()
    expect(word(desk, "um,")).to_be_visible()


def test_one_button_plays_all_of_it(desk: Page, where: str) -> None:
    desk.goto(where)
    expect(desk.locator("#player")).to_be_hidden()
    whole = desk.locator("#whole")
    whole.click()
    expect(whole).to_have_text("Pause")
    wait_until(desk, "document.getElementById('player').currentTime > 0.5")
    expect(desk.locator("#words .now")).to_have_count(1)
    whole.click()
    expect(whole).to_have_text("Play")
    assert desk.evaluate("document.getElementById('player').paused")


@pytest.mark.parametrize("look", ["dark", "light"])
def test_nothing_is_wrong_with_it_while_something_is_changed(
    browser: Browser, service: Service, password: str, where: str, look: str
) -> None:
    with page_for_axe(browser, service, password, look) as page:
        page.goto(where)
        assert violations(page) == []
        word(page, "gable").click()
        assert violations(page) == []
        word(page, "gable").click()
        assert violations(page) == []
        page.keyboard.press("Escape")
        for name in ("Split in two", "Where it begins", "Change the words"):
            page.goto(where)
            page.locator(".idea .dots").nth(1).click()
            assert violations(page) == []
            page.get_by_role("link", name=name).click()
            page.locator(".choosing, textarea").wait_for()
            assert violations(page) == []
        page.goto(where)
        page.locator(".idea .dots").nth(1).click()
        page.get_by_role("link", name="Delete it for good").click()
        page.get_by_role("dialog").wait_for()
        assert violations(page) == []
        page.get_by_role("button", name="Delete it").click()
        page.get_by_role("heading", name="The idea is deleted.").wait_for()
        assert violations(page) == []
