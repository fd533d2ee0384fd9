"""In a real browser: a phone whose line breaks sends what is missing, and nothing that is there."""

import pytest
from playwright.sync_api import Browser, Page, expect

from capture.tus.append import APPEND_BYTES
from tests.support.browser import PHONE, PHONE_PERMISSIONS, PHONE_STORE, held, pair, speak, wait_until_sent
from tests.support.cut_line import Cut, running_cut_line
from tests.support.phone import states
from tests.support.service import Service

pytestmark = pytest.mark.alone

LAST_BYTES = "from capture.models import Memo; print(Memo.objects.order_by('-received_at').first().bytes)"
SENDING = {b"POST", b"PATCH"}
HEAD_BYTES = 1500


@pytest.mark.parametrize(
    ("seconds", "cuts"),
    [
        (12, [Cut(b"PATCH", 30_000), Cut(b"PATCH", 9_000), Cut(b"PATCH", None)]),
        (1.2, [Cut(b"POST", None)]),
    ],
    ids=["long", "short"],
)
def test_a_broken_line_costs_hardly_a_byte(
    seconds: float, cuts: list[Cut], service: Service, browser: Browser, desk: Page
) -> None:
    before, link = states(service)["memos"], pair(desk, service)
    port = int(service.address.rsplit(":", 1)[1])
    with running_cut_line(port, []) as line:
        context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, permissions=PHONE_PERMISSIONS)
        phone = context.new_page()
        phone.goto(link.replace(str(port), str(line.port)))
        expect(phone.locator("#line")).to_contain_text("Paired")
        line.left = list(cuts)  # pairing is a POST as well
        speak(phone, seconds)
        phone.wait_for_timeout(3000)
        wait_until_sent(phone)
        assert held(phone, PHONE_STORE) == 0
        context.close()
    assert line.left == [], line.sent
    assert states(service)["memos"] == before + 1
    size = int(service.shell(LAST_BYTES))
    sent = sum(count for method, count in line.sent if method in SENDING)
    broken = sum(cut.after is not None for cut in cuts)
    assert sent < size + APPEND_BYTES * broken + HEAD_BYTES * len(line.sent), (size, line.sent)
