"""All of the service works below a path of an address that others share."""

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser import DESK, Complaints, speak, wait_until_sent
from tests.support.path_proxy import running_path_proxy
from tests.support.phone import states
from tests.support.service import Service, free_port

pytestmark = pytest.mark.alone

PATH = "/notes"
PAGES = ("", "topics/", "devices/", "settings/", "health/", "jobs/", "archive/", "vocabulary/", "digest/")


@pytest.mark.parametrize("takes_path_off", [True, False])
def test_pages_styles_scripts_and_the_phone_work_below_a_path(browser: Browser, *, takes_path_off: bool) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}{PATH}"
    with (
        Service({"STILLNOTE_URL": address, "SWEEP_SECONDS": "2"}) as service,
        running_path_proxy(port, service.address, PATH, takes_path_off=takes_path_off) as outside,
    ):
        context = browser.new_context(viewport=DESK, has_touch=True, permissions=["microphone"])
        complaints = Complaints(context)
        desk = context.new_page()
        desk.goto(f"{address}/")
        assert desk.url.startswith(f"{address}/login/")
        desk.fill("input[name=username]", "owner")
        desk.fill("input[name=password]", service.owner()[1])
        desk.click("main button")
        desk.wait_for_url(f"{address}/welcome/")
        desk.goto(f"{address}/")
        expect(desk.get_by_role("button", name="Record")).to_be_visible()
        for page in PAGES:
            answer = desk.goto(f"{address}/{page}")
            assert answer
            assert answer.ok, page
            assert desk.evaluate("document.styleSheets.length > 0"), page
        desk.goto(f"{address}/devices/")
        desk.get_by_role("button", name="Pair a phone").click()
        link = str(desk.locator(".pairing a").get_attribute("href"))
        assert link.startswith(f"{address}/phone/#")
        desk.goto(link)
        expect(desk.locator("#line")).to_contain_text("Paired")
        speak(desk, 2)
        wait_until_sent(desk)
        assert states(service)["memos"] == 1
        assert httpx.get(f"{address}/healthz").is_success
        context.close()
        assert complaints.all == []
        assert outside == []
