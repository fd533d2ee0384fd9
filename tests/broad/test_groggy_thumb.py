"""In a real browser: at night a touch records from its first moment, a swipe does not, and the page gives no light."""

import io
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, Route, expect

from tests.support.axe import violations
from tests.support.browser import PHONE, PHONE_STORE, chromium, held, wait_until, wait_until_sent
from tests.support.faults.counts import either
from tests.support.microphones import SWEEP_FROM_HERTZ, SWEEP_HERTZ_A_SECOND, SWEEP_SECONDS, write_sweep
from tests.support.service import Service

pytestmark = pytest.mark.alone

WATCH = """
window.pulses = []; navigator.vibrate = (pattern) => window.pulses.push(pattern);
window.heard = []; window.delay = Infinity;
const ask = window.MediaDevices?.prototype.getUserMedia;
if (ask) MediaDevices.prototype.getUserMedia = async function (asked) {
  const stream = await ask.call(this, asked);
  window.asked = asked.audio;
  listen(stream.getAudioTracks()[0].clone());
  return stream;
};
async function listen(track) {
  const given = new MediaStreamTrackProcessor({ track, maxBufferSize: 100 }).readable.getReader();
  for (let { value, done } = await given.read(); !done; { value, done } = await given.read()) {
    const samples = new Float32Array(value.numberOfFrames);
    value.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
    const at = value.timestamp / 1000;
    window.delay = Math.min(window.delay, performance.now() - at);
    window.heard.push({ at, rate: value.sampleRate, samples: Array.from(samples) });
    value.close();
  }
}
addEventListener("pointerdown", ({ timeStamp }) => (window.touchedAt ??= timeStamp), { capture: true });
window.AudioWorkletNode = class extends AudioWorkletNode {
  constructor(context, ...rest) { super(context, ...rest); window.sound = context; }
};
window.headset = {};
MediaSession.prototype.setActionHandler = (action, act) => (window.headset[action] = act);
window.loop = (milliseconds) => { for (const end = Date.now() + milliseconds; Date.now() < end; ); };
"""
HEARD_AT_TOUCH = """() => {
    const touched = window.touchedAt - window.delay;
    const near = window.heard.filter(({ at }) => Math.abs(at - touched) < 25);
    const samples = near.flatMap(({ samples }) => samples);
    return { rate: near[0].rate, later: (touched - near[0].at) / 1000, samples };
}"""
STALLS = {
    "nothing": "() => {}",
    "page": "() => { setTimeout(window.loop, 0, 300); }",
    "sound": """async () => {
        const script = `${window.loop}; registerProcessor("stalling", class extends AudioWorkletProcessor {
            constructor() { super(); (${window.loop})(300); }
            process() { return false; }
        })`;
        await window.sound.audioWorklet.addModule(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
        new AudioWorkletNode(window.sound, "stalling");
    }""",
}
"""What stands still, beginning just before the touch."""
STALL_SECONDS = 0.3
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
FIRST_SECONDS = 0.04
WHOLE_WITHIN_SECONDS = 0.15
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
    expect(bedside.get_by_text("one soft tone")).to_be_visible()
    expect(bedside.get_by_text("one pulse")).to_be_hidden()
    bedside.get_by_text("How it behaves").click()
    bedside.get_by_label("A faint point").uncheck()
    bedside.get_by_role("button", name="Make it ready").click()
    wait_until(bedside, NIGHT)
    assert brightness(bedside) == 0


def lateness(bedside: Page, stalls: str) -> float:
    """Record once, and return how many seconds after the touch the recording begins.

    When a pitch was heard is told by the microphone's track itself, which no page and no thread of sound holds up.
    """
    bedside.evaluate(FORGET)
    bedside.evaluate("window.touchedAt = undefined")
    bedside.evaluate(STALLS[stalls])
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
    heard = bedside.evaluate(HEARD_AT_TOUCH)
    middle = len(heard["samples"]) / heard["rate"] / 2
    touched = seconds_of(pitch(np.array(heard["samples"]), heard["rate"])) + heard["later"] - middle
    late = (started - touched + SWEEP_SECONDS / 2) % SWEEP_SECONDS - SWEEP_SECONDS / 2
    print(f"{stalls} stalls: the recording begins {late * 1000:.0f} ms after the touch")
    assert len(recorded) / rate > 1.3
    return float(late)


@contextmanager
def busy_machine() -> Iterator[None]:
    """Keep all processors busy."""
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def test_speech_that_starts_with_the_touch_is_whole_and_nothing_from_before_is_kept(bedside: Page) -> None:
    """A thread of sound that stands still loses what Chromium then has no room for: all but the last 100 ms."""
    make_ready(bedside)
    with busy_machine():
        late = {stalls: lateness(bedside, stalls) for stalls in STALLS}
    assert all(seconds > 0 for seconds in late.values()), late
    assert max(late["nothing"], late["page"]) < WHOLE_WITHIN_SECONDS, late
    assert late["sound"] < WHOLE_WITHIN_SECONDS + STALL_SECONDS, late


LONG = """async () => {
    const { openStore } = await import("/static/capture/sending/store.js");
    const { Recorder } = await import("/static/capture/recording/recorder.js");
    const store = await openStore("stillnote-long");
    const reasons = [];
    let ended;
    const whenEnded = ({ reason }) => { reasons.push(reason); ended(); };
    const recorder = new Recorder(store, whenEnded, () => null, { mostSlices: 2 });
    const next = () => new Promise((resolve) => { ended = resolve; setTimeout(resolve, 10_000); });
    const first = next();
    await recorder.start();
    await first;
    const isGoingOn = recorder.isRecording;
    const second = next();
    recorder.stop();
    await second;
    const held = await store.held();
    const audio = held.map(async (one) => Array.from(new Uint8Array(await (await store.audio(one)).arrayBuffer())));
    return { isGoingOn, reasons, finished: held.map(({ finished }) => finished), audio: await Promise.all(audio) };
}"""


def test_a_recording_of_all_the_slices_that_one_may_have_goes_on_in_another_and_no_sound_is_lost(bedside: Page) -> None:
    """By fewer slices. The microphone, which nobody holds, plays a sweep, so that a pitch tells when it was heard."""
    told = bedside.evaluate(LONG)
    assert (told["isGoingOn"], told["reasons"], told["finished"]) == (True, ["long", None], [True, True])
    (before, rate), (after, _) = (samples_of(bytes(audio)) for audio in told["audio"])
    assert len(before) / rate > 1.5
    part = int(FIRST_SECONDS * rate)
    ends, begins = (seconds_of(pitch(samples, rate)) for samples in (before[-2 * part : -part], after[part : 2 * part]))
    twice = (ends - begins + 3 * part / rate + SWEEP_SECONDS / 2) % SWEEP_SECONDS - SWEEP_SECONDS / 2
    print(f"{twice * 1000:.0f} ms are in both")
    assert 0 <= twice < 1


RING = """async (world) => {
    const asItIs = (seconds) => seconds;
    const { spoken, seen, clock } = { spoken: asItIs, seen: asItIs, clock: asItIs, ...eval(`(${world})`) };
    const NOTICED = 20.2;
    const rate = 48_000;
    Object.assign(window, { sampleRate: rate, registerProcessor: (_, ring) => (window.Ring = ring) });
    window.AudioWorkletProcessor = class { port = { postMessage() {} } };
    await import("/static/capture/recording/sound_ring.js");
    let now = 0;
    Date.now = () => 1000 * clock(now);
    const ring = new window.Ring();
    let isAsked = false;
    for (let frame = 0; frame < 25 * rate; frame += 128) {
        window.currentFrame = frame;
        now = seen(frame / rate);
        if (!isAsked && now >= NOTICED) {
            isAsked = true;
            ring.take({ seconds: clock(NOTICED) - 0.2 });
            ring.flow();
        }
        const block = Float32Array.from({ length: 128 }, (_, place) => spoken((frame + place) / rate));
        const given = new Float32Array(128);
        ring.process([[block], [block]], [[given]]);
        if (given[0]) return given[0] - 20;
    }
}"""
TICK = 0.005


@pytest.mark.parametrize(
    ("world", "most"),
    [
        pytest.param("{}", TICK, id="steady"),
        pytest.param("{seen: (due) => (due > 19.7 && due < 20.3 ? 20.3 : due)}", TICK, id="the thread of sound stalls"),
        pytest.param(
            "{spoken: (due) => (due > 3 ? due + 0.5 : due), seen: (due) => (due > 3 ? due + 0.5 : due)}",
            TICK,
            id="sound is left out",
        ),
        pytest.param("{clock: (now) => (now > 19 ? now - 3600 : now)}", TICK, id="the clock was set back"),
        pytest.param("{clock: (now) => (now > 19 ? now + 3600 : now)}", 4, id="the clock was set forward"),
    ],
)
def test_the_ring_gives_nothing_that_came_before_the_touch(bedside: Page, world: str, most: float) -> None:
    """The ring alone, without sound: it is touched at second 20, which the page notices 0.2 s later."""
    assert -TICK < bedside.evaluate(RING, world) < most


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
    for action, state in (("play", "recording"), ("pause", "kept")):
        bedside.wait_for_timeout(700)
        bedside.evaluate(f"window.headset.{action}()")  # as the keys of a headset, which Chromium gives to no test
        expect(button).to_have_attribute("data-state", state)
    expect(bedside.locator("#held")).to_have_text("3 held here")


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
    expect(bedside.locator("#line")).to_contain_text("You are sitting")
    assert bedside.evaluate("window.pulses.length") == 2
    for _ in range(2):
        bedside.touchscreen.tap(200, 300)
        expect(bedside.locator("#record")).to_have_class("recording")
        bedside.wait_for_timeout(1000)
        bedside.touchscreen.tap(200, 300)
        expect(bedside.locator("#record")).to_have_attribute("data-state", "kept")
        bedside.wait_for_timeout(700)
    bedside.wait_for_timeout(either(0, 60_000))
    swipe(bedside, 0, -200)
    bedside.get_by_role("button", name="End the sit").click()
    expect(bedside.locator("#line")).to_have_text("The sit is over.")
    assert bedside.evaluate("window.pulses.at(-1)") == [120, 160, 120]
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
    bedside.unroute_all(behavior="wait")
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


ROOM = """
let room, air;
const connect = AudioNode.prototype.connect;
AudioNode.prototype.connect = function (target, ...rest) {
    if (target instanceof AudioDestinationNode) {
        const heard = new MediaStreamAudioDestinationNode(this.context);
        connect.call(this, heard);
        connect.call(room.createMediaStreamSource(heard.stream), air);
    }
    return connect.call(this, target, ...rest);
};
MediaDevices.prototype.getUserMedia = async () => {
    room = new AudioContext();
    air = new MediaStreamAudioDestinationNode(room, { channelCount: 1, channelCountMode: "explicit" });
    const loudness = new GainNode(room, { gain: 0.05 });
    const hum = new OscillatorNode(room, { frequency: HUM });
    connect.call(hum, loudness);
    connect.call(loudness, air);
    hum.start();
    return air.stream;
};
localStorage.setItem("stillnote-signals", "tones");
"""
"""A room with a hum, whose microphone hears what the page plays, by the same loudness."""
HUM_HERTZ = 3000
TONE_HERTZ = 523
TONE_SECONDS = 0.15
FAINT_TONE = 0.1
NO_DIP = "AudioParam.prototype.setValueAtTime = function () { return this; };"


def loudest(samples: NDArray[np.float64], rate: int, hertz: float) -> float:
    """Return how loud a pitch is at its loudest, over the length of a tone: clicks of a busy machine are shorter."""
    window = round(TONE_SECONDS * rate)
    wave = np.hanning(window) * np.exp(-2j * np.pi * hertz * np.arange(window) / rate)
    steps = range(0, len(samples) - window, window // 8)
    return max(float(np.abs(np.dot(samples[at : at + window], wave))) for at in steps)


@pytest.mark.parametrize(("script", "stalls"), [("", "nothing"), ("", "page"), ("", "sound"), (NO_DIP, "nothing")])
def test_the_tone_that_tells_of_a_recording_is_not_in_it(bedside: Page, script: str, stalls: str) -> None:
    bedside.add_init_script(ROOM.replace("HUM", str(HUM_HERTZ)) + script)
    bedside.reload()
    bedside.get_by_role("button", name="Make it ready").click()
    wait_until(bedside, NIGHT)
    bedside.wait_for_timeout(1500)  # until that tone is over
    bedside.evaluate(FORGET)
    bedside.context.set_offline(True)
    bedside.evaluate(STALLS[stalls])
    bedside.touchscreen.tap(200, 400)
    expect(bedside.locator("#record")).to_have_class("recording")
    bedside.wait_for_timeout(1500)
    bedside.touchscreen.tap(200, 400)
    expect(bedside.locator("#held")).to_have_text("1 held here")
    recorded, rate = samples_of(b"".join(bytes(chunk) for chunk in bedside.evaluate(HELD_AUDIO)))
    tone = loudest(recorded, rate, TONE_HERTZ) / loudest(recorded, rate, HUM_HERTZ)
    print(f"{stalls} stalls: the tone has {20 * np.log10(tone):.0f} dB of the hum")
    assert (tone < FAINT_TONE) == (not script), tone
