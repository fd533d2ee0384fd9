"""Add a waiting transcript for each memo that has none: memos without one are the queue's only source."""

import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from capture.models import Memo
from transcription.models import Transcript
from transcription.services.jobs import unheard_memos
from transcription.worker.state import WorkerState

UNCOMPRESSED = {"wav", "aiff", "caf", "flac"}
LONG_BYTES, LONG_BYTES_UNCOMPRESSED = 300_000, 2_000_000
"""A recording larger than this counts as long until it is decoded: half a minute at 80 kbit/s, or at 530."""

ENQUEUED_MEMOS = 1000
"""Most memos that are admitted at once."""
JUST_NOW = timedelta(hours=1)
"""Memos received since then are looked at for each claim; all of them each SWEEP_SECONDS, for that takes longer."""


def enqueue_all(worker: WorkerState) -> None:
    """Add a transcript for every memo without one, live ones first."""
    worker.enqueued_all_at = time.monotonic()
    now = timezone.now()
    _enqueue(unheard_memos(now), now)


def enqueue_new(worker: WorkerState) -> None:
    """Add transcripts for memos that just came in; for all memos, where that was not done for a while."""
    if time.monotonic() - worker.enqueued_all_at > settings.SWEEP_SECONDS:
        enqueue_all(worker)
        return
    now = timezone.now()
    _enqueue(unheard_memos(now).filter(received_at__gt=now - JUST_NOW), now)


def _enqueue(memos: QuerySet[Memo], now: datetime) -> None:
    # Each user's first before anybody's second: many of one user would fill all places.
    nth = Window(RowNumber(), partition_by=["user", "archive"], order_by="received_at")
    fields = "user", "kind", "bytes", "archive", "received_at"
    new = memos.only(*fields).annotate(nth=nth).order_by("archive", "nth", "received_at")[:ENQUEUED_MEMOS]
    if rows := [_new_transcript(memo, now) for memo in new]:
        Transcript.objects.bulk_create(rows, ignore_conflicts=True)


def _new_transcript(memo: Memo, now: datetime) -> Transcript:
    most = LONG_BYTES_UNCOMPRESSED if memo.kind in UNCOMPRESSED else LONG_BYTES
    return Transcript(
        memo=memo,
        user_id=memo.user_id,
        received_at=memo.received_at,
        archive=memo.archive,
        is_long=memo.bytes > most,
        due=now,
    )
