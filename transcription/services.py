"""What the other rooms, and this one's tasks, may ask of transcription."""

from django.utils import timezone

from capture.models import Memo, User
from transcription.claims import next_claim
from transcription.engine import engine_problem, ensure_model
from transcription.hearing import hear
from transcription.models import State, Transcript

__all__ = ["engine_problem", "ensure_model", "retry", "transcribe_next", "unfinished_count", "waiting"]


def transcribe_next() -> bool:
    """Do the transcript that is likeliest to be waited for. Returns whether there was one."""
    if engine_problem():
        return False
    claim = next_claim()
    if claim is None:
        return False
    hear(claim)
    return True


def waiting() -> int:
    """Return how many memos could be worked on now: none while there is no model."""
    if engine_problem():
        return 0
    return Transcript.objects.due(timezone.now()).count() + Memo.objects.kept().filter(transcripts=None).count()


def unfinished_count(user: User) -> int:
    """Return how many of a user's memos are still being written down."""
    memos = Memo.objects.of(user)
    unheard = memos.filter(transcripts=None).count()
    return unheard + Transcript.objects.unfinished().filter(memo__user=user, current=True).count()


def retry(transcript: Transcript) -> None:
    """Let a transcript that failed or was left alone be tried again, as if for the first time."""
    ended = Transcript.objects.filter(pk=transcript.pk, state__in=[State.FAILED, State.QUARANTINED])
    ended.update(state=State.WAITING, due=timezone.now(), lost_claims=0, decoder_deaths=0, error="", finished_at=None)
