"""In a real browser: what a phone still holds is seen on the devices page, and no upload waits for its telling so."""

import time

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.support.browser import leave_to_page, pair, speak, wait_until_sent
from tests.support.service import Service

pytestmark = pytest.mark.alone

MEMOS = "**/api/v1/memos/*"
DEVICE = "**/api/v1/device"
TOLD_WITHIN = 20
"""Seconds until a word of the phone's is seen elsewhere, on a busy machine."""


def expect_shown(desk: Page, service: Service, sentence: str) -> None:
    """Look at the devices page until it says this."""
    deadline = time.monotonic() + TOLD_WITHIN
    while True:
        desk.goto(f"{service.address}/devices/")
        shown = desk.locator("main").inner_text().replace("\N{NO-BREAK SPACE}", " ")
        if sentence in shown:
            return
        assert time.monotonic() < deadline, shown
        desk.wait_for_timeout(200)


def refuse(route: Route) -> None:
    """Answer as a server whose disk is nearly full."""
    route.fulfill(status=507, content_type="application/problem+json", body="{}")


def test_what_a_phone_holds_is_seen_once_it_is_back_and_gone_when_it_was_sent(
    service: Service, phone: Page, desk: Page
) -> None:
    leave_to_page(phone)
    phone.goto(pair(desk, service))
    expect(phone.locator("#line")).to_contain_text("Paired")
    expect_shown(desk, service, "It held no recordings back when it last said so")
    phone.context.set_offline(True)
    speak(phone, 2)
    expect(phone.locator("#held")).to_have_text("1 held here")
    phone.route(MEMOS, refuse)
    phone.context.set_offline(False)
    expect_shown(
        desk, service, "1 recording was still held there less than a minute ago. It was spoken less than a minute ago."
    )
    phone.unroute(MEMOS)
    wait_until_sent(phone)
    expect_shown(desk, service, "It held no recordings back when it last said so")


def test_nothing_waits_for_a_phones_telling_and_it_tells_no_more_than_changed(
    service: Service, phone: Page, desk: Page
) -> None:
    told: list[Request] = []
    hanging: list[Route] = []
    phone.on("request", lambda request: told.append(request) if request.url.endswith("/device") else None)
    phone.route(DEVICE, lambda route: hanging.append(route))  # noqa: PLW0108 - Playwright marks its handlers
    phone.goto(pair(desk, service))
    expect(phone.locator("#line")).to_contain_text("Paired")
    for _ in range(2):
        speak(phone, 1.5)
        wait_until_sent(phone)
    assert len(told) == 1
    hanging.pop().continue_()
    expect_shown(desk, service, "It held no recordings back when it last said so")
    phone.unroute(DEVICE)
    speak(phone, 1.5)
    wait_until_sent(phone)
    phone.reload()
    expect(phone.locator("#record")).to_be_visible()
    assert len(told) == 1


def test_a_clock_that_was_set_back_keeps_no_phone_silent(service: Service, phone: Page, desk: Page) -> None:
    phone.goto(pair(desk, service))
    expect(phone.locator("#line")).to_contain_text("Paired")
    expect_shown(desk, service, "It held no recordings back when it last said so")
    told = "JSON.parse(localStorage.getItem('stillnote-told-by-token'))"
    phone.evaluate(f"""() => {{
        const told = {told};
        for (const word of Object.values(told)) word.at += 24 * 3_600_000;
        localStorage.setItem("stillnote-told-by-token", JSON.stringify(told));
    }}""")
    with phone.expect_request(DEVICE):
        phone.reload()
