"""In a real browser: at night a touch records from its first moment, a swipe does not, and the page gives no light."""

import io
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, Route, expect

from tests.support.axe import violations
from tests.support.browser import PHONE, PHONE_STORE, chromium, held, wait_until, wait_until_sent
from tests.support.microphones import SWEEP_FROM_HERTZ, SWEEP_HERTZ_A_SECOND, SWEEP_SECONDS, write_sweep
from tests.support.service import Service

pytestmark = pytest.mark.alone

WATCH = """
window.pulses = []; navigator.vibrate = (pattern) => window.pulses.push(pattern);
const ask = window.MediaDevices?.prototype.getUserMedia;
if (ask) MediaDevices.prototype.getUserMedia = async function (asked) {
  const stream = await ask.call(this, asked);
  window.asked = asked.audio;
  const context = new AudioContext();
  window.analyser = new AnalyserNode(context, { fftSize: 1024 });
  context.createMediaStreamSource(stream).connect(window.analyser);
  return stream;
};
addEventListener("pointerdown", ({ timeStamp }) => {
  if (!window.analyser) return;
  window.noticedLate = performance.now() - timeStamp;
  const samples = new Float32Array(1024);
  window.analyser.getFloatTimeDomainData(samples);
  window.heardAtTouch ??= Array.from(samples);
}, { capture: true });
"""
HELD_AUDIO = """async () => {
    const opening = indexedDB.open("stillnote-phone");
    await new Promise((done) => (opening.onsuccess = done));
    const asked = opening.result.transaction("chunks").objectStore("chunks").getAll();
    await new Promise((done) => (asked.onsuccess = done));
    return asked.result.map(({ bytes }) => Array.from(new Uint8Array(bytes)));
}"""
FORGET = """async () => {
    const opening = indexedDB.open("stillnote-phone");
    await new Promise((done) => (opening.onsuccess = done));
    const changed = opening.result.transaction(["recordings", "chunks"], "readwrite");
    changed.objectStore("recordings").clear();
    changed.objectStore("chunks").clear();
    await new Promise((done) => (changed.oncomplete = done));
    opening.result.close();
}"""
NIGHT = "'night' in document.body.dataset"
WINDOW_SECONDS = 1024 / 48_000
FIRST_SECONDS = 0.04
EARLY_SECONDS = 0.03
"""How far the two windows in which a pitch is measured may lie apart."""
WHOLE_WITHIN_SECONDS = 0.15
TOUCHES = 3
FAINT = 0.01


def pitch(samples: NDArray[np.float64], rate: int) -> float:
    """Return the strongest frequency of some samples, in hertz."""
    size = 16 * len(samples)
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), size))
    return float(np.argmax(spectrum)) * rate / size


def seconds_of(hertz: float) -> float:
    """Return when in its round the sweep has this pitch."""
    return (hertz - SWEEP_FROM_HERTZ) / SWEEP_HERTZ_A_SECOND


def samples_of(recording: bytes) -> tuple[NDArray[np.float64], int]:
    """Return the samples of a recording and their rate."""
    with av.open(io.BytesIO(recording), "r") as source:
        rate = source.streams.audio[0].rate
        frames = [frame.to_ndarray().mean(axis=0) for frame in source.decode(audio=0)]
    return np.concatenate(frames).astype(np.float64), rate


def brightness(page: Page) -> float:
    """Return how light the page is on average, from black (0) to white (1)."""
    with av.open(io.BytesIO(page.screenshot()), "r") as picture:
        return float(next(picture.decode(video=0)).to_ndarray(format="gray").mean()) / 255


def swipe(page: Page, right: int, down: int) -> None:
    """Move a finger over the glass."""
    client = page.context.new_cdp_session(page)
    for kind, part in (("touchStart", 0.0), ("touchMove", 0.5), ("touchMove", 1.0), ("touchEnd", 1.0)):
        at = {"x": 195 + round(part * right), "y": 422 + round(part * down)}
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [] if kind == "touchEnd" else [at]})


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium(hears=write_sweep(tmp_path_factory.mktemp("microphone") / "sweep.wav")) as running:
        yield running


@pytest.fixture(scope="module")
def token(service: Service) -> str:
    return service.manage("pair", "--token", "bedside").strip()


@pytest.fixture
def bedside(browser: Browser, service: Service, token: str) -> Iterator[Page]:
    """A paired phone in the evening."""
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, bypass_csp=True)
    context.add_init_script(WATCH)
    context.add_init_script(f"try {{ localStorage.setItem('stillnote-token', '{token}') }} catch {{}}")
    page = context.new_page()
    page.goto(f"{service.address}/phone/")
    yield page
    context.close()


def make_ready(page: Page) -> None:
    """Go to bed."""
    page.get_by_role("button", name="Make it ready").click()
    page.get_by_role("button", name="I felt it").click()
    wait_until(page, NIGHT)
    page.context.set_offline(True)
    page.wait_for_timeout(700)


def test_a_night_begins_with_one_gesture_and_stays_dark_whatever_happens(bedside: Page) -> None:
    assert violations(bedside) == []
    bedside.get_by_role("button", name="Make it ready").click()
    bedside.get_by_role("button", name="I felt it").wait_for()
    assert bedside.evaluate("window.pulses") == [[150]]
    assert violations(bedside) == []
    bedside.get_by_role("button", name="Once more").click()
    assert bedside.evaluate("window.pulses") == [[150], [150]]
    bedside.get_by_role("button", name="No, use a soft tone").click()
    wait_until(bedside, NIGHT)
    assert violations(bedside) == []
    asked = bedside.evaluate("window.asked")
    assert asked == {"echoCancellation": False, "noiseSuppression": False, "autoGainControl": True, "channelCount": 1}
    button = bedside.locator("#record")
    assert brightness(bedside) < FAINT
    bedside.touchscreen.tap(200, 400)
    expect(button).to_have_class("recording")
    expect(button).to_have_accessible_name("Stop")
    assert 0 < brightness(bedside) < FAINT
    bedside.wait_for_timeout(1000)
    bedside.touchscreen.tap(200, 400)
    expect(button).to_have_attribute("data-state", "kept")
    assert brightness(bedside) < FAINT
    assert bedside.evaluate("window.pulses.length") == 2  # tones tell of the rest
    bedside.reload()
    wait_until(bedside, NIGHT)
    swipe(bedside, 0, 200)
    bedside.get_by_role("button", name="Light on").click()
    expect(bedside.get_by_role("button", name="Make it ready")).to_be_visible()
    bedside.get_by_text("How it behaves").click()
    bedside.get_by_label("A faint point").uncheck()
    bedside.get_by_role("button", name="Make it ready").click()
    wait_until(bedside, NIGHT)
    assert brightness(bedside) == 0


def lateness(bedside: Page) -> float:
    """Record once, and return how many seconds after the touch the recording begins."""
    bedside.evaluate(FORGET)
    bedside.evaluate("window.heardAtTouch = undefined")
    bedside.touchscreen.tap(200, 400)
    expect(bedside.locator("#record")).to_have_class("recording")
    bedside.wait_for_timeout(1500)
    bedside.touchscreen.tap(200, 400)
    expect(bedside.locator("#record")).not_to_have_class("recording")
    expect(bedside.locator("#held")).to_have_text("1 held here")
    bedside.wait_for_timeout(1000)
    recorded, rate = samples_of(b"".join(bytes(chunk) for chunk in bedside.evaluate(HELD_AUDIO)))
    sound = recorded[np.argmax(recorded != 0) :]  # nothing flows until the recorder listens
    started = seconds_of(pitch(sound[: int(FIRST_SECONDS * rate)], rate)) - FIRST_SECONDS / 2
    touched = seconds_of(pitch(np.array(bedside.evaluate("window.heardAtTouch")), 48_000)) + WINDOW_SECONDS / 2
    touched -= bedside.evaluate("window.noticedLate") / 1000
    late = (started - touched + SWEEP_SECONDS / 2) % SWEEP_SECONDS - SWEEP_SECONDS / 2
    print(f"the recording begins {late * 1000:.0f} ms after the touch")
    assert len(recorded) / rate > 1.3
    return float(late)


def test_speech_that_starts_with_the_touch_is_whole_and_nothing_from_before_is_kept(bedside: Page) -> None:
    """On a machine that is busy with other tests Chromium gives sound out later: one touch of three is enough."""
    make_ready(bedside)
    found: list[float] = []
    while not any(-EARLY_SECONDS < late < WHOLE_WITHIN_SECONDS for late in found):
        assert len(found) < TOUCHES, found
        found.append(lateness(bedside))


def test_a_brush_stops_nothing_and_a_swipe_records_nothing(bedside: Page) -> None:
    make_ready(bedside)
    button = bedside.locator("#record")
    swipe(bedside, 0, 200)
    expect(bedside.locator("#line")).to_contain_text("Ready")
    wait_until(bedside, "'words' in document.body.dataset")
    expect(button).not_to_have_class("recording")
    bedside.wait_for_timeout(700)
    assert held(bedside, PHONE_STORE) == 0
    bedside.touchscreen.tap(200, 400)
    bedside.touchscreen.tap(200, 400)  # a thumb that trembles
    expect(button).to_have_class("recording")
    bedside.wait_for_timeout(700)
    swipe(bedside, 150, 10)
    bedside.wait_for_timeout(700)
    swipe(bedside, 0, 200)
    expect(button).to_have_class("recording")
    bedside.keyboard.press("Space")
    expect(button).to_have_attribute("data-state", "kept")
    bedside.wait_for_timeout(700)
    bedside.keyboard.press("MediaPlayPause")
    expect(button).to_have_class("recording")
    bedside.wait_for_timeout(700)
    bedside.touchscreen.tap(200, 400)
    expect(bedside.locator("#held")).to_have_text("2 held here")


def test_little_room_is_told_ios_gets_a_real_switch_and_a_quiet_recording_closes_itself(bedside: Page) -> None:
    bedside.add_init_script("HTMLInputElement.prototype.switch = false")
    bedside.add_init_script("StorageManager.prototype.estimate = async () => ({ quota: 10_000_000, usage: 1_000_000 })")
    bedside.reload()
    expect(bedside.locator("#room")).to_contain_text("37 more minutes")
    make_ready(bedside)
    covered = bedside.evaluate("document.elementFromPoint(200, 400).outerHTML")
    assert "switch" in covered
    assert violations(bedside) == []
    bedside.evaluate("document.getElementById('chosen-quiet').add(new Option('', '2', true, true))")
    bedside.touchscreen.tap(200, 400)
    expect(bedside.locator("#record")).to_have_class("recording")
    expect(bedside.locator("#lost")).to_contain_text("closed itself", timeout=10_000)  # one tone alone is no speech
    expect(bedside.locator("#held")).to_have_text("1 held here")


def test_a_sit_offline_with_two_recordings_arrives_as_one_sit_with_two(bedside: Page, service: Service) -> None:
    make_ready(bedside)
    swipe(bedside, 0, -200)
    expect(bedside.get_by_text("Sit for how long?")).to_be_visible()
    assert violations(bedside) == []
    assert brightness(bedside) < FAINT
    bedside.get_by_role("button", name="open").click()
    for _ in range(2):
        bedside.touchscreen.tap(200, 300)
        expect(bedside.locator("#record")).to_have_class("recording")
        bedside.wait_for_timeout(1000)
        bedside.touchscreen.tap(200, 300)
        expect(bedside.locator("#record")).to_have_attribute("data-state", "kept")
        bedside.wait_for_timeout(700)
    swipe(bedside, 0, -200)
    bedside.get_by_role("button", name="End the sit").click()
    told: list[str] = []

    def swallow_first_answer(route: Route) -> None:
        told.append(str(route.request.post_data))
        answer = route.fetch()
        if len(told) == 1:
            route.abort()
        else:
            route.fulfill(response=answer)

    bedside.route("**/api/v1/sits/*", swallow_first_answer)
    bedside.context.set_offline(False)
    wait_until_sent(bedside)
    bedside.reload()
    deadline = time.monotonic() + 20
    while len(told) < 2:
        assert time.monotonic() < deadline, told
        bedside.wait_for_timeout(200)
    assert told[0] == told[1]
    with closing(sqlite3.connect(service.home / "stillnote.sqlite3")) as database:
        (within,) = database.execute(SIT_WITH_RECORDINGS).fetchall()
    assert within == (2,)


SIT_WITH_RECORDINGS = """SELECT count(capture_memo.id) FROM capture_sit LEFT JOIN capture_memo
ON capture_memo.recorded_at BETWEEN started_at AND ended_at GROUP BY capture_sit.id"""
BELL = """async () => {
    const { bellTrack } = await import("/static/capture/phone/bell_track.js");
    const track = await new AudioContext().decodeAudioData(await bellTrack(70, true).arrayBuffer());
    const samples = track.getChannelData(0);
    const part = (from, to) => samples.slice(from * track.sampleRate, to * track.sampleRate);
    const loudest = (from, to) => part(from, to).reduce((most, one) => Math.max(most, Math.abs(one)), 0);
    return [track.duration, loudest(0, 69.9), loudest(70, 71), loudest(77, 78)];
}"""


def test_a_bell_ends_a_sit_in_the_dark(bedside: Page) -> None:
    bedside.evaluate("""HTMLMediaElement.prototype.play = async function () { window.played = this; }""")
    bedside.get_by_role("button", name="Sit", exact=True).click()
    bedside.get_by_role("button", name="5 minutes", exact=True).click()
    wait_until(bedside, "window.played?.duration === 5 * 60 + 8")
    expect(bedside.get_by_text("Sit for how long?")).to_be_hidden()
    duration, before, bell, end = bedside.evaluate(BELL)
    assert duration == 78
    assert (before, bell > 0.1, end < 0.05) == (0, True, True)
