"""What the other rooms, and this one's tasks, may ask of transcription."""

import logging
from datetime import datetime

from django.db.models import F, Min, Q, QuerySet
from django.utils import timezone

from capture.models import Memo, User
from transcription.claims import admit, next_claim
from transcription.engine import engine, engine_problem, ensure_model
from transcription.hearing import hear
from transcription.models import State, Transcript

__all__ = [
    "engine_problem",
    "ensure_model",
    "free_claims",
    "retry",
    "stalled_since",
    "transcribe_next",
    "unfinished",
    "waiting",
]


log = logging.getLogger(__name__)

UNLOADABLE = "The Whisper model cannot be loaded: its files are damaged, or the memory is too small for it."


def transcribe_next() -> bool:
    """Do the transcript that is likeliest to be waited for. Returns whether there was one."""
    if engine_problem():
        return False
    try:
        listener = engine()
    except (RuntimeError, ValueError, OSError) as error:
        log.error("The Whisper model cannot be loaded (%s)", type(error).__name__)  # noqa: TRY400 - every 20 seconds
        admit()
        Transcript.objects.unfinished().update(error=UNLOADABLE)
        return False
    claim = next_claim()
    if claim is None:
        return False
    hear(claim, listener)
    return True


def waiting() -> int:
    """Return how many memos could be worked on now: none while there is no model."""
    if engine_problem():
        return 0
    return Transcript.objects.due(timezone.now()).count() + Memo.objects.kept().filter(transcripts=None).count()


def stalled_since(now: datetime) -> datetime | None:
    """Return since when live memos have waited while nobody is at work on any, or None where all goes its way."""
    claims = Transcript.objects.filter(memo__deleted_at=None, memo__archive=False)
    if claims.filter(state=State.CLAIMED, lease__gte=now).exists():
        return None
    unseen = Memo.objects.kept().filter(transcripts=None, archive=False)
    waits = (
        unseen.aggregate(since=Min("received_at")),
        claims.filter(state=State.WAITING, due__lte=now).aggregate(since=Min("due")),
        claims.filter(state=State.CLAIMED, lease__lt=now).aggregate(since=Min("lease")),
    )
    return min((wait["since"] for wait in waits if wait["since"]), default=None)


def unfinished(user: User) -> QuerySet[Memo]:
    """Return a user's memos that are still being written down, in the order they were spoken."""
    under_way = Transcript.objects.current().unfinished().of(user)
    unheard = Q(transcripts=None) | Q(transcripts__in=under_way)
    return Memo.objects.of(user).filter(unheard).order_by("recorded_at")


def free_claims() -> None:
    """Take every claim back, none of them lost: for a start that knows that no worker is alive."""
    claimed = Transcript.objects.filter(state=State.CLAIMED)
    claimed.update(state=State.WAITING, fence=F("fence") + 1, lease=None, due=timezone.now())


def retry(transcript: Transcript) -> None:
    """Let a transcript that failed or was left alone be tried again, as if for the first time."""
    ended = Transcript.objects.filter(pk=transcript.pk, state__in=[State.FAILED, State.QUARANTINED])
    ended.update(state=State.WAITING, due=timezone.now(), lost_claims=0, decoder_deaths=0, error="", finished_at=None)
