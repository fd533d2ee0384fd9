"""What a worker does next: the memo that is likeliest to be waited for, and the engine that is to hear it."""

import logging
import time

from capture.models import Memo, TextBeside
from transcription.core.engines.protocol import Engine
from transcription.core.engines.provided_text import ProvidedText
from transcription.core.messages import Message
from transcription.model_choice.registry import engine_problem, is_resting
from transcription.models import Transcript
from transcription.worker.claims import Claim, StaleClaim, claim_next
from transcription.worker.enqueue import enqueue_all
from transcription.worker.state import WorkerState
from transcription.worker.transcribe import transcribe_claim

log = logging.getLogger(__name__)


class ModelUnloadable(Exception):
    """A model is not here, or cannot be loaded; problem says which."""

    def __init__(self, problem: Message) -> None:
        super().__init__(str(problem))
        self.problem = problem


def transcribe_next(worker: WorkerState) -> bool:
    """Transcribe the memo that is likeliest to be waited for, or its next slice. Returns whether there was one.

    Without a model, only those whose text was given with them can be done.
    """
    try:
        whisper = _load_usable(worker)
    except ModelUnloadable as unloadable:
        whisper = None
        enqueue_all(worker)
        Transcript.objects.unfinished().update(error=str(unloadable.problem))
    claim = claim_next(worker, given_alone=whisper is None)
    if claim is None:
        return False
    begun = time.monotonic()
    try:
        listener = _load_for(worker, claim, whisper)
    except ModelUnloadable as unloadable:
        _fail_claim(worker, claim, unloadable.problem)
    else:
        if listener:
            transcribe_claim(worker, claim, listener, whisper)
    finally:
        worker.turns.charge(claim.transcript.user_id, time.monotonic() - begun)
    return True


def _fail_claim(worker: WorkerState, claim: Claim, problem: Message) -> None:
    """Mark a claimed transcript failed, unless it is another worker's by now."""
    try:
        claim.fail(problem)
    except StaleClaim:
        log.warning("Transcript %s is no longer this worker's", claim.transcript.pk)
    finally:
        worker.watchdog.forget(claim.key)


def _load_for(worker: WorkerState, claim: Claim, whisper: Engine | None) -> Engine | None:
    """Return what is to hear a memo, loaded, or None where there is nothing now. Raises ModelUnloadable."""
    if claim.transcript.asked_model:
        return _load_requested(worker, claim.transcript.asked_model)
    return whisper if claim.transcript.again else _provided_text(claim.memo) or whisper


def _load_usable(worker: WorkerState) -> Engine | None:
    """Return the engine, loaded, or None where it is not here or is an endpoint that is left alone.

    Raises ModelUnloadable.
    """
    if engine_problem():
        return None
    try:
        listener = worker.engines.load()
    except (RuntimeError, ValueError, OSError) as error:
        log.error("The Whisper model cannot be loaded (%s)", type(error).__name__)  # noqa: TRY400 - every 20 seconds
        raise ModelUnloadable(Message("model_unloadable")) from error
    return None if is_resting(listener) else listener


def _provided_text(memo: Memo) -> Engine | None:
    """Return what stands in for hearing a memo whose text lay beside it."""
    beside = TextBeside.objects.filter(memo=memo).first()
    return ProvidedText(beside.words, model=beside.kind) if beside else None


def _load_requested(worker: WorkerState, name: str) -> Engine:
    """Return the engine of a model that a person asked for, loaded. Raises ModelUnloadable."""
    if engine_problem(name):
        raise ModelUnloadable(Message("requested_model_missing", {"name": name}))
    try:
        return worker.engines.load(name)
    except (RuntimeError, ValueError, OSError) as error:
        log.error("A model that was asked for cannot be loaded (%s)", type(error).__name__)  # noqa: TRY400 - no stack
        raise ModelUnloadable(Message("requested_model_unloadable", {"name": name})) from error
