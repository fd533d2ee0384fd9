"""Who may work on what: a lease and a fence. Whoever holds an older fence writes nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from capture.models import Memo, resting
from transcription import watchdog
from transcription.models import State, Transcript
from transcription.signals import transcript_ready

LONG_BYTES = 2_000_000
"""A recording larger than this is long: about four minutes at a phone's usual 64 kbit/s."""

QUARANTINE_AFTER = 10
"""Lost claims after which a transcript is left alone."""
DEATHS = 3
"""Deaths of the decoding child after which a recording is not read again."""
AGAIN_AFTER = timedelta(seconds=30)
"""How long a transient failure waits, times the number of times it happened."""

ADMITTED = 1000
"""Most memos that are given a transcript to be done at once."""


class StaleClaim(Exception):
    """Somebody else holds this transcript now, or it is gone. Nothing was written."""


@dataclass(frozen=True)
class Claim:
    """The right to write one transcript, for as long as no newer fence was given out."""

    transcript: Transcript
    fence: int

    @property
    def memo(self) -> Memo:
        """The memo that is to be heard."""
        return self.transcript.memo

    @property
    def key(self) -> tuple[UUID, int]:
        """What tells this claim from any other, older and newer ones of the same transcript included."""
        return self.transcript.pk, self.fence

    def renew(self) -> None:
        """Take a new lease, for there was progress. Raises StaleClaim.

        Lost claims stay counted: nothing is saved before the end, so whatever kills its worker does so again.
        """
        self._write(lease=timezone.now() + _lease())
        watchdog.expect_progress(self.key, settings.LEASE_SECONDS)

    def _write(self, **columns: Any) -> None:
        # The memo is asked for in a subquery, not a join: the fence must stand in the UPDATE's own WHERE, for only that
        # is looked at again when PostgreSQL has waited for another writer.
        kept = Memo.objects.kept().values("pk")
        mine = Transcript.objects.filter(pk=self.transcript.pk, fence=self.fence, state=State.CLAIMED, memo__in=kept)
        if not mine.update(**columns):
            raise StaleClaim(str(self.transcript.pk))

    def _end(self, **columns: Any) -> None:
        self._write(lease=None, **columns)

    def finish(self, **columns: Any) -> None:
        """Write what was heard, and announce it where there are words. Raises StaleClaim."""
        state = State.READY if columns["text"].strip() else State.NO_SPEECH
        with transaction.atomic():
            self._end(state=state, error="", finished_at=timezone.now(), **columns)
            if state == State.READY:
                transaction.on_commit(self._announce, robust=True)

    def _announce(self) -> None:
        transcript_ready.send_robust(sender=Transcript, id=self.transcript.pk)

    def fail(self, reason: str) -> None:
        """Leave the audio as it is: trying again would end the same. Raises StaleClaim."""
        self._end(state=State.FAILED, error=reason, finished_at=timezone.now())

    def decoder_died(self, reason: str) -> None:
        """Count a death of the decoding child; after the third, leave the recording alone. Raises StaleClaim."""
        deaths = self.transcript.decoder_deaths + 1
        self._again_or_never(deaths, DEATHS, decoder_deaths=deaths, error=reason)

    def release(self, reason: str) -> None:
        """Give it back as lost, to be tried again later: what went wrong may pass. Raises StaleClaim."""
        lost = self.transcript.lost_claims + 1
        self._again_or_never(lost, QUARANTINE_AFTER, lost_claims=lost, error=reason)

    def postpone(self, reason: str, after: timedelta = AGAIN_AFTER) -> None:
        """Give it back, to be tried again for as long as need be: nothing is wrong with the memo. Raises StaleClaim."""
        self._end(state=State.WAITING, due=timezone.now() + after, error=reason)

    def _again_or_never(self, times: int, most: int, **columns: Any) -> None:
        now = timezone.now()
        if times >= most:
            self._end(state=State.QUARANTINED, finished_at=now, **columns)
        else:
            self._end(state=State.WAITING, due=now + times * AGAIN_AFTER, **columns)


def _lease() -> timedelta:
    return timedelta(seconds=settings.LEASE_SECONDS)


def unheard(now: datetime) -> QuerySet[Memo]:
    """Return memos that have no transcript yet and may be written down now."""
    return Memo.objects.kept().filter(transcripts=None).exclude(archive=True, user__in=resting(now))


def admit() -> None:
    """Give memos without one a transcript to be done, live ones first: that it is missing is all that says so."""
    now = timezone.now()
    new = unheard(now).order_by("archive", "received_at").only("pk", "bytes")[:ADMITTED]
    rows = [Transcript(memo=memo, due=now, is_long=memo.bytes > LONG_BYTES) for memo in new]
    if rows:
        Transcript.objects.bulk_create(rows, ignore_conflicts=True)


def next_claim(*, given_alone: bool = False) -> Claim | None:
    """Claim the best due transcript, or return None where nothing is due. given_alone: of those with a text beside.

    A claim that ran out unfinished is lost: it is counted, and after QUARANTINE_AFTER without progress given up.
    """
    admit()
    while True:
        now = timezone.now()
        due = Transcript.objects.due(now).select_related("memo__user")
        best = (due.given() if given_alone else due).first()
        if best is None:
            return None
        was_lost = best.state == State.CLAIMED
        mine = Transcript.objects.filter(pk=best.pk, state=best.state, fence=best.fence)
        if was_lost and best.lost_claims + 1 >= QUARANTINE_AFTER:
            mine.update(
                state=State.QUARANTINED,
                fence=best.fence + 1,
                lost_claims=best.lost_claims + 1,
                error="Its transcription was begun ten times and never ended. The recording is kept.",
            )
            continue
        lost = best.lost_claims + was_lost
        if mine.update(state=State.CLAIMED, fence=best.fence + 1, lease=now + _lease(), lost_claims=lost):
            best.lost_claims = lost
            claim = Claim(best, best.fence + 1)
            watchdog.expect_progress(claim.key, settings.LEASE_SECONDS)
            return claim
