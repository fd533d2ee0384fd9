"""The one engine of this process, loaded when it is first needed, after any fork."""

import os
import threading

from django.conf import settings

from transcription import whisper_models
from transcription.engines.protocol import Engine
from transcription.engines.whisper import FasterWhisper

_lock = threading.Lock()
_loaded: dict[str, Engine] = {}


def _choice(name: str = "") -> whisper_models.Choice:
    return whisper_models.choose(name or settings.WHISPER_MODEL, settings.HOME / "models")


def engine_problem(name: str = "") -> str | None:
    """Return a sentence that says why nothing can be written down and what to type, or None where all is well.

    name: of another model than the settings name.
    """
    return whisper_models.missing(_choice(name), offline=settings.OFFLINE)


def ensure_model() -> str | None:
    """Fetch the model if it is not here and may be fetched. Returns what is still missing, as engine_problem does."""
    choice = _choice()
    if not (choice.is_here or choice.is_folder or settings.OFFLINE):
        whisper_models.download(choice)
    return engine_problem()


def engine(name: str = "") -> Engine:
    """Return the engine, its model loaded: whether that is here is asked beforehand (engine_problem).

    name: of another model than the settings name.
    """
    choice = _choice(name)
    with _lock:
        if choice.name not in _loaded:
            workers = settings.WORKER_THREADS
            _loaded[choice.name] = FasterWhisper(
                str(choice.folder),
                model=choice.name,
                workers=workers,
                threads=max(1, (os.cpu_count() or 1) // workers),
            )
        return _loaded[choice.name]
