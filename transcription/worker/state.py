"""What one worker process holds in memory, made at its start and handed to whatever works in it."""

import threading
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from transcription.core.turns import Turns
from transcription.model_choice.registry import EnginePool
from transcription.worker.audio_cache import AudioCache
from transcription.worker.claim_file import ClaimFile, ClaimKey
from transcription.worker.time_budget import TimeBudget
from transcription.worker.watchdog import Watchdog


def workers_folder() -> Path:
    """Return where the workers of this machine say what they are at."""
    return Path(settings.HOME, "workers")


def _watchdog() -> Watchdog:
    return Watchdog(ClaimFile(workers_folder()))


@dataclass
class WorkerState:
    """A worker process: its engines, the claims it is at, and what it keeps between them. Its threads share it.

    choosing: held while a claim is chosen. measuring: held while peaks of old memos are made. turns: whose memo is
    heard next. alone: the claim beside which nothing else is done, for as long as it is watched. reading: claims of
    long recordings that were still to be decoded. enqueued_all_at: when every memo without a transcript was last
    given one, by time.monotonic.
    """

    engines: EnginePool = field(default_factory=EnginePool)
    watchdog: Watchdog = field(default_factory=_watchdog)
    audio: AudioCache = field(default_factory=AudioCache)
    time_budget: TimeBudget = field(default_factory=TimeBudget)
    choosing: threading.Lock = field(default_factory=threading.Lock)
    measuring: threading.Lock = field(default_factory=threading.Lock)
    turns: Turns = field(default_factory=Turns)
    alone: ClaimKey | None = None
    reading: set[ClaimKey] = field(default_factory=set)
    enqueued_all_at: float = -float("inf")
