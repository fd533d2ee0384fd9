"""What is being written down, what waits, what rests, and what could not be: a user's own, and of others the counts."""

from collections import Counter
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, OuterRef, QuerySet, Subquery

from capture.models import Memo, User
from transcription.models import Slice, State, Transcript, TranscriptQuerySet
from transcription.services.forecast import is_any_unheard

SHOWN_JOBS = 20
"""Transcripts of each list that are shown."""
OPEN = [State.WAITING, State.CLAIMED, State.PAUSED, State.FAILED, State.QUARANTINED, State.CANCELLED]
"""What is not done, or was left undone."""
FAILED = [State.FAILED, State.QUARANTINED]
IN_VAIN = [*FAILED, State.CANCELLED, State.NO_SPEECH]
"""How a hearing ends that changes no words of before."""


class JobList(NamedTuple):
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


NONE = JobList([], 0)


class Board(NamedTuple):
    """A user's transcripts by how far they came; `waiting` in the order in which they are done.

    postponed: they are tried again later, each with the reason. kept: heard again in vain, their words stayed.
    """

    running: JobList
    waiting: JobList
    postponed: JobList
    paused: JobList
    failed: JobList
    cancelled: JobList
    kept: JobList
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

    def __bool__(self) -> bool:
        """Whether there is anything to tell of them."""
        return any(self)


def board(user: User, now: datetime) -> Board:
    """Return where a user's transcripts stand."""
    own = Transcript.objects.standing_at(Memo.objects.of(user))
    listed = own.without_words().annotate(heard_until=_heard_until())
    counts, beside = _state_counts(own)
    running = list(listed.under_way(now).order_by("memo__received_at"))
    postponed = listed.filter(state=State.WAITING, due__gt=now)
    later = postponed.count()
    waiting = sum(of[state] for of in (counts, beside) for state in (State.WAITING, State.CLAIMED))
    waiting += _unheard_count(Memo.objects.of(user)) - len(running) - later

    def ended(total: int, **which: Any) -> JobList:
        return _job_list(listed.filter(**which).order_by("-finished_at"), total) if total else NONE

    return Board(
        running=JobList(running, 0),
        waiting=_job_list(listed.due(now), waiting) if waiting else NONE,
        postponed=_job_list(postponed.order_by("due"), later) if later else NONE,
        paused=ended(counts[State.PAUSED] + beside[State.PAUSED], state=State.PAUSED),
        failed=ended(_count_in(counts, FAILED), current=True, state__in=FAILED),
        cancelled=ended(counts[State.CANCELLED], current=True, state=State.CANCELLED),
        kept=ended(_count_in(beside, IN_VAIN), current=False, state__in=IN_VAIN),
        again=_count_in(beside, [State.WAITING, State.CLAIMED, State.PAUSED]),
    )


def others(user: User, now: datetime) -> Others:
    """Return the counts of everybody but this user."""
    memos = Memo.objects.kept().exclude(user=user)
    theirs = Transcript.objects.standing_at(memos)
    counts = sum(_state_counts(theirs), Counter[str]())
    running = theirs.under_way(now).count()
    return Others(
        running=running,
        waiting=counts[State.WAITING] + counts[State.CLAIMED] - running + _unheard_count(memos),
        paused=counts[State.PAUSED],
        failed=_count_in(counts, FAILED),
        cancelled=counts[State.CANCELLED],
    )


def job_of(memo: Memo) -> Transcript | None:
    """Return the last hearing of a memo, under way or ended; None before its first."""
    return memo.transcripts.order_by("-generation").first()


def _heard_until() -> Subquery:
    slices = Slice.objects.filter(transcript=OuterRef("pk")).order_by("-position")
    return Subquery(slices.values("end")[:1])


def _state_counts(transcripts: TranscriptQuerySet) -> tuple[Counter[str], Counter[str]]:
    """Return how many stand where: of those that are shown, and of those heard again beside them."""
    by_state = transcripts.filter(state__in=[*OPEN, State.NO_SPEECH]).values_list("current", "state")
    counts = (Counter[str](), Counter[str]())
    for is_current, state, count in by_state.annotate(Count("pk")).order_by():
        counts[not is_current][state] = count
    return counts


def _count_in(counts: Counter[str], states: list[State]) -> int:
    return sum(counts[state] for state in states)


def _unheard_count(memos: QuerySet[Memo]) -> int:
    return memos.filter(transcripts=None).count() if is_any_unheard() else 0


def _job_list(transcripts: TranscriptQuerySet, total: int) -> JobList:
    first = list(transcripts[:SHOWN_JOBS])
    return JobList(first, max(total - len(first), 0))
