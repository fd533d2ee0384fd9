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
    wait_until,
    wait_until_sent,
)
from tests.support.path_proxy import running_older
from tests.support.service import Service
from tests.support.service_rows import rows

pytestmark = pytest.mark.alone

SENDING = re.compile("/api/v1/(memos|uploads)/")
OLD_PAGES = Path(__file__).parents[1] / "assets" / "old_pages"
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
