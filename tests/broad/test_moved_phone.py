"""In a real browser: a link never moves a paired phone to another account, nor what was recorded before."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import (
    DESK,
    PHONE_STORE,
    held,
    leave_to_page,
    log_in,
    pair,
    speak,
    wait_for_worker,
    wait_until,
    wait_until_sent,
)
from tests.support.path_proxy import Renewed, running_older
from tests.support.phone_store import OFFERED, SHARE, stored_bytes
from tests.support.service import Service
from tests.support.service_rows import rows

pytestmark = pytest.mark.alone

SENDING = re.compile("/api/v1/(memos|uploads)/")
OLD_PAGES = Path(__file__).parents[1] / "assets" / "old_pages"
RENEW = "navigator.serviceWorker.getRegistration().then((found) => found.update())"
RENEWED = "navigator.serviceWorker.getRegistration().then(({ installing, waiting }) => !installing && !waiting)"
KEEP_SEAL_KEY = """async (key) => {
    const opening = indexedDB.open("stillnote-sealing");
    opening.onupgradeneeded = () => opening.result.createObjectStore("keys");
    await new Promise((done) => (opening.onsuccess = done));
    const keys = opening.result.transaction("keys", "readwrite").objectStore("keys");
    keys.put(key, localStorage.getItem("stillnote-token"));
    keys.put(key, "current");
    await new Promise((done) => (keys.transaction.oncomplete = done));
    opening.result.close();
}"""
SEAL_KEY = "j0DFrbaPJWJK5bIU6nZ6ls2ULZ09e14a0bpvPiE4KF8="
"""The public key of docs/recorder.md."""
WEBM = b"\x1aE\xdf\xa3"
TOKEN = "localStorage.getItem('stillnote-token')"


def memos(service: Service) -> dict[str, int]:
    """Count what each account received."""
    asked = (
        "SELECT username, count(capture_memo.id) FROM capture_user LEFT JOIN capture_memo "
        "ON capture_memo.user_id = capture_user.id GROUP BY username"
    )
    return dict(rows(service, asked))


@pytest.fixture(scope="module")
def stranger_password(service: Service) -> str:
    return service.manage("adduser", "stranger").split()[-1]


@pytest.fixture
def stranger(browser: Browser, service: Service, stranger_password: str) -> Iterator[Page]:
    context = browser.new_context(viewport=DESK)
    page = context.new_page()
    log_in(page, service.address, "stranger", stranger_password)
    yield page
    context.close()


def hold_one(phone: Page) -> None:
    """Speak where nothing can be sent."""
    phone.context.set_offline(True)
    speak(phone, 2)
    expect(phone.locator("#held")).to_have_text("1 held here")


def test_a_link_of_another_account_asks_and_a_touch_elsewhere_still_records_for_the_first(
    service: Service, phone: Page, desk: Page, stranger: Page
) -> None:
    before = memos(service)
    phone.goto(pair(desk, service))
    expect(phone.locator("#line")).to_contain_text("Paired with owner")
    token = phone.evaluate(TOKEN)
    link = pair(stranger, service)
    hold_one(phone)
    phone.context.set_offline(False)
    for address in ("about:blank", link):
        phone.goto(address)
    moving = phone.locator("#moving")
    expect(moving).to_contain_text("This phone sends to owner.")
    expect(moving).to_contain_text("asks it to send to stranger")
    speak(phone, 2)
    wait_until_sent(phone)
    assert phone.evaluate(TOKEN) == token
    assert memos(service) == {**before, "owner": before["owner"] + 2}
    expect(moving).to_be_visible()
    phone.reload()
    expect(moving).to_be_visible()
    phone.get_by_role("button", name="Stay with owner").click()
    expect(moving).to_be_hidden()
    assert phone.evaluate(TOKEN) == token
    assert "#" not in phone.url


def hold_one_for_owner(phone: Page, desk: Page, service: Service) -> None:
    """Pair a phone with the owner, and record what it cannot send."""
    leave_to_page(phone)
    phone.goto(pair(desk, service))
    expect(phone.locator("#line")).to_contain_text("Paired with owner")
    phone.route(SENDING, lambda route: route.abort("internetdisconnected"))
    speak(phone, 2)
    expect(phone.locator("#held")).to_have_text("1 held here")


def test_what_was_recorded_before_goes_to_the_account_it_was_recorded_for(
    service: Service, phone: Page, desk: Page, stranger: Page
) -> None:
    before = memos(service)
    hold_one_for_owner(phone, desk, service)
    phone.goto(pair(stranger, service))
    phone.get_by_role("button", name="Send to stranger").click()
    expect(phone.locator("#line")).to_contain_text("Paired with stranger")
    speak(phone, 2)
    expect(phone.locator("#held")).to_have_text("1 held here · 1 held here for owner")
    phone.unroute(SENDING)
    phone.reload()
    wait_until_sent(phone)
    after = {**before, "owner": before["owner"] + 1, "stranger": before["stranger"] + 1}
    assert memos(service) == after


def test_an_unpaired_account_gets_its_recordings_back_when_it_pairs_again(
    service: Service, phone: Page, desk: Page, stranger: Page
) -> None:
    before = memos(service)
    hold_one_for_owner(phone, desk, service)
    with closing(sqlite3.connect(service.home / "stillnote.sqlite3")) as database:
        database.execute("UPDATE capture_device SET revoked_at = datetime('now') WHERE revoked_at IS NULL")
        database.commit()
    phone.goto(pair(stranger, service))
    phone.get_by_role("button", name="Send to stranger").click()
    expect(phone.locator("#line")).to_contain_text("Paired with stranger")
    expect(phone.locator("#held")).to_have_text("1 held here for owner")
    assert memos(service) == before
    phone.goto(pair(desk, service))
    phone.get_by_role("button", name="Send to owner").click()
    expect(phone.locator("#line")).to_contain_text("Paired with owner")
    phone.unroute(SENDING)
    phone.reload()
    wait_until_sent(phone)
    assert memos(service) == {**before, "owner": before["owner"] + 1}


def test_a_phone_paired_before_recordings_knew_their_pairing_keeps_them_for_it(
    service: Service, phone: Page, desk: Page, stranger: Page
) -> None:
    before = memos(service)
    hold_one_for_owner(phone, desk, service)
    phone.evaluate(
        f"""async () => {{
            localStorage.removeItem("stillnote-accounts");
            const opening = indexedDB.open("{PHONE_STORE}");
            await new Promise((done) => (opening.onsuccess = done));
            const rows = opening.result.transaction("recordings", "readwrite").objectStore("recordings");
            const asked = rows.getAll();
            await new Promise((done) => (asked.onsuccess = done));
            for (const row of asked.result) {{ delete row.token; rows.put(row); }}
            await new Promise((done) => (rows.transaction.oncomplete = done));
            opening.result.close();
        }}"""
    )
    for address in ("about:blank", pair(stranger, service)):
        phone.goto(address)
    phone.get_by_role("button", name="Send to stranger").click()
    expect(phone.locator("#held")).to_have_text("1 held here for owner")
    phone.unroute(SENDING)
    phone.reload()
    wait_until_sent(phone)
    assert memos(service) == {**before, "owner": before["owner"] + 1}


def test_a_second_link_of_the_same_account_changes_nothing(service: Service, phone: Page, desk: Page) -> None:
    phone.goto(pair(desk, service))
    expect(phone.locator("#line")).to_contain_text("Paired with owner")
    token = phone.evaluate(TOKEN)
    phone.goto(pair(desk, service))
    expect(phone.locator("#line")).to_contain_text("already")
    wait_until(phone, "location.hash === ''")
    assert phone.evaluate(TOKEN) == token
    assert held(phone, PHONE_STORE) == 0


@pytest.mark.parametrize("old", ["2026-11-25", "2026-11-30"])
def test_an_old_page_loses_nothing_when_the_service_is_a_newer_one(
    service: Service, phone: Page, desk: Page, old: str
) -> None:
    before = memos(service)
    leave_to_page(phone)
    with running_older(service.address, OLD_PAGES / old) as renewed:
        phone.goto(pair(desk, service).replace(service.address, renewed.address))
        expect(phone.locator("#line")).to_contain_text("Paired")
        hold_one(phone)
        renewed.renew()
        phone.context.set_offline(False)
        wait_until_sent(phone)
        assert memos(service) == {**before, "owner": before["owner"] + 1}
        phone.route(SENDING, lambda route: route.abort("internetdisconnected"))
        speak(phone, 1)
        expect(phone.locator("#held")).to_contain_text("1 held here")
        phone.unroute(SENDING)
        while not phone.locator("#room").count():  # not in the old ones
            phone.reload()
        wait_until_sent(phone)
        speak(phone, 1)
        wait_until_sent(phone)
        assert memos(service) == {**before, "owner": before["owner"] + 3}
        assert [answer for answer in renewed.answers if answer[1] >= 400] == []


@pytest.fixture
def older(service: Service, phone: Page, desk: Page) -> Iterator[Renewed]:
    """A phone that was paired at an older service, whose first app it shows; the service is a newer one by now."""
    leave_to_page(phone)
    with running_older(service.address, OLD_PAGES / "2026-11-30") as renewed:
        phone.goto(pair(desk, service).replace(service.address, renewed.address))
        expect(phone.locator("#line")).to_contain_text("Paired")
        wait_for_worker(phone)
        renewed.renew()
        yield renewed


def renew_worker(older_page: Page) -> None:
    """Let the service worker of today take the place of an older one."""
    older_page.evaluate(RENEW)
    wait_until(older_page, RENEWED)


def open_beside(older_page: Page) -> Page:
    """Open the page of today in another tab, beside an older one that stays as it is."""
    renew_worker(older_page)
    younger = older_page.context.new_page()
    younger.goto(older_page.url)
    expect(younger.locator("#room")).to_be_attached()
    return younger


def test_an_old_page_sends_nothing_that_was_only_offered(service: Service, older: Renewed, phone: Page) -> None:
    before = memos(service)["owner"]
    younger = open_beside(phone)
    assert younger.evaluate(SHARE, 5000) == 200
    speak(phone, 1)
    wait_until_sent(phone)
    younger.reload()
    assert held(younger, OFFERED) == 1
    assert memos(service)["owner"] == before + 1
    younger.get_by_role("button", name="Keep and send").click()
    wait_until(younger, "document.getElementById('offered').hidden")
    wait_until_sent(younger)
    assert (held(younger, OFFERED), memos(service)["owner"]) == (0, before + 2)
    assert not phone.locator("#room").count()


def test_what_a_page_of_before_held_as_offered_is_still_asked_for(service: Service, phone: Page, desk: Page) -> None:
    before = memos(service)["owner"]
    phone.goto(pair(desk, service))
    expect(phone.locator("#line")).to_contain_text("Paired")
    phone.evaluate("""async () => {
        const { openStore } = await import("/static/capture/sending/store.js");
        const store = await openStore("stillnote-phone");
        await store.take(new File(["OggS of before"], "walk.ogg", { type: "audio/ogg" }));
        for (const one of await store.held()) await store.note(one, { isOffered: true });
    }""")
    phone.reload()
    expect(phone.locator("#offered")).to_contain_text("Shared to this page: 1.")
    assert (held(phone, OFFERED), held(phone, PHONE_STORE)) == (1, 0)
    phone.get_by_role("button", name="Keep and send").click()
    wait_until(phone, "document.getElementById('offered').hidden")
    wait_until_sent(phone)
    assert memos(service)["owner"] == before + 1


@pytest.mark.parametrize("when", ["paired", "renewed"])
def test_an_old_page_is_opened_anew_where_its_phone_seals_and_loses_nothing(
    service: Service, older: Renewed, phone: Page, desk: Page, when: str
) -> None:
    """Whether the phone is paired so, or did before the service worker of today came."""
    before = memos(service)["owner"]
    phone.context.route(SENDING, lambda route: route.abort("internetdisconnected"))
    speak(phone, 1)
    expect(phone.locator("#held")).to_contain_text("1 held here")
    if when == "paired":
        open_beside(phone).goto(pair(desk, service, seals=True).replace(service.address, older.address))
    else:
        phone.evaluate(KEEP_SEAL_KEY, SEAL_KEY)
        renew_worker(phone)
    expect(phone.locator("#room")).to_be_attached(timeout=20_000)
    phone.context.unroute(SENDING)
    phone.reload()
    wait_until_sent(phone)
    assert memos(service)["owner"] == before + 1
    phone.context.set_offline(True)
    speak(phone, 1)
    expect(phone.locator("#held")).to_have_text("1 held here")
    assert stored_bytes(phone)
    assert not any(WEBM in content for content in stored_bytes(phone))
