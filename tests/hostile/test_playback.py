"""The copy that people listen to: sought at once, as long as what was said, and all as loud as each other."""

import base64
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import pytest
from playwright.sync_api import Browser, Page

from tests.support.browser import chromium
from tests.support.hostile.damaged import MADE, SECONDS, whole
from tests.support.recordings import made, sample
from transcription.core.decoding.containers import frames, new_tally, open_container
from transcription.core.decoding.decode import Decoded, decode
from transcription.core.decoding.mixing import Mixer
from transcription.core.decoding.playback import RATE_HZ, Loudness
from transcription.core.words import SAMPLE_RATE
from transcription.error_text import sentence_of

NEAR_SECONDS, NEAR_LU = 0.05, 2.0
PADDED = 0.03
"""Seconds by which codecs that know no end of their own go on after it."""

PLAYED = """async (content) => {
    const audio = new Audio("data:audio/mp4;base64," + content);
    const heard = (name) => new Promise((done, failed) => {
        audio.addEventListener(name, done, {once: true});
        audio.addEventListener("error", () => failed(audio.error.message), {once: true});
    });
    await heard("canplay");
    const places = [];
    for (const share of [0.75, 0.25]) {
        const sought = heard("seeked");
        audio.currentTime = audio.duration * share;
        await sought;
        places.push(audio.currentTime / audio.duration);
    }
    return {duration: audio.duration, places, until: audio.seekable.end(0)};
}"""

RECORDED = """async () => {
    const context = new AudioContext(), voice = context.createOscillator();
    const microphone = context.createMediaStreamDestination();
    voice.connect(microphone);
    voice.start();
    const recorder = new MediaRecorder(microphone.stream), pieces = [];
    recorder.ondataavailable = (event) => pieces.push(event.data);
    const stopped = new Promise((done) => recorder.onstop = done);
    recorder.start(200);
    await new Promise((done) => setTimeout(done, 2000));
    recorder.stop();
    await stopped;
    const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


def decoded(content: bytes, kind: str, folder: Path) -> Decoded:
    path = folder / "recording"
    path.write_bytes(content)
    with path.open("rb") as recording:
        return decode(recording, kind, max_seconds=3600)


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Decoded]:
    folder = tmp_path_factory.mktemp("recordings")
    heard = {name: decoded(whole(name), MADE[name].kind, folder) for name in MADE if name != "amr"}
    heard["browser"] = decoded(sample("hard-browser.webm").read_bytes(), "webm", folder)
    for name in ("memo-003.ogg", "memo-012.ogg", "hard-stereo48k.m4a"):
        heard[name] = decoded(sample(name).read_bytes(), "mp4" if name.endswith("m4a") else "ogg", folder)
    heard["soft"] = decoded(made(5.3, "flac", "flac", loudness=0.005), "flac", folder)
    heard["loud"] = decoded(made(5.3, "pcm_s16le", "wav", loudness=0.9, rate=44_100), "wav", folder)
    return heard


def test_copies_are_as_long_as_what_was_said(copies: dict[str, Decoded]) -> None:
    for name, heard in copies.items():
        with open_container(io.BytesIO(heard.playback), "mov") as copy:
            announced = (copy.duration or 0) / av.time_base
            stream = copy.streams.audio[0]
            heard_seconds = sum(frame.samples for frame in copy.decode(stream)) / RATE_HZ
        assert announced == pytest.approx(heard.seconds, abs=NEAR_SECONDS), name
        assert heard_seconds == pytest.approx(heard.seconds, abs=NEAR_SECONDS), name
        if name in MADE:
            assert announced == pytest.approx(SECONDS, abs=NEAR_SECONDS + PADDED), name


def test_copies_are_as_loud_as_each_other(copies: dict[str, Decoded]) -> None:
    for name, heard in copies.items():
        loudness = Loudness()
        with open_container(io.BytesIO(heard.playback), "mov") as copy:
            for frame in frames(copy, SAMPLE_RATE, new_tally(copy), Mixer()):
                loudness.feed(frame)
        assert abs(loudness.close()) <= NEAR_LU, name


def test_copies_are_sought_without_being_read_whole(copies: dict[str, Decoded]) -> None:
    for name, heard in copies.items():
        assert 0 < heard.playback.find(b"moov") < heard.playback.find(b"mdat"), name
        with open_container(io.BytesIO(heard.playback), "mov") as copy:
            copy.seek(int(heard.seconds / 2 * av.time_base))
            assert next(copy.decode(audio=0)).time == pytest.approx(heard.seconds / 2, abs=0.1), name


def test_chromium_plays_and_seeks_them(copies: dict[str, Decoded], page: Page) -> None:
    for name, heard in copies.items():
        played: dict[str, Any] = page.evaluate(PLAYED, base64.b64encode(heard.playback).decode())
        assert played["duration"] == pytest.approx(heard.seconds, abs=NEAR_SECONDS), name
        assert played["until"] == pytest.approx(played["duration"], abs=0.01), name
        assert played["places"] == pytest.approx([0.75, 0.25], abs=0.02), name


def test_what_chromium_records_is_whole_and_half_of_it_is_not(page: Page, tmp_path: Path) -> None:
    content = base64.b64decode(page.evaluate(RECORDED))
    heard = decoded(content, "webm", tmp_path)
    assert (heard.container_seconds, heard.damage) == (None, [])
    assert heard.seconds > 1
    (told,) = map(sentence_of, decoded(content[: len(content) // 2 + 7], "webm", tmp_path).damage)
    assert told.startswith("damaged: its end is missing")
