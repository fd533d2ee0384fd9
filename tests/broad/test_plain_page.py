"""In a real browser: the page of plain HTTP says of each recording what became of it, and holds up none for another."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Browser, FilePayload, Page, Route, expect

from tests.support.axe import AXE, violations
from tests.support.browser import PHONE, pair
from tests.support.phone import states
from tests.support.servers import missing
from tests.support.service import Service
from tests.support.web_server import speech

pytestmark = pytest.mark.alone

HELP_PAGE = "http://192.168.1.20:8880/"
NO_RECORDING = FilePayload(name="notes.txt", mimeType="text/plain", buffer=b"no recording at all")
OLD_ROW = """async ([id, audio]) => {
    const opening = indexedDB.open("stillnote-plain", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("recordings", { keyPath: "id" });
    await new Promise((done) => (opening.onsuccess = done));
    const change = opening.result.transaction("recordings", "readwrite");
    const bytes = Uint8Array.from(audio).buffer;
    change.objectStore("recordings").put({ id, audio: bytes, type: "audio/ogg", at: "2026-11-29T03:25:00.000Z" });
    await new Promise((done) => (change.oncomplete = done));
    opening.result.close();
}"""
KEEPS_NOTHING = "IDBFactory.prototype.open = () => { throw new DOMException('a private window', 'SecurityError'); };"
CHANGE_BY_NEWER_PAGE = """async () => {
    const opening = indexedDB.open("stillnote-plain", 2);
    await new Promise((done) => (opening.onsuccess = done));
    opening.result.close();
}"""


def clip(number: int) -> FilePayload:
    """Return what a phone's recorder gives."""
    return FilePayload(name=f"clip-{number}.ogg", mimeType="audio/ogg", buffer=speech(number))


def choose(phone: Page, file: FilePayload) -> None:
    """Give the page what the recorder gave."""
    phone.locator("input[type=file]").set_input_files(file)


def says(phone: Page, sentence: str) -> None:
    expect(phone.locator("#line")).to_contain_text(sentence)


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A phone whose page is the one of plain HTTP."""
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, bypass_csp=True)
    page = render_to_string("capture/plain.html", {"help_page": HELP_PAGE})
    context.route("**/phone/", lambda route: route.fulfill(body=page, content_type="text/html"))
    yield context.new_page()
    context.close()


@pytest.fixture
def paired(plain: Page, desk: Page, service: Service) -> Page:
    plain.goto(pair(desk, service))
    says(plain, "Paired with owner")
    return plain


def test_what_is_said_of_a_refused_file_is_said_of_no_other(service: Service, paired: Page, tmp_path: Path) -> None:
    before = states(service)["memos"]
    choose(paired, clip(1))
    says(paired, "“clip-1.ogg” is kept. You may delete it on this phone.")
    choose(paired, NO_RECORDING)
    says(paired, "“notes.txt” was not taken.")
    paired.context.set_offline(True)
    choose(paired, clip(2))
    says(paired, "Stillnote cannot be reached.")
    expect(paired.locator("#held")).to_have_text("1 held here")
    paired.context.set_offline(False)
    says(paired, "“clip-2.ogg” is kept. You may delete it on this phone.")
    expect(paired.locator("#line")).not_to_contain_text("taken")
    expect(paired.locator("#held")).to_be_empty()
    paired.reload()
    refused = paired.locator("#refused")
    expect(refused.get_by_role("listitem")).to_have_count(1)
    expect(refused).to_contain_text("notes.txt It is no recording that Stillnote can read.")
    expect(paired.locator("#line")).to_be_empty()
    if not AXE.is_file():
        missing("axe-core (npm ci in tests/clients)")
    assert violations(paired) == []
    paired.screenshot(path=tmp_path / "refused.png", full_page=True)
    assert states(service)["memos"] == before + 2


def test_a_refused_file_is_saved_and_thrown_away_when_asked_once_more(
    paired: Page, desk: Page, service: Service
) -> None:
    choose(paired, NO_RECORDING)
    refused = paired.locator("#refused")
    with paired.expect_download() as coming:
        refused.get_by_role("link", name="Save as a file").click()
    assert coming.value.suggested_filename == "notes.txt"
    assert coming.value.path().read_bytes() == NO_RECORDING["buffer"]
    throw_away = refused.get_by_role("button", name="Throw away")
    throw_away.click()
    expect(paired.get_by_role("dialog")).to_contain_text("“notes.txt” is nowhere else")
    paired.get_by_role("button", name="Keep it").click()
    expect(refused).to_contain_text("notes.txt")
    throw_away.click()
    paired.get_by_role("dialog").get_by_role("button", name="Throw away").click()
    says(paired, "“notes.txt” is thrown away.")
    expect(refused).to_be_hidden()
    paired.reload()
    expect(paired.locator("#recorder")).to_be_visible()
    expect(refused).to_be_hidden()
    desk.goto(f"{service.address}/devices/")
    expect(desk.locator("main")).to_contain_text("It held no recordings back")


def test_what_an_older_page_holds_is_sent(service: Service, paired: Page) -> None:
    before = states(service)["memos"]
    paired.evaluate(OLD_ROW, ["a" * 32, list(speech(3))])
    paired.reload()
    says(paired, "is kept")
    assert states(service)["memos"] == before + 1


def test_what_stays_is_tried_again_and_seen_under_devices(paired: Page, desk: Page, service: Service) -> None:
    paired.clock.install()
    paired.route("**/api/v1/memos/*", lambda route: route.abort())
    choose(paired, clip(4))
    says(paired, "Stillnote cannot be reached.")
    paired.unroute("**/api/v1/memos/*")
    paired.route("**/api/v1/memos/*", answering(507, "quota"))
    paired.clock.run_for(60_000)
    says(paired, "There is no room left for your account there")
    paired.unroute("**/api/v1/memos/*")
    paired.route("**/api/v1/memos/*", answering(400, "incomplete"))
    paired.clock.run_for(60_000)
    says(paired, "Stillnote takes nothing at the moment.")
    paired.unroute("**/api/v1/memos/*")
    desk.goto(f"{service.address}/devices/")
    expect(desk.locator("main")).to_contain_text("1 recording was still held there")
    paired.clock.run_for(60_000)
    says(paired, "“clip-4.ogg” is kept.")


def test_what_was_recorded_for_one_account_is_sent_to_no_other(paired: Page) -> None:
    paired.route("**/api/v1/memos/*", lambda route: route.abort())
    choose(paired, clip(11))
    says(paired, "Stillnote cannot be reached.")
    paired.unroute("**/api/v1/memos/*")
    paired.evaluate("localStorage.setItem('stillnote-plain-account', 'another')")
    paired.reload()
    expect(paired.locator("#held")).to_have_text("1 held here for owner")
    choose(paired, clip(12))
    says(paired, "“clip-12.ogg” is kept.")
    expect(paired.locator("#held")).to_have_text("1 held here for owner")
    paired.evaluate("localStorage.setItem('stillnote-plain-account', 'owner')")
    paired.reload()
    says(paired, "“clip-11.ogg” is kept.")


def test_a_mistake_of_the_page_is_not_called_a_network_that_is_away(paired: Page) -> None:
    paired.evaluate("void (window.fetch = () => { throw new RangeError('a mistake'); })")
    with paired.expect_event("pageerror") as told:
        choose(paired, clip(5))
    assert "a mistake" in str(told.value)
    expect(paired.locator("#line")).not_to_contain_text("mistake")
    expect(paired.locator("#line")).not_to_contain_text("reached")


def test_a_store_that_was_closed_is_opened_again(paired: Page) -> None:
    paired.evaluate(CHANGE_BY_NEWER_PAGE)
    choose(paired, clip(6))
    says(paired, "“clip-6.ogg” is kept.")


def test_a_browser_that_keeps_nothing_says_so(plain: Page, service: Service) -> None:
    plain.add_init_script(KEEPS_NOTHING)
    plain.goto(f"{service.address}/phone/")
    says(plain, "This browser cannot keep recordings.")
    expect(plain.locator("#recorder")).to_be_hidden()


def answering(status: int, code: str) -> Any:
    """Return what answers a request with a problem."""
    problem = {"type": f"http://stillnote.example/problems/{code}", "title": "a title"}

    def answer(route: Route) -> None:
        route.fulfill(status=status, json=problem, content_type="application/problem+json")

    return answer


@pytest.mark.parametrize(
    ("status", "code", "sentence"),
    [
        (410, "code-unknown", "There is no such pairing code."),
        (410, "code-used", "That pairing code was used"),
        (410, "code-expired", "That pairing code has run out"),
        (429, "too-many-requests", "Too many codes were tried."),
        (400, "cannot-seal", "cannot be sealed"),
        (503, "sealing-key-unreadable", "Whoever runs it must mend that"),
        (500, "internal-server-error", "Stillnote did not pair this phone."),
    ],
)
def test_each_trouble_with_a_code_has_its_sentence_and_leaves_the_code(
    plain: Page, service: Service, status: int, code: str, sentence: str
) -> None:
    plain.route("**/api/v1/pair", answering(status, code))
    plain.goto(f"{service.address}/phone/#pair=ABCD-EFGH")
    says(plain, sentence)
    expect(plain.get_by_label("Pairing code")).to_have_value("ABCD-EFGH")
    assert plain.locator("#steps").get_attribute("href") == f"{HELP_PAGE}#pair=ABCD-EFGH"


def test_a_code_that_could_not_be_asked_about_is_not_lost(plain: Page, desk: Page, service: Service) -> None:
    plain.route("**/api/v1/pair", lambda route: route.abort())
    plain.goto(pair(desk, service))
    says(plain, "Stillnote cannot be reached.")
    plain.unroute("**/api/v1/pair")
    plain.get_by_role("button", name="Pair").click()
    says(plain, "Paired with owner")
    assert plain.locator("#steps").get_attribute("href") == HELP_PAGE


def test_the_phone_gets_a_name_by_which_it_is_known(paired: Page, desk: Page, service: Service) -> None:
    called = paired.get_by_label("What this phone is called")
    assert called.input_value().endswith(", its own recorder")
    called.fill("Kitchen")
    paired.get_by_role("button", name="Save").click()
    says(paired, "That is its name now.")
    expect(called).to_be_hidden()
    desk.goto(f"{service.address}/devices/")
    expect(desk.locator("main")).to_contain_text("Kitchen")
