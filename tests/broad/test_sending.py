"""In a real browser: the phone's page opens without a network, sends while it is closed, and keeps what is refused."""

import base64
import io
import json
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import av
import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Browser, Page, Route, expect
from playwright.sync_api import Error as PlaywrightError

from capture.core.sealed import is_sealed
from capture.services.sealing import KEY_FILE
from tests.support.browser import (
    PHONE,
    PHONE_PERMISSIONS,
    PHONE_STORE,
    held,
    hold_recordings,
    pair,
    speak,
    wait_for_worker,
    wait_until,
    wait_until_sent,
)
from tests.support.service import Service
from tests.support.service_rows import number, rows
from tests.support.web_server import speech

pytestmark = pytest.mark.alone

MEMOS = "SELECT count(*) FROM capture_memo"
UPLOADS = "**/api/v1/uploads/*"
SHARE = """async (size) => {
    const form = new FormData();
    form.append("audio", new File(["OggS" + "x".repeat(size)], "walk.ogg", { type: "audio/ogg" }));
    return (await fetch("share", { method: "POST", body: form })).status;
}"""
TELL_SPOKEN = """
const Recorder = window.MediaRecorder;
window.MediaRecorder = class extends Recorder {
    constructor(...given) {
        super(...given);
        this.addEventListener("dataavailable", async ({ data }) => {
            const bytes = new Uint8Array(await data.arrayBuffer());
            window.tellSpoken(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")));
        });
    }
};"""
ALL_STORED = """async () => {
    const answer = (request) => new Promise((done) => (request.onsuccess = () => done(request.result)));
    const text = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    const found = [];
    for (const { name } of await indexedDB.databases()) {
        const database = await answer(indexedDB.open(name));
        for (const store of database.objectStoreNames) {
            for (const row of await answer(database.transaction(store).objectStore(store).getAll())) {
                const values = Object.values(Object(row));
                const binary = values.filter((value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value));
                found.push(...binary.map((value) => text(new Uint8Array(value))));
            }
        }
        database.close();
    }
    return found;
}"""
DATED = "SELECT client_id, id, recorded_at, date_assumed FROM capture_memo"
SEAL_KEY = "import('/static/capture/phone/sealing.js').then(({ sealKey }) => sealKey())"
HEARD = "SELECT path, text FROM capture_memo AS memo LEFT JOIN transcription_transcript ON memo_id = memo.id"
WEBM = b"\x1aE\xdf\xa3"


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """Give a phone whose browser may complain: it is refused on purpose."""
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, permissions=PHONE_PERMISSIONS)
    yield context.new_page()
    context.close()


def paired(phone: Page, desk: Page, service: Service) -> Page:
    """Pair the phone, and wait until its page is kept."""
    phone.goto(pair(desk, service))
    expect(phone.locator("#line")).to_contain_text("Paired")
    wait_for_worker(phone)
    return phone


def test_the_page_opens_cold_without_a_network_and_what_is_spoken_goes_out_while_it_is_closed(
    service: Service, phone: Page, desk: Page
) -> None:
    before = number(service, MEMOS)
    context = paired(phone, desk, service).context
    phone.close()
    context.set_offline(True)
    cold = context.new_page()
    cold.goto(f"{service.address}/phone/")
    speak(cold, 1.5)
    expect(cold.locator("#held")).to_have_text("1 held here")
    cold.close()
    context.set_offline(False)
    other = context.new_page()
    other.goto(f"{service.address}/healthz")  # a page that sends nothing, to speak to the browser by
    wake_worker(other, service)
    deadline = time.monotonic() + 20
    while held(other, PHONE_STORE):
        assert time.monotonic() < deadline, "the worker did not send it"
        other.wait_for_timeout(100)
    assert number(service, MEMOS) == before + 1


def wake_worker(page: Page, service: Service) -> None:
    """Let the browser wake the phone's worker, as it does when there is a network again."""
    browser = page.context.new_cdp_session(page)
    found: list[str] = []
    browser.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: found.extend(one["registrationId"] for one in told["registrations"]),
    )
    browser.send("ServiceWorker.enable")
    while not found:
        page.wait_for_timeout(100)
    woken = {"origin": service.address, "registrationId": found[0], "tag": "outbox", "lastChance": False}
    browser.send("ServiceWorker.dispatchSyncEvent", woken)


def refused(status: int, code: str, **headers: str) -> object:
    """Return what answers every upload by a problem."""

    def answer(route: Route) -> None:
        body = json.dumps({"type": f"https://notes.example.org/problems/{code}", "title": "", "status": status})
        route.fulfill(status=status, content_type="application/problem+json", body=body, headers=headers)

    return answer


REFUSALS = [
    (429, "too-many-requests", ""),
    (460, "wrong-checksum", ""),
    (409, "wrong-offset", ""),
    (401, "revoked-token", ""),
    (507, "quota", "no room left for your account"),
    (507, "disk-nearly-full", "The disk there is nearly full"),
    (415, "not-audio", "1 not taken there"),
]


def test_what_is_refused_is_kept_and_told_and_sent_when_it_is_taken(service: Service, phone: Page, desk: Page) -> None:
    before = number(service, MEMOS)
    paired(phone, desk, service)
    tomorrow = "2031-01-01T03:12:00+01:00"
    hold_recordings(phone, {str(uuid.uuid4()): speech(9)}, tomorrow)
    for status, code, told in REFUSALS:
        phone.route(UPLOADS, refused(status, code))  # type: ignore[arg-type]  # a handler
        phone.reload()
        expect(phone.locator("#held")).to_contain_text("1 held here")
        expect(phone.locator("#held")).to_contain_text(told)
        if status == 401:
            expect(phone.locator("#line")).to_contain_text("not paired")
        phone.unroute(UPLOADS)
    with phone.expect_download() as download:
        phone.get_by_role("button", name="Save unsent recordings as files").click()
    assert download.value.suggested_filename.startswith("2031-01-01T03-12-00 ")
    assert download.value.path().read_bytes() == speech(9)
    assert number(service, MEMOS) == before
    phone.reload()
    wait_until_sent(phone)
    assert number(service, MEMOS) == before + 1


def test_a_phone_that_is_unpaired_loses_nothing_says_so_and_sends_when_it_is_paired_again(
    service: Service, phone: Page, desk: Page
) -> None:
    """By the service itself, whose answers are made up above."""
    before = number(service, MEMOS)
    paired(phone, desk, service)
    desk.goto(f"{service.address}/devices/")
    newest = desk.locator("li[id^=device-]").first
    newest.get_by_text("Change", exact=True).click()
    newest.get_by_role("link", name="Unpair").click()
    desk.get_by_role("button", name="Unpair it").click()
    expect(desk.get_by_text("The device is unpaired.")).to_be_visible()
    hold_recordings(phone, {str(uuid.uuid4()): speech(51)}, "2026-11-30T03:12:00+01:00")
    phone.reload()
    expect(phone.locator("#line")).to_contain_text("not paired")
    assert held(phone, PHONE_STORE) == 1
    phone.goto(pair(desk, service))
    wait_until_sent(phone)
    assert number(service, MEMOS) == before + 1


def test_a_clock_that_is_a_day_wrong_loses_nothing_and_what_is_of_tomorrow_says_when_it_came_in(
    service: Service, phone: Page, desk: Page
) -> None:
    paired(phone, desk, service)
    now = datetime.now(UTC)
    told = {days: (now + timedelta(days=days)).isoformat(timespec="seconds") for days in (-1, 1)}
    ids = {days: str(uuid.uuid4()) for days in told}
    for days, at in told.items():
        hold_recordings(phone, {ids[days]: speech(60 + days)}, at)
    phone.reload()
    wait_until_sent(phone)
    found = {client_id: kept for client_id, *kept in rows(service, DATED)}
    _, behind, is_assumed_behind = found[ids[-1]]
    memo, ahead, is_assumed_ahead = found[ids[1]]
    assert (str(behind)[:19], bool(is_assumed_behind)) == (told[-1][:19].replace("T", " "), False)
    assert datetime.fromisoformat(f"{ahead}+00:00") - now < timedelta(minutes=2)
    assert is_assumed_ahead
    desk.goto(f"{service.address}/memos/{uuid.UUID(str(memo))}/")
    expect(desk.get_by_text("this is when it came in").first).to_be_attached()


def test_another_recording_under_the_same_id_is_overwritten_on_neither_side(
    service: Service, phone: Page, desk: Page
) -> None:
    before = number(service, MEMOS)
    paired(phone, desk, service)
    client_id = str(uuid.uuid4())
    for seed in (31, 32):
        hold_recordings(phone, {client_id: speech(seed)}, "2026-11-30T03:12:00+01:00")
        phone.reload()
        wait_until_sent(phone)
    assert number(service, MEMOS) == before + 2


def test_what_another_app_shares_is_held_and_sent(service: Service, phone: Page, desk: Page) -> None:
    before = rows(service, "SELECT bytes FROM capture_memo")
    paired(phone, desk, service)
    assert phone.evaluate(SHARE, 5000) == 200
    assert held(phone, PHONE_STORE) == 1
    assert stored_bytes(phone) == [b"OggS" + b"x" * 5000]  # the control: what is not sealed is found
    phone.reload()
    phone.get_by_role("button", name="Keep and send").click()
    wait_until_sent(phone)
    assert len(rows(service, "SELECT bytes FROM capture_memo")) == len(before) + 1


def test_what_another_site_posts_there_is_sent_by_nobody_but_who_keeps_it(
    service: Service, phone: Page, desk: Page
) -> None:
    before = number(service, MEMOS)
    paired(phone, desk, service)
    phone.goto(f"data:text/html,{STRANGE_FORM.replace('PHONE', phone.url)}")
    file = {"name": "walk.ogg", "mimeType": "audio/ogg", "buffer": speech(41)}
    phone.set_input_files("input", file)  # type: ignore[arg-type]  # a file's payload
    phone.get_by_role("button", name="See").click()
    question = phone.locator("#offered")
    expect(question).to_contain_text("Shared to this page: 1.")
    assert held(phone, PHONE_STORE) == 1
    expect(phone.locator("#held")).to_have_text("")
    question.get_by_role("button", name="Throw away").click()
    wait_until_sent(phone)
    assert number(service, MEMOS) == before


STRANGE_FORM = """<form method="post" enctype="multipart/form-data" action="PHONEshare">
<input type="file" name="audio"><button>See</button></form>"""


@pytest.fixture
def spoken(phone: Page) -> list[bytes]:
    """What the phone's recorder gave to its page, slice by slice, as it came."""
    slices: list[bytes] = []
    phone.context.expose_function("tellSpoken", lambda told: slices.append(base64.b64decode(told)))
    phone.context.add_init_script(TELL_SPOKEN)
    return slices


def stored_bytes(phone: Page) -> list[bytes]:
    """Return all binary values of all databases of the phone's page."""
    return [base64.b64decode(told) for told in phone.evaluate(ALL_STORED)]


def decodes(content: bytes) -> bool:
    """Return whether any sound can be had of it."""
    try:
        with av.open(io.BytesIO(content), "r") as audio:
            return next(audio.decode(audio=0), None) is not None
    except (av.FFmpegError, IndexError):
        return False


def kept(service: Service) -> dict[bytes, str]:
    """Return all recordings, as they are kept, each with what was heard in it so far."""
    found = rows(service, HEARD)
    return {Path(service.home / "audio" / str(path)).read_bytes(): text or "" for path, text in found}


def paired_to_seal(phone: Page, desk: Page, service: Service) -> None:
    """Pair the phone so that it seals, and wait until its page is kept."""
    phone.goto(pair(desk, service, seals=True))
    wait_until(phone, SEAL_KEY)
    wait_for_worker(phone)


def test_a_sealed_phone_holds_no_sound_and_what_arrives_is_what_was_spoken_and_is_heard(
    service: Service, phone: Page, spoken: list[bytes], desk: Page
) -> None:
    paired(phone, desk, service)
    paired_to_seal(phone, desk, service)
    phone.context.set_offline(True)
    speak(phone, 4)
    expect(phone.locator("#held")).to_contain_text("1 held here")
    assert decodes(b"".join(spoken))
    assert spoken[0].startswith(WEBM)
    assert phone.evaluate(SHARE, 5000) == 200
    stored = stored_bytes(phone)
    assert len(stored) >= len(spoken) + 3
    for content in (*stored, b"".join(stored)):
        assert not any(part in content for part in (*spoken, WEBM, b"OggS", b"Opus", b"xxxx"))
        assert not decodes(content)
    with phone.expect_download() as download:
        phone.get_by_role("button", name="Save unsent recordings as files").click()
    assert download.value.suggested_filename.endswith(".sealed")
    assert is_sealed(download.value.path().read_bytes())
    phone.context.set_offline(False)
    phone.reload()
    phone.get_by_role("button", name="Keep and send").click()
    wait_until_sent(phone)
    assert {b"".join(spoken), b"OggS" + b"x" * 5000} <= kept(service).keys()
    assert rows(service, "SELECT count(*) FROM capture_sealedcopy WHERE is_whole") == [(2,)]
    deadline = time.monotonic() + 60
    while not kept(service)[b"".join(spoken)]:
        assert time.monotonic() < deadline, "nothing was heard"
        time.sleep(0.2)


def test_a_browser_that_cannot_seal_is_not_paired_for_it_and_the_code_stays_good(
    service: Service, browser: Browser, phone: Page, desk: Page
) -> None:
    link = pair(desk, service, seals=True)
    plain = render_to_string("capture/plain.html")
    phone.route("**/phone/", lambda route: route.fulfill(body=plain, content_type="text/html"))
    phone.goto(link)
    expect(phone.locator("#line")).to_contain_text("cannot be sealed")
    phone.unroute("**/phone/")
    phone.goto("about:blank")
    phone.context.add_init_script("crypto.subtle.generateKey = () => Promise.reject(new Error('too old'))")
    phone.goto(link)
    expect(phone.locator("#line")).to_contain_text("cannot seal what it records")
    assert phone.evaluate("localStorage.getItem('stillnote-token')") is None
    younger = browser.new_page()
    younger.goto(link)
    expect(younger.locator("#line")).to_contain_text("Paired")
    younger.context.close()


def test_what_a_killed_phone_had_sealed_arrives(service: Service, phone: Page, spoken: list[bytes], desk: Page) -> None:
    paired_to_seal(phone, desk, service)
    phone.touchscreen.tap(200, 400)
    while len(spoken) < 4:
        phone.wait_for_timeout(100)
    again = phone.context.new_page()
    with pytest.raises(PlaywrightError):
        phone.goto("chrome://crash")
    again.wait_for_timeout(1000)  # its worker dies with it, and is there again
    again.goto(f"{service.address}/phone/")
    wait_until_sent(again)
    (arrived,) = (audio for audio in kept(service) if audio and b"".join(spoken).startswith(audio))
    assert len(arrived) >= len(b"".join(spoken[:3]))
    assert decodes(arrived)
    assert rows(service, "SELECT count(*) FROM capture_sealedcopy WHERE NOT is_whole") == [(1,)]
    before = again.evaluate(SEAL_KEY)
    (service.home / KEY_FILE).rename(service.home / "aside")  # as in a copy that was restored without it
    again.evaluate("localStorage.removeItem('stillnote-told')")
    with again.expect_response("**/api/v1/device"):
        again.reload()
    wait_until(again, f"{SEAL_KEY}.then((key) => key !== {json.dumps(before)})")
    (service.home / "aside").rename(service.home / KEY_FILE)
