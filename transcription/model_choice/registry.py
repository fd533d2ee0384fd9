"""The engine that the settings name: which it is, whether it is here, and loading it."""

import logging
import os
import threading
from pathlib import Path

from django.conf import settings

from transcription.core.download_record import Show
from transcription.core.engines import compute_device
from transcription.core.engines.faster_whisper import FasterWhisper
from transcription.core.engines.openai_compatible import DEFAULT_MODEL, OpenAICompatible
from transcription.core.engines.protocol import Engine
from transcription.core.messages import Message, Parameter
from transcription.model_choice import hub
from transcription.model_choice.auto import SpeedFile, this_machine
from transcription.model_choice.hub import AUTO, ModelChoice

log = logging.getLogger(__name__)

MAX_LOADED_MODELS = 2
"""Models in memory: that of the settings, and another by which somebody has memos heard again."""


def _timing() -> SpeedFile:
    return SpeedFile(settings.HOME / "speed.json")


def _threads() -> int:
    """Return how many processor threads each memo gets."""
    workers: int = settings.WORKER_THREADS
    return max(1, (os.cpu_count() or 1) // workers)


def _chosen_model(name: str) -> ModelChoice:
    """Return the model that is to be here in the end. name: another one than the settings name, or ""."""
    return hub.choose_model(name or settings.WHISPER_MODEL, settings.HOME / "models", _timing().speed())


def _used_model(name: str) -> ModelChoice:
    return hub.usable_model(_chosen_model(name), settings.HOME / "models")


def engine_problem(name: str = "") -> Message | None:
    """Return why nothing can be written down and what to do, or None where all is well.

    name: of another model than the settings name. What an endpoint lacks shows only when it is asked.
    """
    if settings.WHISPER_URL:
        return None
    return hub.model_problem(_used_model(name), offline=settings.OFFLINE, named=bool(name))


def model_folder() -> Path | None:
    """Return the folder of the model by which memos are heard, or None where none is here or another machine does."""
    choice = _used_model("")
    return choice.folder.absolute() if choice.is_here and not settings.WHISPER_URL else None


def engine_finding() -> tuple[bool, Message]:
    """Return whether all is well, and by what memos are heard, or why not. An endpoint is asked.

    A model that is on its way is well: nobody need do anything.
    """
    if settings.WHISPER_URL:
        endpoint = _whisper_endpoint("")
        problem = endpoint.problem()
        return not problem, problem or Message("endpoint_answers", {"model": endpoint.model, "host": endpoint.host})
    choice = _used_model("")
    if problem := engine_problem():
        return hub.is_being_fetched(problem), problem
    if choice.why:
        return True, Message("model_here_by_auto", _why_chosen(choice.name, choice.why))
    return True, Message("model_here", {"name": choice.name})


def _why_chosen(name: str, why: Message) -> dict[str, Parameter]:
    """Return the parameters of a message that says of a model why it is that."""
    return {"name": name, "why": why.code, **why.parameters}


def measure_machine(*, again: bool = False) -> Message | None:
    """Measure this machine's speed where that was not done or the machine was changed; it matters to `auto` alone.

    Returns what `auto` chose and why, if it was taken.
    """
    if not (_is_unmeasured() or (again and _is_choosing())) or not _timing().measure(this_machine(_threads())):
        return None
    return chosen_by_speed()


def chosen_by_speed() -> Message | None:
    """Return what `auto` chose and why, if it was taken and this machine's speed is known."""
    if not _is_choosing() or _is_unmeasured():
        return None
    choice = _chosen_model("")
    return choice.why and Message("model_suits", _why_chosen(choice.name, choice.why))


def _is_choosing() -> bool:
    return settings.WHISPER_MODEL == AUTO and not settings.WHISPER_URL


def _is_unmeasured() -> bool:
    return _is_choosing() and not _timing().is_of(this_machine(_threads()))


def is_fetch_due() -> bool:
    """Return whether this machine is to be measured, or the model to be fetched that is to be here in the end."""
    if settings.WHISPER_URL:
        return False
    choice = _chosen_model("")
    return _is_unmeasured() or not (settings.OFFLINE or choice.is_here or choice.is_folder)


def fetch_whisper_model(name: str = "", show: Show = lambda _: None) -> Message | None:
    """Fetch the model of the settings, or another, if it is not here and may be fetched. Returns what is missing.

    show: is told how far it is. Where the hub does not answer, `auto` takes what the package index has until it does.
    """
    if settings.WHISPER_URL:
        return Message("model_not_needed")
    choice = _chosen_model(name)
    if not (choice.is_here or choice.is_folder or settings.OFFLINE):
        hub.fetch_model(choice, show)
    return hub.model_problem(choice, offline=settings.OFFLINE, named=bool(name))


class EnginePool:
    """The engines of one process, each loaded when it is first needed, after any fork."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loaded: dict[str, Engine] = {}

    def load(self, name: str = "") -> Engine:
        """Load the engine unless it is in memory, and return it. Raises RuntimeError, ValueError or OSError.

        Whether its model is here is asked beforehand (engine_problem). name: of another model than the settings name.
        The one that was not asked for the longest is let go; its memory is free as soon as nobody listens with it.
        """
        with self._lock:
            key = f"{settings.WHISPER_URL} {name}" if settings.WHISPER_URL else str(_used_model(name).folder)
            loaded = self._loaded.pop(key, None)
            while loaded is None and len(self._loaded) >= MAX_LOADED_MODELS:
                del self._loaded[next(iter(self._loaded))]
            if loaded is None:
                loaded = _whisper_endpoint(name) if settings.WHISPER_URL else _load_whisper(_used_model(name))
            self._loaded[key] = loaded
            return loaded

    def loaded(self) -> list[Engine]:
        """Return the engines that are in memory."""
        with self._lock:
            return list(self._loaded.values())


def is_resting(listener: Engine) -> bool:
    """Return whether an engine is of no use for now: an endpoint that failed, and is asked again in a while."""
    return isinstance(listener, OpenAICompatible) and listener.is_left_alone


def _whisper_endpoint(name: str) -> OpenAICompatible:
    model = name or settings.WHISPER_MODEL
    return OpenAICompatible(
        settings.WHISPER_URL, key=settings.WHISPER_KEY, model=DEFAULT_MODEL if model == AUTO else model
    )


def _load_whisper(choice: ModelChoice) -> FasterWhisper:
    device = compute_device.this_machines_device()
    workers, threads = settings.WORKER_THREADS, _threads()
    try:
        return FasterWhisper(str(choice.folder), model=choice.name, workers=workers, threads=threads, device=device)
    except RuntimeError as error:
        if device.name == compute_device.PROCESSOR:
            raise
        log.warning("The GPU cannot be used (%s): the processor is", type(error).__name__)
        device = compute_device.processor_device()
        return FasterWhisper(str(choice.folder), model=choice.name, workers=workers, threads=threads, device=device)
