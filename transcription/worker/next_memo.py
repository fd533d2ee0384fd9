"""What a worker does next: the memo that is likeliest to be waited for, and the engine that is to hear it."""

import logging

from capture.models import Memo, TextBeside
from transcription.core.engines.protocol import Engine
from transcription.core.engines.provided_text import ProvidedText
from transcription.core.messages import Message
from transcription.model_choice.registry import engine_problem, is_resting
from transcription.models import Transcript
from transcription.worker.claims import Claim, StaleClaim, next_claim
from transcription.worker.enqueue import enqueue_all
from transcription.worker.state import WorkerState
from transcription.worker.transcribe import transcribe_claim

log = logging.getLogger(__name__)


def transcribe_next(worker: WorkerState) -> bool:
    """Transcribe the memo that is likeliest to be waited for, or its next slice. Returns whether there was one.

    Without a model, only those whose text was given with them can be done.
    """
    whisper = _usable_engine(worker)
    claim = next_claim(worker, given_alone=whisper is None)
    if claim is None:
        return False
    if listener := _engine_for(worker, claim, whisper):
        transcribe_claim(worker, claim, listener)
    return True


def _engine_for(worker: WorkerState, claim: Claim, whisper: Engine | None) -> Engine | None:
    """Return what is to hear a memo, or None where that is not here and the row says so."""
    if claim.transcript.asked_model:
        return _requested_engine(worker, claim)
    return whisper if claim.transcript.again else _provided_text(claim.memo) or whisper


def _usable_engine(worker: WorkerState) -> Engine | None:
    """Return the engine, or None where it is not here, cannot be loaded, or is an endpoint that is left alone."""
    if engine_problem():
        return None
    try:
        listener = worker.engines.engine()
    except (RuntimeError, ValueError, OSError) as error:
        log.error("The Whisper model cannot be loaded (%s)", type(error).__name__)  # noqa: TRY400 - every 20 seconds
        enqueue_all(worker)
        Transcript.objects.unfinished().update(error=str(Message("model_unloadable")))
        return None
    return None if is_resting(listener) else listener


def _provided_text(memo: Memo) -> Engine | None:
    """Return what stands in for hearing a memo whose text lay beside it."""
    beside = TextBeside.objects.filter(memo=memo).first()
    return ProvidedText(beside.words, model=beside.kind) if beside else None


def _requested_engine(worker: WorkerState, claim: Claim) -> Engine | None:
    """Return the engine that a transcript was asked for by, or None: it is not here (any more), as its row says."""
    name = claim.transcript.asked_model
    problem = Message("requested_model_missing", {"name": name})
    try:
        if not engine_problem(name):
            return worker.engines.engine(name)
    except (RuntimeError, ValueError, OSError) as error:
        log.error("A model that was asked for cannot be loaded (%s)", type(error).__name__)  # noqa: TRY400 - no stack
        problem = Message("requested_model_unloadable", {"name": name})
    try:
        claim.fail(problem)
    except StaleClaim:
        log.warning("Transcript %s is no longer this worker's", claim.transcript.pk)
    finally:
        worker.watchdog.forget(claim.key)
    return None
