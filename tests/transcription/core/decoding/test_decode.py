"""Whatever is sent, decoding it harms nothing, and what can be heard in it is heard."""

import io
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import psutil
import pytest

from tests.support.recordings import made, sample
from transcription.core.decoding import decode as audio
from transcription.core.decoding import sandbox
from transcription.core.decoding.containers import open_container
from transcription.core.decoding.decode import ChildDied, Undecodable, decode
from transcription.error_text import sentence_of


def decoded(content: bytes, kind: str, tmp_path: Path, max_seconds: float = 3600) -> audio.Decoded:
    path = tmp_path / "recording"
    path.write_bytes(content)
    with path.open("rb") as recording:
        return decode(recording, kind, max_seconds=max_seconds)


@pytest.mark.parametrize(
    ("codec", "container", "kind"),
    [
        ("libopus", "ogg", "ogg"),
        ("libopus", "webm", "webm"),
        ("aac", "mp4", "mp4"),
        ("aac", "adts", "aac"),
        ("libmp3lame", "mp3", "mp3"),
        ("flac", "flac", "flac"),
        ("pcm_s16le", "wav", "wav"),
        ("pcm_s16be", "aiff", "aiff"),
        ("alac", "caf", "caf"),
    ],
)
def test_each_kind_is_read_in_the_child(codec: str, container: str, kind: str, tmp_path: Path) -> None:
    heard = decoded(made(2.0, codec, container), kind, tmp_path)
    assert heard.seconds == pytest.approx(2.0, abs=0.15)
    assert np.abs(heard.samples).max() == pytest.approx(0.1, abs=0.03)
    assert heard.decoder_errors == 0


def test_stereo_is_mixed_and_the_samples_are_floats(tmp_path: Path) -> None:
    heard = decoded(made(1.0, "pcm_s16le", "wav", rate=44_100, layout="stereo"), "wav", tmp_path)
    assert heard.samples.dtype == np.float32
    assert heard.samples.ndim == 1
    assert heard.seconds == pytest.approx(1.0, abs=0.01)


def test_the_playback_copy_plays_and_can_be_sought_at_once(tmp_path: Path) -> None:
    heard = decoded(sample("hard-browser.webm").read_bytes(), "webm", tmp_path)
    assert heard.container_seconds is None
    assert heard.playback.find(b"moov") < heard.playback.find(b"mdat")
    with open_container(io.BytesIO(heard.playback), "mov") as copy:
        assert copy.streams.audio[0].codec_context.name == "aac"
        assert (copy.duration or 0) / av.time_base == pytest.approx(heard.seconds, abs=0.2)
        copy.seek(int(2.0 * av.time_base))
        assert next(copy.decode(audio=0)).time == pytest.approx(2.0, abs=0.2)


def test_a_whisper_can_be_heard_in_the_playback_copy(tmp_path: Path) -> None:
    loud = decoded(sample("memo-001.ogg").read_bytes(), "ogg", tmp_path)
    quiet_samples = (loud.samples * 0.02 * 32767).astype("<i2")
    out = io.BytesIO()
    with av.open(out, "w", format="wav") as file:
        stream = file.add_stream("pcm_s16le", rate=16_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(quiet_samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = 16_000
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    whispered = decoded(out.getvalue(), "wav", tmp_path)
    sent = float(np.sqrt(np.mean(whispered.samples**2)))
    assert sent < 0.003
    assert _loudness(whispered.playback) > 15 * sent


def _loudness(playback: bytes) -> float:
    with open_container(io.BytesIO(playback), "mov") as copy:
        samples = np.concatenate([frame.to_ndarray().ravel() for frame in copy.decode(audio=0)])
    return float(np.sqrt(np.mean(samples**2)))


def test_a_playlist_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.wav"
    secret.write_bytes(made(1.0, "pcm_s16le", "wav"))
    for content in (f"ffconcat version 1.0\nfile {secret}\n", f"#EXTM3U\n#EXTINF:1,\n{secret}\n"):
        for kind in ("ogg", "mp4", "mp3", "wav"):
            with pytest.raises(Undecodable):
                decoded(content.encode(), kind, tmp_path)


@pytest.mark.parametrize("kind", ["ogg", "webm", "mp4", "mp3", "flac", "wav", "aac", "caf", "amr", "aiff"])
def test_noise_is_never_passed_for_sound(kind: str, tmp_path: Path) -> None:
    noise = np.random.default_rng(7).bytes(20_000)
    try:
        heard = decoded(noise, kind, tmp_path)
    except Undecodable:
        return
    # A decoder that finds its sync words in noise says that there were errors, or heard next to nothing.
    assert heard.decoder_errors or heard.seconds < 5


def test_half_a_file_gives_half_its_sound(tmp_path: Path) -> None:
    whole = sample("memo-003.ogg").read_bytes()
    heard = decoded(whole[: len(whole) // 2], "ogg", tmp_path)
    assert 2 < heard.seconds < 6


def test_hours_of_silence_in_a_small_file_are_not_read(tmp_path: Path) -> None:
    hour = made(60.0, "flac", "flac")
    with pytest.raises(Undecodable) as refused:
        decoded(hour, "flac", tmp_path, max_seconds=20)
    assert "more than" in sentence_of(refused.value.message)


def test_progress_is_told(tmp_path: Path) -> None:
    calls: list[int] = []
    with sample("memo-001.ogg").open("rb") as recording:
        decode(recording, "ogg", max_seconds=60, progress=lambda: calls.append(1))
    assert len(calls) > 3


def test_the_child_can_open_nothing(tmp_path: Path) -> None:
    """Its limits are set in a fork of this process, and then everything that harm needs is tried."""
    probe = tmp_path / "readable"
    probe.touch()
    report_read, report_write = os.pipe()
    pid = os.fork()
    if pid == 0:
        sandbox.give_up_everything(sandbox.Limits())
        os.write(report_write, ",".join(_possible(probe, report_write)).encode() or b"nothing")
        os._exit(0)
    os.waitpid(pid, 0)
    assert os.read(report_read, 1000) == b"nothing"
    os.close(report_read)
    os.close(report_write)


def _possible(probe: Path, descriptor: int) -> list[str]:
    attempts: dict[str, Callable[[], object]] = {
        "open": probe.open,
        "create": lambda: probe.with_suffix(".new").open("w"),
        "socket": socket.socket,
        "duplicate": lambda: os.dup(descriptor),
        "allocate": lambda: bytearray(1024**3),
    }
    possible = []
    for name, attempt in attempts.items():
        try:
            attempt()
        except (OSError, MemoryError):
            continue
        possible.append(name)
    return possible


def test_a_service_that_is_told_to_end_kills_no_decoder(tmp_path: Path) -> None:
    """Its whole process group gets the signal: a death counted then would, after three of them, be a quarantine."""
    told: list[psutil.Process] = []

    def end() -> None:
        if not told:
            # Of this process's children the decoder's own: a database may be among the others.
            children = psutil.Process().children(recursive=True)
            told.extend(sandbox for sandbox in children if "multiprocessing" in " ".join(sandbox.cmdline()))
            for process in told:
                process.terminate()

    path = tmp_path / "recording"
    path.write_bytes(made(600.0, "pcm_s16le", "wav", rate=8_000))
    with path.open("rb") as recording:
        heard = decode(recording, "wav", max_seconds=3600, progress=end)
    assert len(told) >= 2
    assert heard.seconds == pytest.approx(600, abs=0.1)
    assert heard.playback
    assert decoded(made(1.0, "pcm_s16le", "wav"), "wav", tmp_path).seconds == pytest.approx(1.0, abs=0.1)


def test_the_child_does_not_load_what_this_program_is(tmp_path: Path) -> None:
    """multiprocessing would have it run the main module anew: `manage.py`, pytest, and all that they import."""
    program = tmp_path / "program.py"
    program.write_text(f"""if __name__ != "__main__":
    raise SystemExit("loaded again")
from transcription.core.decoding.decode import decode
with open({str(sample("memo-002.ogg"))!r}, "rb") as recording:
    print(decode(recording, "ogg", max_seconds=60).seconds)
""")
    house = Path(__file__).parents[4]
    environment = os.environ | {"PYTHONPATH": str(house)}
    ran = subprocess.run([sys.executable, str(program)], env=environment, capture_output=True, text=True, check=True)
    assert float(ran.stdout) == pytest.approx(4.1, abs=0.2)
    assert ran.stderr == ""


HEAPS = """
import threading
import psutil
import transcription.core.decoding.sandbox
threading.stack_size(256 * 1024)
before, held = psutil.Process().memory_info().vms, []
together = threading.Barrier(8)
def allocate():
    together.wait()
    held.append([bytes(1000) for _ in range(1000)])
    together.wait()
threads = [threading.Thread(target=allocate) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(psutil.Process().memory_info().vms - before)
"""


@pytest.mark.skipif(sys.platform == "darwin", reason="there the address space is not limited")
def test_no_thread_of_the_server_takes_the_address_space_that_a_child_may_have() -> None:
    house = Path(__file__).parents[4]
    ran = subprocess.run([sys.executable, "-c", HEAPS], cwd=house, capture_output=True, text=True, check=True)
    assert int(ran.stdout) < 64 * 1024**2


def test_a_child_that_dies_is_told_from_a_bad_recording(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(audio, "START_SECONDS", 0.0)
    with pytest.raises(ChildDied):
        decoded(made(1.0, "pcm_s16le", "wav"), "wav", tmp_path)
