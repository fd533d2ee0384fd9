"""Chromium, with a microphone that hears a recording."""

import base64
import json
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from weakref import WeakKeyDictionary

import av
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Playwright,
    ViewportSize,
    expect,
    sync_playwright,
)

from tests.support.servers import missing
from tests.support.service import Service

PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1280, height=900)
PHONE_STORE = "stillnote-phone"
PHONE_PERMISSIONS = ["microphone", "background-sync"]
"""What a person grants the page of the phone, and what browsers grant by themselves."""
PATIENCE_MILLISECONDS = 20_000
"""How long a page may take where no promise is measured: it shares two cores with services and other browsers."""

expect.set_options(timeout=PATIENCE_MILLISECONDS)


@contextmanager
def chromium(*, hears: Path | None = None, sees: Path | None = None, by: Path | None = None) -> Iterator[Browser]:
    """Give a browser. hears: a WAV file that its microphone plays again and again; sees: a Y4M file, its camera.

    by: a program that starts it.
    """
    with sync_playwright() as playwright:
        browser = launch(playwright, hears=hears, sees=sees, by=by)
        try:
            yield browser
        finally:
            browser.close()


def launch(
    playwright: Playwright, *, hears: Path | None = None, sees: Path | None = None, by: Path | None = None
) -> Browser:
    """Start a browser: beside others, for tests with several microphones.

    Debian has Chromium without its interface, too: a page there costs a tenth of the processor's time.
    """
    program = by or shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if program is None:
        missing("chromium")
    microphone = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    if hears:
        microphone.append(f"--use-file-for-fake-audio-capture={hears}")
    if sees:
        microphone.append(f"--use-file-for-fake-video-capture={sees}")
    options = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required", *microphone]
    return playwright.chromium.launch(executable_path=program, args=options)


class Complaints:
    """What pages complain of: scripts that fail, things that are blocked or missing."""

    EXPECTED = ("a status of 410 (Gone)", "a status of 507 (Insufficient Storage)", "net::ERR_INTERNET_DISCONNECTED")
    """A used pairing link, a full disk, a phone out of reach: the browser says so, whatever the page does."""

    def __init__(self, context: BrowserContext) -> None:
        self.all: list[str] = []
        context.on("console", self._listen)
        context.on("weberror", lambda found: self.all.append(str(found.error)))

    def _listen(self, said: ConsoleMessage) -> None:
        if said.type == "error" and not said.text.endswith(self.EXPECTED):
            self.all.append(said.text)


def log_in(page: Page, address: str, name: str, password: str) -> None:
    """Log in, and land on Today; who begins skips what they are asked."""
    page.goto(f"{address}/login/")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", password)
    page.click("main button")
    page.wait_for_url(re.compile(re.escape(address) + "/(welcome/)?$"))
    page.goto(f"{address}/")


_owners_cookies: WeakKeyDictionary[Service, dict[str, str]] = WeakKeyDictionary()
"""Names and values since the owner's first log-in: it takes seconds, and is tested elsewhere."""


def forget_log_in(service: Service) -> None:
    """Let the owner log in anew: the service has forgotten who they are."""
    _owners_cookies.pop(service, None)


@contextmanager
def owners_page(context: BrowserContext, service: Service, password: str) -> Iterator[Page]:
    """Give a page on which the owner is logged in, and close its browser; nothing may complain meanwhile."""
    complaints = Complaints(context)
    page = context.new_page()
    kept = _owners_cookies.get(service, {})
    context.add_cookies([{"name": name, "value": kept[name], "url": service.address} for name in kept])
    page.goto(f"{service.address}/")
    if page.url.startswith(f"{service.address}/login/"):
        log_in(page, service.address, "owner", password)
        _owners_cookies[service] = {cookie["name"]: cookie["value"] for cookie in context.cookies()}
    yield page
    context.close()
    assert complaints.all == [], complaints.all


def convert_to_wav(recording: Path, target: Path) -> Path:
    """Write a recording as the WAV file that Chromium's microphone takes."""
    with av.open(str(recording)) as source, av.open(str(target), "w", format="wav") as copy:
        stream = copy.add_stream("pcm_s16le", rate=48_000)
        resampler = av.AudioResampler("s16", "mono", 48_000)
        for frame in source.decode(audio=0):
            for piece in resampler.resample(frame):
                copy.mux(stream.encode(piece))
        copy.mux(stream.encode(None))
    return target


def wait_until(page: Page, expression: str, seconds: float = 20) -> None:
    """Wait until a page's expression is true. (Playwright's own way needs eval, which our pages forbid.)"""
    deadline = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, f"{expression} is not true after {seconds} s"
        page.wait_for_timeout(100)


def held(page: Page, store: str) -> int:
    """Return how many recordings the page's browser holds."""
    count: int = page.evaluate(
        f"""async () => {{
            const opening = indexedDB.open({json.dumps(store)});
            await new Promise((done) => (opening.onsuccess = done));
            const rows = opening.result.transaction("recordings").objectStore("recordings").count();
            await new Promise((done) => (rows.onsuccess = done));
            opening.result.close();
            return rows.result;
        }}"""
    )
    return count


def wait_until_empty(page: Page, store: str, seconds: float = 20) -> None:
    """Wait until the page's browser holds no recording."""
    deadline = time.monotonic() + seconds
    while held(page, store):
        assert time.monotonic() < deadline, f"{store} is not empty"
        page.wait_for_timeout(100)


HOLD = """async ([page, recordings]) => {
    const { openStore } = await import(new URL("../static/capture/sending/store.js", page).href);
    const store = await openStore("stillnote-phone");
    for (const { id, recordedAt, audio } of recordings) {
        await store.begin({ id, recordedAt, type: "audio/ogg", token: localStorage.getItem("stillnote-token") });
        await store.append(id, 0, new Blob([Uint8Array.from(atob(audio), (sign) => sign.charCodeAt(0))]));
        await store.finish({ id });
    }
}"""


def hold_recordings(phone: Page, recordings: Mapping[str, bytes], recorded_at: str) -> None:
    """Lay recordings, by id, into the phone's store, as if they had been spoken into it where nothing could be sent."""
    rows = [
        {"id": client_id, "recordedAt": recorded_at, "audio": base64.b64encode(audio).decode()}
        for client_id, audio in recordings.items()
    ]
    phone.evaluate(HOLD, [phone.url, rows])


def wait_for_worker(phone: Page) -> None:
    """Wait until the page's service worker keeps it and answers for it."""
    wait_until(phone, "Boolean(navigator.serviceWorker.controller)")


@contextmanager
def tried_phone(browser: Browser) -> Iterator[Page]:
    """Give a phone whose browser may complain: it is refused on purpose."""
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, permissions=PHONE_PERMISSIONS)
    yield context.new_page()
    context.close()


def die_and_open_again(phone: Page) -> Page:
    """Kill a page as it stands, and open its address in another one of the same browser."""
    address, again = phone.url, phone.context.new_page()
    with pytest.raises(Error):
        phone.goto("chrome://crash")
    again.wait_for_timeout(1000)  # its worker dies with it, and is there again
    again.goto(address)
    return again


def leave_to_page(phone: Page) -> None:
    """Let the page alone send: what a test refuses the page, its worker would bring by another way."""
    phone.context.clear_permissions()
    phone.context.grant_permissions([name for name in PHONE_PERMISSIONS if name != "background-sync"])


def pair(desk: Page, service: Service, *, seals: bool = False) -> str:
    """Ask the devices page for a pairing link, and return it. seals: whether the phone is to seal what it records."""
    desk.goto(f"{service.address}/devices/")
    desk.get_by_label("Seal its recordings").set_checked(seals)
    desk.get_by_role("button", name="Pair a phone").click()
    return str(desk.locator(".pairing a").get_attribute("href"))


def paired(phone: Page, desk: Page, service: Service) -> Page:
    """Pair the phone, and wait until its page is kept."""
    phone.goto(pair(desk, service))
    expect(phone.locator("#line")).to_contain_text("Paired")
    wait_for_worker(phone)
    return phone


def speak(phone: Page, seconds: float) -> None:
    """Touch, speak, touch, and wait until a touch is not taken for a thumb that trembles."""
    phone.touchscreen.tap(200, 400)
    expect(phone.locator("#record")).to_have_class("recording")
    phone.wait_for_timeout(seconds * 1000)
    phone.touchscreen.tap(100, 700)
    expect(phone.locator("#record")).not_to_have_class("recording")
    phone.wait_for_timeout(600)


def wait_until_sent(phone: Page) -> None:
    """Wait until the phone has let go of all it held."""
    deadline = time.monotonic() + 20
    while held(phone, PHONE_STORE):
        assert time.monotonic() < deadline, phone.locator("#held").inner_text()
        phone.wait_for_timeout(200)
    expect(phone.locator("#held")).to_be_empty()
