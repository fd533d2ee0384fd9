"""What a recording of hours takes of memory and processor time, by `manage.py transcribe` and by the real worker.

A program: `python -m tests.bench.long_files speech|silence|noise HOURS [SECONDS]`, with the tests' micro Whisper.
SECONDS: after which hearing is given up, for the memory is that of the first slices. Prints JSON objects: the largest
resident MB of each kind of process, the processor time of all of them, and the bytes of the playback copy.
"""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import av
import django
import httpx
import numpy as np
import psutil

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from tests.support.channels import SPOKEN_HZ, Samples, hissing, spoken  # noqa: E402 - Django's models need its settings
from tests.support.service import HOUSE, Service  # noqa: E402

LOOK_SECONDS = 0.05
MB = 1e6
MEMOS = ("memo-001.ogg", "memo-002.ogg", "memo-003.ogg")
FAINT_LEVEL = 10 ** (-65 / 20)
"""Of full scale: the hiss of a recorder in an empty room."""


def made(what: str, hours: float, folder: Path) -> Path:
    """Write a FLAC of so many hours: clips one after the other, exact silence, or faint noise."""
    minute = 60 * SPOKEN_HZ
    pieces: dict[str, Callable[[], Samples]] = {
        "speech": lambda: np.tile(np.concatenate([*map(spoken, MEMOS)]), 9)[:minute],
        "silence": lambda: np.zeros(minute, np.float32),
        "noise": lambda: hissing(minute, FAINT_LEVEL),
    }
    piece = pieces[what]()
    path = folder / f"{what}.flac"
    with wave.open(str(folder / "minute.wav"), "wb") as file:
        file.setparams((1, 2, SPOKEN_HZ, 0, "NONE", "not compressed"))
        file.writeframes((piece * 32767).astype("<i2").tobytes())
    with av.open(str(path), "w") as out:
        stream = out.add_stream("flac", rate=SPOKEN_HZ, layout="mono")
        at = 0
        for _ in range(round(60 * hours)):
            with av.open(str(folder / "minute.wav")) as again:
                for frame in again.decode(audio=0):
                    frame.pts, at = at, at + frame.samples
                    out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


class Watched:
    """The processes below one, looked at again and again."""

    def __init__(self) -> None:
        self.peaks: dict[str, float] = {}
        self.cpu: dict[int, float] = {}

    def look(self, everyone: list[psutil.Process]) -> None:
        """Note what each of them takes now."""
        for process in everyone:
            try:
                kind, times = _kind(process), process.cpu_times()
                self.peaks[kind] = max(self.peaks.get(kind, 0.0), process.memory_info().rss / MB)
                self.cpu[process.pid] = times.user + times.system
            except psutil.Error:
                continue

    def figures(self) -> dict[str, Any]:
        """Return them, in MB and seconds."""
        return {
            "peak_mb": {kind: round(peak) for kind, peak in sorted(self.peaks.items())},
            "cpu_seconds": round(sum(self.cpu.values()), 1),
        }


def _kind(process: psutil.Process) -> str:
    line = " ".join(process.cmdline())
    if "forkserver" in line:
        return "decoding"
    return next((name for name in ("transcribe", "worker", "gunicorn", "beat", "sweep") if name in line), "other")


@contextmanager
def watched(root: psutil.Process) -> Iterator[Watched]:
    """Look at a process and all below it for as long as this lasts."""
    found, ended = Watched(), threading.Event()

    def look() -> None:
        while not ended.wait(LOOK_SECONDS):
            try:
                found.look([root, *root.children(recursive=True)])
            except psutil.Error:
                return

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield found
    finally:
        ended.set()
        looking.join()


def by_command(path: Path, seconds: float) -> dict[str, Any]:
    """Run `manage.py transcribe`."""
    service = Service()
    begun = time.monotonic()
    command = [sys.executable, "manage.py", "transcribe", str(path)]
    run = subprocess.Popen(command, cwd=HOUSE, env=service.environment, stdout=subprocess.PIPE, text=True)
    with run, watched(psutil.Process(run.pid)) as found:
        try:
            said, _ = run.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            run.kill()
            said = ""
    state = json.loads(said)["state"] if said else "given up"
    return found.figures() | {"state": state, "seconds": round(time.monotonic() - begun)}


def by_worker(path: Path, seconds: float) -> dict[str, Any]:
    """Send it to the real service, and wait for its words."""
    with Service() as service:
        token = service.manage("pair", "--token", "recorder").strip()
        assert service.process is not None
        begun = time.monotonic()
        with watched(psutil.Process(service.process.pid)) as found:
            head = {"Authorization": f"Bearer {token}"}
            address = f"{service.address}/api/v1/memos/long"
            with path.open("rb") as recording:
                httpx.put(address, content=recording, headers=head, timeout=600).raise_for_status()
            state = ""
            while time.monotonic() < begun + seconds and state not in {"ready", "no_speech", "failed"}:
                time.sleep(1)
                state = _state_in(service.home)
        copies = [file.stat().st_size for file in (service.home / "audio").rglob("*.m4a")]
        return found.figures() | {"state": state, "seconds": round(time.monotonic() - begun), "copy_bytes": copies}


def _state_in(home: Path) -> str:
    with closing(sqlite3.connect(home / "stillnote.sqlite3", timeout=30)) as database:
        (state,) = database.execute("SELECT state FROM transcription_transcript").fetchone() or ("",)
    return str(state)


def main() -> None:
    """Measure both."""
    what, hours, *limit = sys.argv[1:]
    seconds = float(limit[0]) if limit else 3600.0
    with tempfile.TemporaryDirectory(prefix="stillnote-long-") as folder:
        path = made(what, float(hours), Path(folder))
        print(json.dumps({"bytes": path.stat().st_size}), flush=True)
        for measure in (by_command, by_worker):
            print(json.dumps({measure.__name__: measure(path, seconds)}), flush=True)


if __name__ == "__main__":
    main()
