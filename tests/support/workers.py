"""Workers of the tests' own: each has its state, and none ends the process of the tests."""

from transcription.core.engines.protocol import Engine
from transcription.model_choice.registry import EnginePool
from transcription.worker.claim_file import ClaimFile
from transcription.worker.state import WorkerState, workers_folder
from transcription.worker.watchdog import Watchdog

ENGINES = EnginePool()
"""Loading a model takes longer than most tests."""


def new_worker() -> WorkerState:
    """Return the state of a worker that began just now."""
    return WorkerState(engines=ENGINES, watchdog=Watchdog(ClaimFile(workers_folder()), end=lambda: None))


class OneEngine(EnginePool):
    """Whatever is asked for, this one engine is there."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._one = engine

    def load(self, name: str = "") -> Engine:
        return self._one
