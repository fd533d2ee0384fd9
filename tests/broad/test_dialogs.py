"""What cannot be taken back easily is asked for first, in Chromium: over the page; as one where no script runs."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.axe import page_for_axe, violations
from tests.support.browser import PHONE, owners_page
from tests.support.service import Service

pytestmark = pytest.mark.alone

SEED = """
import shutil
from capture.models import Memo, User
from capture.services.devices import create_device
from config.demo.sample_memos import MEMOS
from tests.support.recordings import audio_path
from tests.support.transcripts import place_texts
user = User.objects.get()
Memo.objects.all().delete()
device = user.devices.first() or create_device(user, "bedside")[0]
(transcript,) = place_texts(device, "The robot hand feels how hard it holds the cup. " * 400)
path = audio_path(transcript.memo)
path.parent.mkdir(parents=True, exist_ok=True)
shutil.copyfile(MEMOS / "hard-music.ogg", path)
print(transcript.memo_id)
"""


@pytest.fixture
def where(service: Service) -> str:
    """The address of a recording of more than one part."""
    memo = service.shell(SEED).strip().splitlines()[-1]
    return f"{service.address}/memos/{memo}/"


def open_question(page: Page) -> None:
    page.locator(".memo-player summary").click()
    page.get_by_role("link", name="Delete this recording").click()


def test_a_recording_is_deleted_only_by_who_says_so_twice(desk: Page, where: str) -> None:
    desk.goto(where)
    open_question(desk)
    dialog = desk.locator("dialog.dialog")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("link", name="Keep it")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(desk.locator(".memo-player summary")).to_be_focused()
    for _ in range(2):
        open_question(desk)
        expect(dialog).to_have_count(1)
        desk.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
    assert desk.url == where
    open_question(desk)
    dialog.get_by_role("button", name="Delete it").click()
    expect(desk.get_by_role("heading", name="The recording is deleted.")).to_be_visible()


def test_without_a_script_a_page_asks(browser: Browser, service: Service, password: str, where: str) -> None:
    with owners_page(browser.new_context(viewport=PHONE, java_script_enabled=False), service, password) as plain:
        plain.goto(where)
        open_question(plain)
        expect(plain.get_by_role("heading", name="Delete this recording?")).to_be_visible()
        plain.get_by_role("link", name="Keep it").click()
        assert plain.url == where
        plain.locator("#parts [rel=next]").click()
        expect(plain.locator("#parts")).to_contain_text("Part 2 of")
        open_question(plain)
        plain.get_by_role("button", name="Delete it").click()
        expect(plain.get_by_role("heading", name="The recording is deleted.")).to_be_visible()


def test_the_next_part_comes_in_its_place_and_words_are_chosen_there(desk: Page, where: str) -> None:
    desk.goto(where)
    desk.locator("#parts [rel=next]").click()
    expect(desk.locator("#parts")).to_contain_text("Part 2 of")
    assert desk.url == f"{where}?part=2"
    expect(desk.locator("#words .w").first).to_be_focused()
    desk.locator("#words .w").nth(3).click()
    expect(desk.locator("#wordbar")).to_be_visible()
    desk.go_back()
    expect(desk.locator("#parts")).to_contain_text("Part 1 of")


@pytest.mark.parametrize("look", ["dark", "light"])
def test_nothing_is_wrong_with_what_asks(
    browser: Browser, service: Service, password: str, where: str, look: str
) -> None:
    with page_for_axe(browser, service, password, look) as page:
        page.goto(where)
        assert violations(page) == []
        open_question(page)
        page.locator("dialog.dialog").wait_for()
        assert violations(page) == []
        page.goto(f"{where}delete")
        assert violations(page) == []
