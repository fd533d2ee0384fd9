"""In a real browser: the page of plain HTTP sends what is taken, whatever stands before it in the queue."""

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import FilePayload, Page, Route, expect

from tests.support.browser import pair
from tests.support.phone import states
from tests.support.service import Service
from tests.support.web_server import speech

pytestmark = pytest.mark.alone

BAD = b"no recording at all"
ONE_AFTER_THE_OTHER = "let given = 0; Crypto.prototype.getRandomValues = (bytes) => bytes.fill(given++);"
KEPT = """async () => {
    const opening = indexedDB.open("stillnote-plain");
    await new Promise((done) => (opening.onsuccess = done));
    const rows = opening.result.transaction("recordings").objectStore("recordings").getAll();
    await new Promise((done) => (rows.onsuccess = done));
    return rows.result.map(({ audio }) => [audio instanceof ArrayBuffer, audio.byteLength]);
}"""


def refuse_bad(route: Route) -> None:
    """Give no receipt for what is no recording; all else reaches the service."""
    if route.request.post_data_buffer == BAD:
        route.fulfill(json={"title": "no receipt"})
    else:
        route.continue_()


def test_a_recording_that_is_refused_holds_up_no_other_and_stays(service: Service, phone: Page, desk: Page) -> None:
    before = states(service)["memos"]
    plain = render_to_string("capture/plain.html")
    phone.add_init_script(ONE_AFTER_THE_OTHER)
    phone.route("**/phone/", lambda route: route.fulfill(body=plain, content_type="text/html"))
    phone.route("**/api/v1/memos/*", refuse_bad)
    phone.goto(pair(desk, service))
    expect(phone.locator("#line")).to_contain_text("Paired")
    files = [FilePayload(name="a.ogg", mimeType="audio/ogg", buffer=sound) for sound in (BAD, speech(7))]
    phone.locator("input[type=file]").set_input_files(files[0])
    expect(phone.locator("#line")).to_contain_text("did not take this recording")
    phone.locator("input[type=file]").set_input_files(files[1])
    phone.wait_for_timeout(2000)
    expect(phone.locator("#line")).to_contain_text("did not take this recording")
    assert phone.evaluate(KEPT) == [[True, len(BAD)]]
    assert states(service)["memos"] == before + 1
