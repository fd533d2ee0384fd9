"""Read by Python at its start, where PYTHONPATH names this folder: a service's processes do as they are told at points.

What they are told lies in the data folder (tests.support.faults.points), and so does what they tell.
"""

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

FOLDER = Path(os.environ.get("STILLNOTE_HOME", "/nowhere"), "points")
ORDER, MARKS = FOLDER / "order", FOLDER / "marks"
DEADLY = b"kills its decoder"


def mark(*words: object) -> None:
    """Tell the test, in one write."""
    if not FOLDER.is_dir():
        return
    written = os.open(MARKS, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(written, (" ".join(map(str, words)) + "\n").encode())
    os.close(written)


def reach(point: str, claim: Any = None) -> None:
    """Do what is ordered for this point, if anything is: whoever takes the order away does it."""
    try:
        ordered, whom = ORDER.read_text().split("/")
        if ordered != point:
            return
        ORDER.rename(FOLDER / f"taken-{os.getpid()}")
    except (OSError, ValueError):
        return
    if claim:
        mark("reached", os.getpid(), claim.transcript.pk.hex, claim.fence)
    WHOM[whom]()


def _kill_children() -> None:
    for child in multiprocessing.active_children():
        child.kill()


def _stop() -> None:
    from transcription.tasks import WORKER  # whose watchdog would end this process when it goes on: the fence is tried

    WORKER.watchdog.forget_all()
    os.kill(os.getpid(), signal.SIGSTOP)
    time.sleep(0.1)  # another thread may have got the signal: this one must not go on before all are stopped


WHOM: dict[str, Callable[[], object]] = {
    "child": _kill_children,
    "worker": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "group": lambda: os.killpg(os.getpgid(0), signal.SIGKILL),
    "stop": _stop,
    "hang": lambda: time.sleep(10**6),
}


def before(owner: Any, name: str, do: Callable[..., object]) -> None:
    """Do something before each call, with its arguments."""
    original = getattr(owner, name)

    def wrapped(*args: Any, **named: Any) -> Any:
        do(*args)
        return original(*args, **named)

    setattr(owner, name, wrapped)


def after(owner: Any, name: str, do: Callable[..., object], otherwise: Callable[..., object] = lambda *_: None) -> None:
    """Do something after each call that goes well, with its arguments; otherwise something else."""
    original = getattr(owner, name)

    def wrapped(*args: Any, **named: Any) -> Any:
        try:
            returned = original(*args, **named)
        except Exception:
            otherwise(*args)
            raise
        do(*args)
        return returned

    setattr(owner, name, wrapped)


def _claims(claims: ModuleType) -> None:
    def refused(claim: Any, **_columns: Any) -> None:
        mark("refused", os.getpid())

    vars(claims)["RETRY_DELAY"] = timedelta(seconds=1)
    after(claims.Claim, "_end", lambda _claim: reach("before commit"))
    before(claims.Claim, "_announce", lambda _claim: reach("before announcing"))
    for written in ("save", "finish"):
        before(claims.Claim, written, lambda claim, *_: reach("before writing", claim))
    after(claims.Claim, "_write", lambda _claim: None, refused)
    after(claims.Claim, "save", lambda claim, heard: mark("saved", claim.transcript.pk, heard.position))
    after(claims.Claim, "save", lambda *_: reach("between slices"))


def _hearing(hearing: ModuleType) -> None:
    before(hearing, "transcribe_claim", lambda _worker, claim, *_: mark("begun", claim.transcript.pk, time.time()))
    before(hearing, "transcribe_claim", lambda *_: reach("after claim"))
    before(
        hearing._Hearing,
        "hear_next_slice",
        lambda one, _decoded: mark("slice", one.claim.transcript.pk, one.claim.transcript.slices.count()),
    )


def _whisper(whisper: ModuleType) -> None:
    before(whisper.FasterWhisper, "transcribe", lambda *_: reach("while hearing"))


def _tasks(_tasks: ModuleType) -> None:
    from celery import shared_task

    @shared_task(name="bare")
    def bare(sent_at: float) -> None:
        mark("bare", sent_at, time.time())


def _audio(audio: ModuleType) -> None:
    before(audio._Arrived, "take", lambda *_: reach("while decoding"))


def _child(child: ModuleType) -> None:
    def die(file: Any, *_: Any) -> None:
        if DEADLY in file.read():
            os.kill(os.getpid(), signal.SIGKILL)
        file.seek(0)

    before(child, "_send_pcm", die)


def _erase(erase: ModuleType) -> None:
    vars(erase)["LEASE"] = timedelta(seconds=2)
    after(erase, "erase_recordings", lambda *_: reach("while erasing"))


def _webhooks(delivery: ModuleType) -> None:
    vars(delivery)["LEASE"] = timedelta(seconds=2)
    after(delivery, "_post", lambda *_: reach("before noting"))


PATCHES = {
    "config.erasure.erase": _erase,
    "insights.services.webhook_delivery": _webhooks,
    "transcription.worker.claims": _claims,
    "transcription.worker.transcribe": _hearing,
    "transcription.core.decoding.decode": _audio,
    "transcription.core.engines.faster_whisper": _whisper,
    "transcription.tasks": _tasks,
    "transcription.core.decoding.sandbox": _child,
}


class _Finder:
    @staticmethod
    def find_spec(name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        """Find one of the patched modules as ever; what it loads is patched then."""
        found = PathFinder.find_spec(name, path) if name in PATCHES else None
        if found is None or found.loader is None:
            return None
        after(found.loader, "exec_module", PATCHES[name])
        return found


sys.meta_path.insert(0, _Finder)
