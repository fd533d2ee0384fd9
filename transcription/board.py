"""What is being written down, what waits, what rests, and what could not be: a user's own, and of others the counts."""

from collections import Counter
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Max

from capture.models import Memo, User
from transcription.models import State, Transcript, TranscriptQuerySet

SHOWN = 20
"""Transcripts of each list that are shown."""
OPEN = [State.WAITING, State.CLAIMED, State.PAUSED, State.FAILED, State.QUARANTINED, State.CANCELLED]
"""What is not done, or was left undone."""


class Listed(NamedTuple):
    """The first of some transcripts, and how many more there are."""

    first: list[Transcript]
    more: int

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self.first) + self.more

    def __bool__(self) -> bool:
        """Whether there are any."""
        return self.total > 0


class Board(NamedTuple):
    """A user's transcripts by how far they came; `waiting` in the order in which they are done.

    postponed: they are tried again later, each with the reason. kept: heard again in vain, their words stayed.
    """

    running: Listed
    waiting: Listed
    postponed: Listed
    paused: Listed
    failed: Listed
    cancelled: Listed
    kept: Listed
    again: int

    @property
    def is_moving(self) -> bool:
        """Whether a page that shows it is soon out of date."""
        return bool(self.running or self.waiting)


class Others(NamedTuple):
    """How many memos of other users stand where. Nothing else of them is anybody's business."""

    running: int
    waiting: int
    paused: int
    failed: int
    cancelled: int


def board(user: User, now: datetime) -> Board:
    """Return where a user's transcripts stand."""
    own = Transcript.objects.of(user).filter(memo__deleted_at=None)
    listed = own.without_words().annotate(heard_until=Max("slices__end"))
    counts = _counts(own.filter(current=True))
    beside = _counts(own.filter(current=False))
    running = list(listed.under_way(now).order_by("memo__received_at"))
    postponed = listed.filter(state=State.WAITING, due__gt=now)
    later = postponed.count()
    open_again = beside[State.WAITING] + beside[State.CLAIMED]
    waiting = counts[State.WAITING] + counts[State.CLAIMED] + open_again - len(running) - later + _unheard(user)
    failed = [State.FAILED, State.QUARANTINED]

    def ended(transcripts: TranscriptQuerySet, total: int) -> Listed:
        return _listed(transcripts.order_by("-finished_at"), total) if total else Listed([], 0)

    return Board(
        running=Listed(running, 0),
        waiting=_listed(listed.due(now), waiting),
        postponed=_listed(postponed.order_by("due"), later),
        paused=ended(listed.filter(state=State.PAUSED), counts[State.PAUSED] + beside[State.PAUSED]),
        failed=ended(listed.filter(current=True, state__in=failed), sum(counts[state] for state in failed)),
        cancelled=ended(listed.filter(current=True, state=State.CANCELLED), counts[State.CANCELLED]),
        kept=ended(
            listed.filter(current=False, state__in=[*failed, State.CANCELLED, State.NO_SPEECH]),
            sum(beside[state] for state in (*failed, State.CANCELLED, State.NO_SPEECH)),
        ),
        again=open_again + beside[State.PAUSED],
    )


def others(user: User, now: datetime) -> Others:
    """Return the counts of everybody but this user."""
    theirs = Transcript.objects.exclude(memo__user=user).filter(memo__deleted_at=None)
    counts, running = _counts(theirs), theirs.under_way(now).count()
    unheard = Memo.objects.kept().exclude(user=user).filter(transcripts=None).count()
    return Others(
        running=running,
        waiting=counts[State.WAITING] + counts[State.CLAIMED] - running + unheard,
        paused=counts[State.PAUSED],
        failed=counts[State.FAILED] + counts[State.QUARANTINED],
        cancelled=counts[State.CANCELLED],
    )


def job_of(memo: Memo) -> Transcript | None:
    """Return the last hearing of a memo, under way or ended; None before its first."""
    return memo.transcripts.order_by("-generation").first()


def _counts(transcripts: TranscriptQuerySet) -> Counter[str]:
    open_or_silent = transcripts.filter(state__in=[*OPEN, State.NO_SPEECH])
    return Counter(dict(open_or_silent.values_list("state").annotate(Count("pk")).order_by()))


def _unheard(user: User) -> int:
    return Memo.objects.of(user).filter(transcripts=None).count()


def _listed(transcripts: TranscriptQuerySet, total: int) -> Listed:
    first = list(transcripts[:SHOWN])
    return Listed(first, max(total - len(first), 0))
