"""In a real browser: a recording whose microphone goes ends at once, is kept as far as it came, and says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from config.demo.sample_memos import MEMOS
from tests.support.browser import (
    DESK,
    PHONE,
    PHONE_STORE,
    Complaints,
    convert_to_wav,
    held,
    launch,
    owners_page,
    pair,
    wait_until,
    wait_until_sent,
)
from tests.support.microphones import write_dying_microphone
from tests.support.phone import states
from tests.support.service import Service

pytestmark = pytest.mark.alone

SPOKEN = MEMOS / "memo-001.ogg"
BEFORE = Path(__file__).parents[1] / "assets" / "trusting_recorder.js"
"""The recorder of before, which took every end for a person's."""

NOTICED_MILLISECONDS = 3000
"""The second of zeros, and the two within which the recording is closed."""

TROUBLE = "window.pulses.at(-1)?.length === 5"
SAVED = [120, 160, 120]
KEEP_TRACK = """
window.pulses = []; navigator.vibrate = (pattern) => window.pulses.push(pattern);
window.opened = 0;
const session = Object.assign(new EventTarget(), { state: "active" });
Object.defineProperty(navigator, "audioSession", { value: session });  // Safari's
const ask = window.MediaDevices?.prototype.getUserMedia;
if (ask) MediaDevices.prototype.getUserMedia = async function (asked) {
  const stream = await ask.call(this, asked);
  window.opened++;
  window.track = stream.getAudioTracks()[0];
  return stream;
};
"""
HIDE = """Object.defineProperty(document, 'visibilityState', {value: 'STATE', configurable: true});
document.dispatchEvent(new Event('visibilitychange'))"""
CALL = """navigator.audioSession.state = 'interrupted';
navigator.audioSession.dispatchEvent(new Event('statechange'));
navigator.audioSession.state = 'active'"""
UNPLUG = """navigator.mediaDevices.enumerateDevices = async () => [];
navigator.mediaDevices.dispatchEvent(new Event('devicechange'))"""
ENDS: dict[str, tuple[str, str]] = {
    "muted": ("window.track.dispatchEvent(new Event('mute'))", "taken away from this page"),
    "ended": ("window.track.stop(); window.track.dispatchEvent(new Event('ended'))", "the microphone was lost"),
    "hidden": (HIDE.replace("STATE", "hidden"), "not in front any more"),
    "interrupted": (CALL, "a call or another app took the microphone"),
    "device": (UNPLUG, "another microphone came or went"),
}


@contextmanager
def phone_of(browser: Browser) -> Iterator[Page]:
    """Give a phone that counts its pulses and keeps its microphone's track at hand."""
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, permissions=["microphone"])
    complaints = Complaints(context)
    context.add_init_script(KEEP_TRACK)
    yield context.new_page()
    context.close()
    assert complaints.all == []


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def browser(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    hears = convert_to_wav(SPOKEN, tmp_path_factory.mktemp("microphone") / "memo.wav")
    running = launch(playwright, hears=hears)
    yield running
    running.close()


@pytest.fixture
def dying(playwright: Playwright, tmp_path: Path) -> Iterator[Browser]:
    """A browser whose microphone turns to zeros after four seconds."""
    running = launch(playwright, hears=write_dying_microphone(tmp_path / "dying.wav", alive_seconds=4))
    yield running
    running.close()


@pytest.fixture
def dead(playwright: Playwright, tmp_path: Path) -> Iterator[Browser]:
    """A browser whose microphone gives zeros alone."""
    running = launch(playwright, hears=write_dying_microphone(tmp_path / "dead.wav", alive_seconds=0))
    yield running
    running.close()


@pytest.fixture
def bedside(browser: Browser, service: Service, desk: Page) -> Iterator[Page]:
    """A phone that is paired and sends, and holds its microphone through the night."""
    with phone_of(browser) as page:
        page.goto(pair(desk, service))
        expect(page.locator("#line")).to_contain_text("Paired")
        page.evaluate("localStorage.setItem('stillnote-night-until', Date.now() + 3_600_000)")
        page.reload()
        wait_until(page, "window.opened > 0")  # it was made ready before
        yield page


def begin(phone: Page) -> None:
    """Touch, and wait until it records."""
    phone.touchscreen.tap(200, 400)
    expect(phone.locator("#record")).to_have_class("recording")


def test_a_microphone_that_turns_to_zeros_ends_the_recording_and_what_was_there_arrives(
    service: Service, dying: Browser, desk: Page
) -> None:
    before = states(service)["memos"]
    with phone_of(dying) as phone:
        phone.goto(pair(desk, service))
        expect(phone.locator("#line")).to_contain_text("Paired")
        begin(phone)
        expect(phone.locator("#record")).not_to_have_class("recording", timeout=4000 + NOTICED_MILLISECONDS)
        expect(phone.locator("#lost")).to_contain_text("no sound at all any more")
        assert phone.evaluate(TROUBLE)
        assert SAVED not in phone.evaluate("window.pulses")
        wait_until_sent(phone)
        wait_until(phone, "window.opened > 1")  # it is asked for again
    assert states(service)["memos"] == before + 1


def test_nothing_is_kept_of_a_recording_that_was_silence_alone(service: Service, dead: Browser) -> None:
    with phone_of(dead) as phone:
        phone.goto(f"{service.address}/phone/")
        begin(phone)
        expect(phone.locator("#record")).not_to_have_class("recording", timeout=NOTICED_MILLISECONDS)
        expect(phone.locator("#lost")).to_contain_text("there was nothing to keep")
        assert phone.evaluate(TROUBLE)
        assert SAVED not in phone.evaluate("window.pulses")
        assert held(phone, PHONE_STORE) == 0


def test_a_recording_that_something_ends_is_kept_and_told_and_the_microphone_asked_for_again(
    service: Service, bedside: Page
) -> None:
    before = states(service)["memos"]
    for happens, sentence in ENDS.values():
        opened = bedside.evaluate("window.opened")
        begin(bedside)
        bedside.wait_for_timeout(1200)
        bedside.evaluate(happens)
        expect(bedside.locator("#record")).not_to_have_class("recording", timeout=2000)
        expect(bedside.locator("#lost")).to_contain_text(sentence)
        assert bedside.evaluate(TROUBLE)
        assert SAVED not in bedside.evaluate("window.pulses")
        if "hidden" in happens:
            wait_until(bedside, "window.track.readyState === 'ended'")
            bedside.evaluate(HIDE.replace("STATE", "visible"))
        wait_until(bedside, f"window.opened > {opened} && window.track.readyState === 'live'")
    wait_until_sent(bedside)
    assert states(service)["memos"] == before + len(ENDS)


def test_the_recorder_of_before_says_kept_over_silence(service: Service, dying: Browser) -> None:
    """The control: whoever weakens the recorder fails these tests."""
    with phone_of(dying) as phone:
        phone.route("**/capture/recording/recorder.js", lambda route: route.fulfill(path=BEFORE))
        phone.goto(f"{service.address}/phone/")
        begin(phone)
        phone.wait_for_timeout(4000 + NOTICED_MILLISECONDS)
        expect(phone.locator("#record")).to_have_class("recording")
        phone.touchscreen.tap(200, 400)
        wait_until(phone, "window.pulses.length > 1")
        assert phone.evaluate("window.pulses.at(-1)") == SAVED


def test_the_desk_is_told_as_well(service: Service, dying: Browser, password: str) -> None:
    with owners_page(dying.new_context(viewport=DESK, permissions=["microphone"]), service, password) as desk:
        desk.get_by_role("button", name="Record").click()
        expect(desk.locator("#record-status")).to_contain_text("Recording", timeout=20_000)
        expect(desk.locator("#lost")).to_contain_text("no sound at all", timeout=4000 + NOTICED_MILLISECONDS)
        expect(desk.locator("#record-status")).to_contain_text("It is kept", timeout=20_000)
        expect(desk.locator("#lost")).to_be_visible()
