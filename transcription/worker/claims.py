"""Claim transcripts by a lease and a fence number: whoever holds an older fence writes nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from capture.models import Memo
from transcription.core.decoding.decode import MAX_DECODER_DEATHS
from transcription.core.messages import Message
from transcription.core.warnings.spans import is_doubtful
from transcription.core.words import from_rows
from transcription.models import Slice, State, Transcript, TranscriptQuerySet
from transcription.models.transcripts import LAST_AFTER_LOST_CLAIMS
from transcription.services.retranscribe import make_current
from transcription.signals import transcript_ready
from transcription.worker.claim_file import ClaimKey, abandoned_claims
from transcription.worker.enqueue import enqueue_all, enqueue_new
from transcription.worker.state import WorkerState, workers_folder
from transcription.worker.watchdog import Watchdog

QUARANTINE_AFTER_LOST_CLAIMS = 10
"""Lost claims after which a transcript is left alone."""
RETRY_DELAY = timedelta(seconds=30)
"""How long a transient failure waits, times the number of times it happened."""

PATIENT_FACTOR = 4
"""How many times longer a claim may take that was lost often: the machine may be too slow for the usual time."""


class StaleClaim(Exception):
    """Somebody else holds this transcript now, or it is gone. Nothing was written."""


@dataclass(frozen=True)
class Claim:
    """The right to write one transcript, for as long as no newer fence was given out."""

    transcript: Transcript
    fence: int
    watchdog: Watchdog

    @property
    def memo(self) -> Memo:
        """The memo that is to be heard."""
        return self.transcript.memo

    @property
    def key(self) -> ClaimKey:
        """What tells this claim from any other, older and newer ones of the same transcript included."""
        return self.transcript.pk, self.fence

    @property
    def is_alone(self) -> bool:
        """Whether this process does nothing else meanwhile: it was lost often, and may take others along."""
        return self.transcript.lost_claims >= LAST_AFTER_LOST_CLAIMS

    def renew(self, allowed: float = 0.0, **columns: Any) -> None:
        """Take a new lease, for there was progress. Raises StaleClaim.

        allowed: seconds until the next progress, if more than usual. columns: what is known by now. Lost claims stay
        counted until something is saved: whatever kills its worker may do so again.
        """
        seconds = self.allowed(allowed)
        self._write(lease=timezone.now() + timedelta(seconds=seconds), **columns)
        self.watchdog.expect_progress(self.key, seconds)

    def allowed(self, seconds: float = 0.0) -> float:
        """Return the lease in seconds for work that is expected to take `seconds`."""
        least: float = settings.LEASE_SECONDS
        return max(seconds, least) * (PATIENT_FACTOR if self.is_alone else 1)

    def _write(self, **columns: Any) -> None:
        # The memo is asked for in a subquery, not a join: the fence must stand in the UPDATE's own WHERE, for only that
        # is looked at again when PostgreSQL has waited for another writer.
        kept = Memo.objects.kept().values("pk")
        mine = Transcript.objects.filter(pk=self.transcript.pk, fence=self.fence, state=State.CLAIMED, memo__in=kept)
        if not mine.update(**columns):
            raise StaleClaim(str(self.transcript.pk))

    def _end(self, **columns: Any) -> None:
        self._write(lease=None, **columns)
        self.watchdog.forget(self.key)

    def save(self, heard: Slice) -> None:
        """Save a slice and give the transcript back, so that what is waited for more goes first. Raises StaleClaim.

        Such progress clears the lost claims.
        """
        with transaction.atomic():
            self._end(state=State.WAITING, due=timezone.now(), lost_claims=0, error="")
            heard.save()

    def finish(self, **columns: Any) -> None:
        """Write what was heard, and announce it where there are words. Raises StaleClaim.

        Of a memo that is heard again, the words from before are shown until now, and after it if there are none now.
        """
        state = State.READY if columns["text"].strip() else State.NO_SPEECH
        columns["is_doubtful"] = is_doubtful(from_rows(columns["words"]), columns.get("warnings", []))
        with transaction.atomic():
            self._end(state=state, error="", finished_at=timezone.now(), **columns)
            Slice.objects.filter(transcript=self.transcript).delete()
            if state == State.READY:
                make_current(self.transcript)
                transaction.on_commit(self._announce, robust=True)

    def _announce(self) -> None:
        transcript_ready.send_robust(sender=Transcript, id=self.transcript.pk)

    def fail(self, reason: Message) -> None:
        """Mark the transcript failed, for trying again would end the same. Raises StaleClaim."""
        self._end(state=State.FAILED, error=str(reason), finished_at=timezone.now())

    def count_decoder_death(self, reason: Message) -> None:
        """Count a death of the decoding child; after the third, quarantine the transcript. Raises StaleClaim."""
        deaths = self.transcript.decoder_deaths + 1
        self._retry_or_quarantine(deaths, MAX_DECODER_DEATHS, decoder_deaths=deaths, error=str(reason))

    def release(self, reason: Message) -> None:
        """Give the transcript back as lost, to be tried again later. Raises StaleClaim."""
        lost = self.transcript.lost_claims + 1
        self._retry_or_quarantine(lost, QUARANTINE_AFTER_LOST_CLAIMS, lost_claims=lost, error=str(reason))

    def postpone(self, reason: Message, after: timedelta = RETRY_DELAY) -> None:
        """Give the transcript back, to be tried again later, not counted as lost. Raises StaleClaim."""
        self._end(state=State.WAITING, due=timezone.now() + after, error=str(reason))

    def _retry_or_quarantine(self, times: int, most: int, **columns: Any) -> None:
        now = timezone.now()
        if times >= most:
            self._end(state=State.QUARANTINED, finished_at=now, **columns)
        else:
            self._end(state=State.WAITING, due=now + times * RETRY_DELAY, **columns)


def claim_next(worker: WorkerState, *, given_alone: bool = False) -> Claim | None:
    """Enqueue new memos and claim the best due transcript; return None where nothing is due.

    given_alone: of those with a text beside. A claim that ran out unfinished is lost: it is counted, and after
    QUARANTINE_AFTER_LOST_CLAIMS without progress given up. What was lost often is claimed while this process does
    nothing else, and then nothing else is.
    """
    take_back_abandoned_claims()
    enqueue_new(worker)
    with worker.choosing:
        claim = _claim_best(worker, given_alone=given_alone)
        if claim is None:
            enqueue_all(worker)
            claim = _claim_best(worker, given_alone=given_alone)
    return claim


def _claim_best(worker: WorkerState, *, given_alone: bool) -> Claim | None:
    watchdog = worker.watchdog
    while worker.alone not in watchdog.under_way():
        now = timezone.now()
        kept = worker.audio.ids()
        worker.reading.intersection_update(key for key in watchdog.under_way() if key[0] not in kept)
        due = _startable(worker, Transcript.objects.due(now).select_related("memo__user"))
        best = _next_in_turn(worker, due.given() if given_alone else due)
        if best is None:
            break
        if best.state == State.CLAIMED:
            _take_back(best, now)
            continue
        claim = Claim(best, best.fence + 1, watchdog)
        if claim.is_alone and watchdog.under_way():
            break
        seconds = claim.allowed()
        mine = Transcript.objects.filter(pk=best.pk, state=State.WAITING, fence=best.fence)
        if _take(claim, mine, seconds):
            worker.turns.begin(best.user_id)
            worker.alone = claim.key if claim.is_alone else None
            if best.is_long and best.pk not in worker.audio.ids():
                worker.reading.add(claim.key)
            return claim
    return None


def _take(claim: Claim, mine: TranscriptQuerySet, seconds: float) -> bool:
    """Take a claim unless somebody else was sooner, and return whether it was taken.

    It is watched before it is ours: where this process is killed in between, others know whose it was.
    """
    claim.watchdog.expect_progress(claim.key, seconds)
    taken = 0
    try:
        lease = timezone.now() + timedelta(seconds=seconds)
        taken = mine.update(state=State.CLAIMED, fence=claim.fence, lease=lease)
    finally:
        if not taken:
            claim.watchdog.forget(claim.key)
    return bool(taken)


def _next_in_turn(worker: WorkerState, due: TranscriptQuerySet) -> Transcript | None:
    """Return what is likeliest to be waited for; among as likely ones, that of the user who had the least work done."""
    firsts = due.first_of_each()
    turns = worker.turns
    return min(firsts, key=lambda first: (first.turn, turns.clock_of(first.user_id), first.received_at), default=None)


def _startable(worker: WorkerState, due: TranscriptQuerySet) -> TranscriptQuerySet:
    """Return what a thread may begin with: decoding an hour takes a minute, and one thread is left for short memos."""
    if len(worker.reading) < max(1, settings.WORKER_THREADS - 1):
        return due
    return due.filter(Q(is_long=False) | Q(pk__in=worker.audio.ids()))


def take_back_abandoned_claims() -> int:
    """Take back the claims of this machine's workers that are gone, and return how many. Their leases need not run out.

    What was lost often waits a while: whatever kills its workers may do so again.
    """
    now, taken = timezone.now(), 0
    with abandoned_claims(workers_folder()) as keys:
        for key, fence in keys:
            if lost := Transcript.objects.filter(pk=key, state=State.CLAIMED, fence=fence).first():
                pause = max(0, lost.lost_claims + 1 - LAST_AFTER_LOST_CLAIMS) * RETRY_DELAY
                _take_back(lost, now + pause)
                taken += 1
    return taken


def _take_back(lost: Transcript, due: datetime) -> None:
    """Count a claim as lost, and let the transcript wait again, or leave it alone for good."""
    ended: dict[str, Any] = {"state": State.WAITING, "due": due}
    if lost.lost_claims + 1 >= QUARANTINE_AFTER_LOST_CLAIMS:
        ended = {"state": State.QUARANTINED, "finished_at": timezone.now(), "error": str(Message("never_ended"))}
    mine = Transcript.objects.filter(pk=lost.pk, state=State.CLAIMED, fence=lost.fence)
    mine.update(fence=lost.fence + 1, lease=None, lost_claims=lost.lost_claims + 1, **ended)


def release_all_claims() -> None:
    """Release every claim, none counted as lost: for a start that knows that no worker is alive."""
    claimed = Transcript.objects.filter(state=State.CLAIMED)
    claimed.update(state=State.WAITING, fence=F("fence") + 1, lease=None, due=timezone.now())
