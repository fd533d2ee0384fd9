"""In a real browser: what a sealed phone holds is no sound, and what arrives is what was spoken."""

import base64
import io
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path

import av
import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Browser, Page, expect

from capture.core.sealed import is_sealed
from capture.services.sealing import KEY_FILE
from tests.support.browser import (
    die_and_open_again,
    pair,
    paired,
    speak,
    tried_phone,
    wait_for_worker,
    wait_until,
    wait_until_sent,
)
from tests.support.faults.counts import either, figure
from tests.support.phone_store import SHARE, stored_bytes
from tests.support.service import Service
from tests.support.service_rows import rows

pytestmark = pytest.mark.alone

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
SEAL_KEY = "import('/static/capture/phone/sealing.js').then(({ sealKey }) => sealKey())"
SEALS_BEFORE = """
const set = Storage.prototype.setItem;
Storage.prototype.setItem = function (name, value) {
    if (name === "stillnote-token") {
        const before = this.getItem(name);
        const sealing = import("/static/capture/phone/sealing.js");
        window.sealedBefore = sealing.then(({ newSeal }) => newSeal(before)).then(Boolean);
    }
    return set.call(this, name, value);
};"""
"""Whether a recording that begins in the last moment of a pairing is sealed."""

HEARD = "SELECT path, text FROM capture_memo AS memo LEFT JOIN transcription_transcript ON memo_id = memo.id"
SEALED_CUT_OFF = "SELECT count(*) FROM capture_sealedcopy WHERE NOT is_whole"
KILLS = either(2, 50)
SEED = 18
WEBM = b"\x1aE\xdf\xa3"


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    with tried_phone(browser) as page:
        yield page


@pytest.fixture
def spoken(phone: Page) -> list[bytes]:
    """What the phone's recorder gave to its page, slice by slice, as it came."""
    slices: list[bytes] = []
    phone.context.expose_function("tellSpoken", lambda told: slices.append(base64.b64decode(told)))
    phone.context.add_init_script(TELL_SPOKEN)
    return slices


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


@pytest.mark.parametrize("seals", [True, False], ids=["sealed", "open"])
def test_what_a_killed_phone_had_recorded_arrives(
    service: Service, phone: Page, spoken: list[bytes], desk: Page, *, seals: bool
) -> None:
    (paired_to_seal if seals else paired)(phone, desk, service)
    sealed_before = rows(service, SEALED_CUT_OFF)[0][0]
    chance, again, slices_lost = random.Random(SEED), phone, 0
    recordings = 0
    for number in range(KILLS):
        before = kept(service).keys()
        spoken.clear()
        again.touchscreen.tap(200, 400)
        while number % 2 and len(spoken) < 2:  # else it dies at once, or with its first slice
            again.wait_for_timeout(50)
        again.wait_for_timeout(chance.uniform(0, 2000))
        again = die_and_open_again(again)
        wait_until_sent(again)
        new = kept(service).keys() - before
        arrived = b"".join(new)
        assert b"".join(spoken).startswith(arrived)
        assert len(arrived) >= len(b"".join(spoken[:-1]))
        assert all(map(decodes, new))
        slices_lost += len(arrived) < len(b"".join(spoken))
        recordings += len(new)
    assert rows(service, SEALED_CUT_OFF) == [(sealed_before + recordings * seals,)]
    figures = {"kills": KILLS, "recordings": recordings, "seals": seals}
    figure("slices lost where the phone's page is killed", slices_lost, "slices", **figures)


def test_a_phone_seals_by_the_key_of_a_server_that_came_back_with_another(
    service: Service, phone: Page, desk: Page
) -> None:
    paired_to_seal(phone, desk, service)
    before = phone.evaluate(SEAL_KEY)
    (service.home / KEY_FILE).rename(service.home / "aside")  # as in a copy that was restored without it
    phone.evaluate("localStorage.removeItem('stillnote-told-by-token')")
    with phone.expect_response("**/api/v1/device"):
        phone.reload()
    wait_until(phone, f"{SEAL_KEY}.then((key) => key !== {json.dumps(before)})")
    (service.home / "aside").rename(service.home / KEY_FILE)


def test_a_pairing_seals_until_the_very_moment_in_which_another_one_takes_its_place(
    service: Service, phone: Page, spoken: list[bytes], desk: Page
) -> None:
    paired_to_seal(phone, desk, service)
    phone.context.add_init_script(SEALS_BEFORE)
    phone.goto("about:blank")
    phone.goto(pair(desk, service))
    wait_until(phone, "window.sealedBefore !== undefined")
    assert phone.evaluate("window.sealedBefore") is True
    wait_until(phone, f"{SEAL_KEY}.then((key) => key === null)")
    phone.context.set_offline(True)
    speak(phone, 1)
    expect(phone.locator("#held")).to_contain_text("1 held here")
    assert spoken[0] in stored_bytes(phone)
