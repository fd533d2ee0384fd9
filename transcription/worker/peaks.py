"""Peaks of memos that were written down before there were any, or elsewhere: made in the background, some seconds at a
time, and with them the playback copy of one that has none.
"""

import logging
import time
from contextlib import AbstractContextManager
from typing import BinaryIO

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from capture.core.errors import Refusal
from capture.models import Memo
from capture.services.recordings import find_playback, open_original, save_peaks
from transcription.core.decoding.decode import ChildDied, Undecodable, decode
from transcription.models import Transcript
from transcription.services.jobs import is_live_memo_due
from transcription.worker.playback_copy import has_playback_copy, store_playback_copy
from transcription.worker.state import WorkerState

log = logging.getLogger(__name__)

SLICE_SECONDS = 5.0
"""How long one notification keeps a worker at it: what is spoken meanwhile waits no longer. The sweep asks again."""
PLAYBACK_KIND = "mp4"


def memos_without_peaks() -> QuerySet[Memo]:
    """Return memos that were written down, or could not be, and of which no peaks are known; the newest first."""
    transcripts = Transcript.objects.filter(memo=OuterRef("pk"))
    lacking = Memo.objects.kept().filter(Exists(transcripts), peaks=None)
    return lacking.exclude(Exists(transcripts.unfinished())).order_by("-recorded_at", "pk")


def count_due_peaks() -> int:
    """Return of how many memos peaks are to be made; none while a new memo waits, whose peaks come with its words."""
    return 0 if is_live_memo_due() else memos_without_peaks().count()


def measure_due_peaks(worker: WorkerState) -> bool:
    """Make peaks of old memos for some seconds. Returns whether there is more to do.

    One thread of a process does it at a time. A memo that cannot be read has none, and is not tried again.
    """
    if not worker.measuring.acquire(blocking=False):
        return False
    until = time.monotonic() + SLICE_SECONDS
    try:
        while time.monotonic() < until:
            memo = None if is_live_memo_due() else memos_without_peaks().first()
            if memo is None or not _measure_memo(memo):
                return False
    finally:
        worker.measuring.release()
    return True


def _measure_memo(memo: Memo) -> bool:
    """Make the peaks of a memo, or write that there are none. Returns False where its recording cannot be fetched."""
    try:
        levels = _peaks_of_recording(memo)
    except Refusal as refusal:
        log.warning("The recording of memo %s cannot be fetched for its picture (%s)", memo.pk, refusal.code)
        return False
    save_peaks(memo, levels)
    return True


def _peaks_of_recording(memo: Memo) -> bytes:
    """Return the peaks of the original, else of the playback copy; none where neither can be read. Raises Refusal."""
    for kind, opened in ((memo.kind, _open_original), (PLAYBACK_KIND, _open_playback)):
        try:
            with opened(memo) as recording:
                return _measured(memo, kind, recording)
        except (FileNotFoundError, Undecodable, ChildDied):
            continue
    return b""


def _measured(memo: Memo, kind: str, recording: BinaryIO) -> bytes:
    is_lacking, seconds = not has_playback_copy(memo), settings.MAX_AUDIO_SECONDS
    decoded = decode(recording, kind, max_seconds=seconds, copied=is_lacking, folder=settings.HOME)
    if is_lacking:
        store_playback_copy(memo, decoded)
    return decoded.peaks


def _open_original(memo: Memo) -> AbstractContextManager[BinaryIO]:
    return open_original(memo, lambda: None)


def _open_playback(memo: Memo) -> AbstractContextManager[BinaryIO]:
    return find_playback(memo).opened(lambda: None)
