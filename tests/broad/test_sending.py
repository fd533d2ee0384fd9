"""In a real browser: the phone's page opens without a network, sends while it is closed, and keeps what is refused."""

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from capture.views.phone import MAX_SHARED_BYTES, MAX_SHARED_FILES
from tests.support.browser import (
    PHONE_STORE,
    held,
    hold_recordings,
    pair,
    paired,
    speak,
    tried_phone,
    wait_until,
    wait_until_empty,
    wait_until_sent,
)
from tests.support.phone_store import OFFERED, SHARE, stored_bytes
from tests.support.service import Service
from tests.support.service_rows import number, rows
from tests.support.web_server import speech

pytestmark = pytest.mark.alone

MEMOS = "SELECT count(*) FROM capture_memo"
UPLOADS = "**/api/v1/uploads/*"
WRONG_DIGEST = """
const digest = crypto.subtle.digest.bind(crypto.subtle);
crypto.subtle.digest = async (...asked) => {
    const bytes = new Uint8Array(await digest(...asked));
    bytes[0] ^= localStorage.getItem("wrong") ? 1 : 0;
    return bytes.buffer;
};"""
DATED = "SELECT client_id, id, recorded_at, date_assumed FROM capture_memo"


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    with tried_phone(browser) as page:
        yield page


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
    wait_until_empty(other, PHONE_STORE)
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


def test_what_is_never_taken_is_thrown_away_by_who_says_so_twice(service: Service, phone: Page, desk: Page) -> None:
    before = number(service, MEMOS)
    paired(phone, desk, service)
    hold_recordings(phone, {str(uuid.uuid4()): b"no audio at all, " * 9}, "2026-11-30T03:12:00+01:00")
    phone.reload()
    expect(phone.locator("#held")).to_contain_text("1 held here · 1 not taken there")
    for answer, left in (("Keep it", 1), ("Throw away", 0)):
        phone.get_by_role("button", name="Throw away what was not taken").click()
        expect(phone.locator("#sure")).to_contain_text("nowhere else")
        phone.get_by_role("button", name=answer, exact=True).click()
        wait_until(phone, f"document.getElementById('discarding').hidden === {str(not left).lower()}")
        assert held(phone, PHONE_STORE) == left
    expect(phone.locator("#held")).to_be_empty()
    assert number(service, MEMOS) == before


def test_a_recording_that_arrives_as_another_is_refused_by_the_service_kept_and_sent_anew(
    service: Service, phone: Page, desk: Page
) -> None:
    """By its hash as a whole: the page gives no checksum of a part, so that 460 is never the answer to it."""
    before = number(service, MEMOS)
    paired(phone, desk, service)
    hold_recordings(phone, {str(uuid.uuid4()): speech(52)}, "2026-11-30T03:12:00+01:00")
    phone.evaluate("localStorage.setItem('wrong', 'yes')")
    phone.context.add_init_script(WRONG_DIGEST)
    with phone.expect_response(lambda answer: answer.status == 400):
        phone.reload()
    expect(phone.locator("#held")).to_contain_text("1 held here · 1 not taken there")
    assert (held(phone, PHONE_STORE), number(service, MEMOS)) == (1, before)
    phone.evaluate("localStorage.removeItem('wrong')")
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
    assert (held(phone, OFFERED), held(phone, PHONE_STORE)) == (1, 0)
    assert stored_bytes(phone) == [b"OggS" + b"x" * 5000]  # the control: what is not sealed is found
    phone.reload()
    phone.get_by_role("button", name="Keep and send").click()
    wait_until_sent(phone)
    assert len(rows(service, "SELECT bytes FROM capture_memo")) == len(before) + 1


def test_more_than_is_held_unasked_is_refused_in_a_sentence(service: Service, phone: Page, desk: Page) -> None:
    paired(phone, desk, service)
    share = """async ([size, count]) => {
        const form = new FormData();
        const file = new File([new Uint8Array(size)], "walk.ogg", { type: "audio/ogg" });
        for (let number = 0; number < count; number++) form.append("audio", file);
        const answer = await fetch("share", { method: "POST", body: form });
        return [answer.status, await answer.text()];
    }"""
    status, sentence = phone.evaluate(share, [MAX_SHARED_BYTES + 1, 1])
    assert status == 413
    assert sentence.startswith("More was shared than this page holds")
    assert phone.evaluate(share, [10, MAX_SHARED_FILES + 1])[0] == 413
    assert phone.evaluate(share, [10, MAX_SHARED_FILES])[0] == 200
    assert phone.evaluate(share, [10, 1])[0] == 413
    assert held(phone, OFFERED) == MAX_SHARED_FILES


SHARE_AT_ONCE = """async ([times, count]) => {
    const form = new FormData();
    for (let number = 0; number < count; number++) form.append("audio", new File(["OggS"], "walk.ogg"));
    const answers = Array.from({ length: times }, () => fetch("share", { method: "POST", body: form }));
    return (await Promise.all(answers)).map(({ status }) => status);
}"""
SHARE_WITHOUT_END = """async () => {
    const boundary = "edge";
    const head = `--${boundary}\\r\\nContent-Disposition: form-data; name="audio"; filename="a.ogg"\\r\\n\\r\\n`;
    const part = new Uint8Array(1024 * 1024);
    const given = { bytes: 0, isLeft: false };
    const body = new ReadableStream({
        start: (form) => form.enqueue(new TextEncoder().encode(head)),
        pull: (form) => {
            given.bytes += part.length;
            form.enqueue(part);
        },
        cancel: () => (given.isLeft = true),
    });
    const headers = { "Content-Type": `multipart/form-data; boundary=${boundary}` };
    const { status } = await fetch("share", { method: "POST", body, headers, duplex: "half" });
    return [status, given.isLeft, given.bytes];
}"""
SHARE_TEXT_BESIDE = """async (size) => {
    const form = new FormData();
    form.append("audio", "text");
    for (const half of [1, 2]) form.append("audio", new File([new Uint8Array(size / 2 + half)], "walk.ogg"));
    return (await fetch("share", { method: "POST", body: form })).status;
}"""


def test_no_more_is_held_unasked_however_it_is_shared(service: Service, phone: Page, desk: Page) -> None:
    """Ten times as much at once; text among the files, which has no size; and what has no end is not read to it."""
    paired(phone, desk, service)
    status, is_left, read = phone.evaluate(SHARE_WITHOUT_END)
    assert (status, is_left) == (413, True)
    assert read < 1.1 * MAX_SHARED_BYTES
    assert phone.evaluate(SHARE_TEXT_BESIDE, MAX_SHARED_BYTES) == 413
    assert held(phone, OFFERED) == 0
    statuses = phone.evaluate(SHARE_AT_ONCE, [10, MAX_SHARED_FILES // 5])
    assert sorted(statuses) == [200] * 5 + [413] * 5
    assert held(phone, OFFERED) == MAX_SHARED_FILES


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
    assert (held(phone, OFFERED), held(phone, PHONE_STORE)) == (1, 0)
    expect(phone.locator("#held")).to_have_text("")
    question.get_by_role("button", name="Throw away").click()
    expect(question).to_be_hidden()
    wait_until_empty(phone, OFFERED)  # which it is a moment after the question is hidden
    wait_until_sent(phone)
    assert number(service, MEMOS) == before


STRANGE_FORM = """<form method="post" enctype="multipart/form-data" action="PHONEshare">
<input type="file" name="audio"><button>See</button></form>"""
