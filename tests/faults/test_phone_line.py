"""The phone's page, in Chromium, behind a line that cuts, delays, duplicates and swallows: all is there once."""

import hashlib
import random
import time
import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.support.bad_line import Proxy
from tests.support.browser import PHONE, PHONE_PERMISSIONS, chromium, hold_recordings, wait_for_worker
from tests.support.faults.counts import either, figure
from tests.support.service import Service
from tests.support.service_rows import rows
from tests.support.web_server import speech

pytestmark = [pytest.mark.alone, pytest.mark.timed]  # beside others answers come so late that it sends again

RECORDINGS = either(8, 200)
SIZES = (4_000, 120_000)
"""From a second to half a minute, as phones record."""
SEED = 18
MOST_SENT = 1.3
PATIENCE_SECONDS = either(150, 3000)
HELD = """async () => {
    const { openStore } = await import("/static/capture/sending/store.js");
    return (await (await openStore("stillnote-phone")).held()).map(({ id }) => id);
}"""


@pytest.fixture
def service() -> Iterator[Service]:
    with Service() as running:
        yield running


def wait_until_all_is_there(phone: Page, service: Service, ids: set[str]) -> None:
    """Wait until the phone holds nothing; whatever it let go of meanwhile was there before."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while ids:
        let_go = ids - set(phone.evaluate(HELD))
        known = {client_id for (client_id,) in rows(service, "SELECT client_id FROM capture_memo")}
        assert let_go <= known, "let go of what is not there"
        ids -= let_go
        assert time.monotonic() < deadline, f"{len(ids)} recordings still wait"
        phone.wait_for_timeout(500)


def test_a_bad_line_loses_nothing_doubles_nothing_and_costs_little(service: Service) -> None:
    chance = random.Random(SEED)
    sizes = [round(SIZES[0] * (SIZES[1] / SIZES[0]) ** chance.random()) for _ in range(RECORDINGS)]
    audio = {str(uuid.UUID(int=chance.getrandbits(128))): speech(chance.getrandbits(64), size) for size in sizes}
    link = service.manage("pair").split("/phone/")[1].split()[0]
    with Proxy(service.port, SEED) as line, chromium() as browser:
        line.is_calm = True
        phone = browser.new_context(viewport=PHONE, permissions=PHONE_PERMISSIONS).new_page()
        phone.goto(f"http://127.0.0.1:{line.port}/phone/{link}")
        expect(phone.locator("#line")).to_contain_text("Paired")
        wait_for_worker(phone)
        hold_recordings(phone, audio, "2026-11-30T03:12:00+01:00")
        line.body_bytes.clear()
        line.done.clear()
        line.is_calm = False
        phone.reload()  # the page itself comes from its worker
        wait_until_all_is_there(phone, service, set(audio))
    sent, whole = line.body_bytes[b"POST"] + line.body_bytes[b"PATCH"], sum(map(len, audio.values()))
    kept = rows(service, "SELECT sha256, bytes FROM capture_memo")
    assert sorted(kept) == sorted((hashlib.sha256(one).hexdigest(), len(one)) for one in audio.values())
    figure(
        "bytes the phone's page sends over a bad line", sent / whole, "", recordings=RECORDINGS, faults=dict(line.done)
    )
    assert sum(line.done.values()) > line.done["pass"]
    assert sent <= MOST_SENT * whole, (sent, whole, line.done)
