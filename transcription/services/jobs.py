"""What the other rooms, and this one's tasks, may ask of transcription."""

import logging
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import F, Min, Q, QuerySet
from django.utils import timezone

from capture.models import Memo, TextBeside, User
from transcription.core.engines.circuit_breaker import SUBJECT
from transcription.core.engines.protocol import Engine
from transcription.core.engines.provided_text import GivenText
from transcription.model_choice.registry import (
    engine,
    engine_problem,
    is_left_alone,
)
from transcription.models import State, Transcript
from transcription.worker.claims import Claim, next_claim
from transcription.worker.enqueue import admit, unheard
from transcription.worker.requested_model import asked_engine
from transcription.worker.transcribe import hear

log = logging.getLogger(__name__)

UNLOADABLE = "The Whisper model cannot be loaded: its files are damaged, or the memory is too small for it."


def transcribe_next() -> bool:
    """Do the transcript that is likeliest to be waited for, or its next slice. Returns whether there was one.

    Without a model, only those whose text was given with them can be done.
    """
    whisper = _whisper()
    claim = next_claim(given_alone=whisper is None)
    if claim is None:
        return False
    if listener := _listener(claim, whisper):
        hear(claim, listener)
    return True


def _listener(claim: Claim, whisper: Engine | None) -> Engine | None:
    """Return what is to hear a memo, or None where that is not here and the row says so."""
    if claim.transcript.asked_model:
        return asked_engine(claim)
    return whisper if claim.transcript.again else _given(claim.memo) or whisper


def _whisper() -> Engine | None:
    """Return the engine, or None where it is not here, cannot be loaded, or is an endpoint that is left alone."""
    if engine_problem():
        return None
    try:
        listener = engine()
    except (RuntimeError, ValueError, OSError) as error:
        log.error("The Whisper model cannot be loaded (%s)", type(error).__name__)  # noqa: TRY400 - every 20 seconds
        admit()
        Transcript.objects.unfinished().update(error=UNLOADABLE)
        return None
    return None if is_left_alone(listener) else listener


def _given(memo: Memo) -> Engine | None:
    """Return what stands in for hearing a memo whose text lay beside it."""
    beside = TextBeside.objects.filter(memo=memo).first()
    return GivenText(beside.words, model=beside.kind) if beside else None


def heard_well() -> QuerySet[Memo]:
    """Return memos whose words are written down."""
    return Memo.objects.filter(transcripts__in=Transcript.objects.current().ready())


def waiting() -> int:
    """Return how many memos could be worked on now: while there is no model, those whose text was given."""
    now = timezone.now()
    due, new = Transcript.objects.due(now), unheard(now)
    if engine_problem():
        due, new = due.given(), new.exclude(text_beside=None)
    return due.count() + new.count()


def stalled_since(now: datetime) -> datetime | None:
    """Return since when live memos have waited while nobody is at work on any, or None where all goes its way."""
    claims = Transcript.objects.filter(finished_at=None, again=False, memo__deleted_at=None, memo__archive=False)
    if claims.filter(state=State.CLAIMED, lease__gte=now).exists():
        return None
    unseen = Memo.objects.kept().filter(transcripts=None, archive=False)
    waits = (
        unseen.aggregate(since=Min("received_at")),
        claims.filter(state=State.WAITING, due__lte=now).aggregate(since=Min("due")),
        claims.filter(state=State.CLAIMED, lease__lt=now).aggregate(since=Min("lease")),
    )
    return min((wait["since"] for wait in waits if wait["since"]), default=None)


def hindrance() -> str | None:
    """Return why nothing that waits is heard at the moment, or None: no model, or an endpoint that is left alone.

    Of the latter the transcript tells that was sent there last: whoever asks is not the process that sent it.
    """
    waiting = Transcript.objects.current().filter(state=State.WAITING, due__gt=timezone.now())
    told = waiting.filter(error__startswith=SUBJECT).order_by("-due").values_list("error", flat=True)
    return engine_problem() or (told.first() if settings.WHISPER_URL else None)


def unfinished(user: User) -> QuerySet[Memo]:
    """Return a user's memos that are still being written down, in the order they were spoken."""
    under_way = Transcript.objects.current().unfinished().of(user)
    unheard = Q(transcripts=None) | Q(transcripts__in=under_way)
    return Memo.objects.of(user).filter(unheard).order_by("recorded_at")


def free_claims() -> None:
    """Take every claim back, none of them lost: for a start that knows that no worker is alive."""
    claimed = Transcript.objects.filter(state=State.CLAIMED)
    claimed.update(state=State.WAITING, fence=F("fence") + 1, lease=None, due=timezone.now())


def pause(transcript: Transcript) -> bool:
    """Let a transcript rest, what is done of it kept. Returns whether it was still to be done.

    Whoever is at it finds out when it shows progress, and writes nothing.
    """
    return _told(transcript, [State.WAITING, State.CLAIMED], state=State.PAUSED)


def resume(transcript: Transcript) -> bool:
    """Let a transcript that rests go on from where it was. Returns whether it did rest."""
    return _told(transcript, [State.PAUSED], state=State.WAITING, due=timezone.now())


def cancel(transcript: Transcript) -> bool:
    """Write it down no further, unless it is retried. Returns whether it was still to be done."""
    unfinished = [State.WAITING, State.CLAIMED, State.PAUSED]
    return _told(transcript, unfinished, state=State.CANCELLED, finished_at=timezone.now())


def retry(transcript: Transcript) -> bool:
    """Let a transcript that failed, was left alone or cancelled be tried again, as if for the first time.

    What is done of it is kept. Returns whether it was such a one.
    """
    afresh = {"due": timezone.now(), "lost_claims": 0, "decoder_deaths": 0, "error": "", "finished_at": None}
    return _told(transcript, [State.FAILED, State.QUARANTINED, State.CANCELLED], state=State.WAITING, **afresh)


def hear_all(transcript: Transcript) -> bool:
    """Let a memo in which nobody was heard be heard again, pauses and all. Returns whether it had still to be."""
    if transcript.without_vad:
        return False
    afresh = {"due": timezone.now(), "lost_claims": 0, "finished_at": None}
    return _told(transcript, [State.NO_SPEECH], state=State.WAITING, without_vad=True, **afresh)


def _told(transcript: Transcript, states: list[State], **columns: Any) -> bool:
    """Do as a person says, where it stands in one of these states. No older fence writes after that."""
    told = Transcript.objects.filter(pk=transcript.pk, state__in=states)
    return bool(told.update(fence=F("fence") + 1, lease=None, **columns))
