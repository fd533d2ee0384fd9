"""What pages and other rooms ask about hearings, and what a person does to one: pause, resume, cancel, retry."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import F, Min, Q, QuerySet
from django.utils import timezone

from capture.models import Memo, User, resting_user_ids
from transcription.core.engines.openai_compatible import ENDPOINT
from transcription.core.messages import Message, parse_message
from transcription.model_choice.registry import engine_problem
from transcription.models import State, Transcript


def memos_with_words() -> QuerySet[Memo]:
    """Return memos whose words are written down."""
    return Memo.objects.filter(transcripts__in=Transcript.objects.current().ready())


def unheard_memos(now: datetime) -> QuerySet[Memo]:
    """Return memos that have no transcript yet and may be written down now."""
    return Memo.objects.kept().filter(transcripts=None).exclude(archive=True, user__in=resting_user_ids(now))


def count_due_transcripts() -> int:
    """Return how many memos could be worked on now: while there is no model, those whose text was given."""
    now = timezone.now()
    due, new = Transcript.objects.due(now), unheard_memos(now)
    if engine_problem():
        due, new = due.given(), new.exclude(text_beside=None)
    return due.count() + new.count()


def count_waiting_memos() -> int:
    """Return how many memos of all users wait to be written down: nobody is at work on them."""
    now = timezone.now()
    waiting = Q(state=State.WAITING) | Q(state=State.CLAIMED, lease__lt=now)
    known = Transcript.objects.current().filter(waiting).count()
    return known + Memo.objects.kept().filter(transcripts=None).count()


def is_live_memo_due() -> bool:
    """Return whether a memo that is no old recording waits to be written down, and could be now."""
    if engine_problem():
        return False
    now = timezone.now()
    due = Transcript.objects.due(now).filter(archive=False, again=False)
    return due.exists() or unheard_memos(now).filter(archive=False).exists()


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


def hearing_hindrance() -> Message | None:
    """Return why nothing is being transcribed, or None: there is no model, or the endpoint does not answer.

    Of the endpoint's state the transcript says that was sent there last: this is not the process that sent it.
    """
    waiting = Transcript.objects.current().filter(state=State.WAITING, due__gt=timezone.now())
    told = waiting.filter(error__startswith=ENDPOINT).order_by("-due").values_list("error", flat=True)
    return engine_problem() or (parse_message(told.first() or "") if settings.WHISPER_URL else None)


def unfinished_memos(user: User) -> QuerySet[Memo]:
    """Return a user's memos that are still being written down, in the order they were spoken."""
    under_way = Transcript.objects.current().unfinished().of(user)
    unheard = Q(transcripts=None) | Q(transcripts__in=under_way)
    return Memo.objects.of(user).filter(unheard).order_by("recorded_at")


def pause_transcript(transcript: Transcript) -> bool:
    """Pause a transcript; its saved slices stay. Returns whether it was still to be done.

    Whoever is at it finds out when it shows progress, and writes nothing.
    """
    return _move_state(transcript, [State.WAITING, State.CLAIMED], state=State.PAUSED)


def resume_transcript(transcript: Transcript) -> bool:
    """Resume a paused transcript after its last saved slice. Returns whether it was paused."""
    return _move_state(transcript, [State.PAUSED], state=State.WAITING, due=timezone.now())


def cancel_transcript(transcript: Transcript) -> bool:
    """Cancel a transcript until it is retried. Returns whether it was still to be done."""
    unfinished = [State.WAITING, State.CLAIMED, State.PAUSED]
    return _move_state(transcript, unfinished, state=State.CANCELLED, finished_at=timezone.now())


def retry_transcript(transcript: Transcript) -> bool:
    """Let a failed, quarantined or cancelled transcript be tried again, as if for the first time.

    What is done of it is kept. Returns whether it was such a one.
    """
    afresh = {"due": timezone.now(), "lost_claims": 0, "decoder_deaths": 0, "error": "", "finished_at": None}
    return _move_state(transcript, [State.FAILED, State.QUARANTINED, State.CANCELLED], state=State.WAITING, **afresh)


def retry_without_vad(transcript: Transcript) -> bool:
    """Let a memo without speech be heard again without the VAD. Returns whether that was not done before."""
    if transcript.without_vad:
        return False
    afresh = {"due": timezone.now(), "lost_claims": 0, "finished_at": None}
    return _move_state(transcript, [State.NO_SPEECH], state=State.WAITING, without_vad=True, **afresh)


def _move_state(transcript: Transcript, states: list[State], **columns: Any) -> bool:
    """Update a transcript that stands in one of these states. No older fence writes after that."""
    told = Transcript.objects.filter(pk=transcript.pk, state__in=states)
    return bool(told.update(fence=F("fence") + 1, lease=None, **columns))
