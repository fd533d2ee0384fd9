"""Models by which a person has memos heard again: those that are on this machine, and what is said of others."""

import logging

from django.conf import settings

from transcription.core.engines.protocol import Engine
from transcription.model_choice.hub import Choice
from transcription.model_choice.registry import engine, engine_problem
from transcription.worker import watchdog
from transcription.worker.claims import Claim, StaleClaim

log = logging.getLogger(__name__)

NOT_HERE = (
    "The model “{name}” is not here. Type .venv/bin/python manage.py model {name} on this machine, and ask once more."
)
UNLOADABLE = "The model “{name}” cannot be loaded: its files are damaged, or the memory is too small for it."


class UnknownModel(ValueError):
    """A model that is not on this machine; the message says what to type."""


def models_here() -> list[str]:
    """Return the names of the models in the models folder, beside the one of the settings; none with an endpoint."""
    folder = settings.HOME / "models"
    if settings.WHISPER_URL or not folder.is_dir():
        return []
    places = sorted(place for place in folder.iterdir() if Choice(place.name, place.name, place).is_here)
    return [place.name.replace("--", "/") for place in places]


def checked(name: str) -> str:
    """Return the name of a model that is here; "" stands for the one of the settings. Raises UnknownModel."""
    if name and name not in models_here():
        raise UnknownModel(NOT_HERE.format(name=name))
    return name


def asked_engine(claim: Claim) -> Engine | None:
    """Return the engine that a transcript was asked for by, or None: it is not here (any more), as its row says."""
    name = claim.transcript.asked_model
    reason = NOT_HERE.format(name=name)
    try:
        if not engine_problem(name):
            return engine(name)
    except (RuntimeError, ValueError, OSError) as error:
        log.error("A model that was asked for cannot be loaded (%s)", type(error).__name__)  # noqa: TRY400 - no stack
        reason = UNLOADABLE.format(name=name)
    try:
        claim.fail(reason)
    except StaleClaim:
        log.warning("Transcript %s is no longer this worker's", claim.transcript.pk)
    finally:
        watchdog.forget(claim.key)
    return None
