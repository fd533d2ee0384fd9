"""Work of some minutes that one worker at a time does: claimed by a lease and a fence, given up and found again."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from capture.core.problems import StoredProblem
from config.models import Export, TakeIn, TakeoutJob

BYTES_A_NOTE = 4 * 1024**2
SECONDS_A_NOTE = 1.0
"""After so many bytes or seconds the row says how far it is, and the lease is renewed: each time is a commit."""

State = TakeoutJob.State


class LostJob(Exception):
    """Another worker has the job by now, or it is gone: nothing more is written."""


def count_due_jobs(model: type[Export] | type[TakeIn]) -> int:
    """Return how many jobs could be begun now: one, while nobody is at another."""
    now = timezone.now()
    return int(not _is_any_held(now) and model.objects.due(now).exists())


def claim_job(model: type[Any]) -> Any:
    """Claim the oldest job that is due; None where there is none, or somebody is at another.

    One at a time on the whole machine: whoever speaks meanwhile has the other threads of the workers.
    """
    now = timezone.now()
    job = model.objects.due(now).select_related("user").first()
    if job is None or _is_any_held(now):
        return None
    mine = model.objects.filter(pk=job.pk, state=job.state, fence=job.fence)
    claimed = mine.update(state=State.CLAIMED, fence=job.fence + 1, lease=lease_end(), done_bytes=0)
    if not claimed:
        return None
    job.refresh_from_db(fields=["state", "fence", "lease", "done_bytes"])
    return job


def insert_claimed_job(job: Any) -> None:
    """Write a job that this very process does, whoever is at another: no worker finds it before its lease is over."""
    job.state, job.fence, job.lease = State.CLAIMED, 1, lease_end()
    job.save(force_insert=True)


def _is_any_held(now: datetime) -> bool:
    return any(model.objects.held(now).exists() for model in (Export, TakeIn))


def lease_end() -> datetime:
    """Return until when what is claimed now is held."""
    return timezone.now() + timedelta(seconds=settings.LEASE_SECONDS)


class JobProgress:
    """How far a claimed job is; the row is told every second, or of every few megabytes.

    Raises LostJob where the claim is lost.
    tell: called with each number of bytes too.
    """

    def __init__(self, job: Any, tell: Callable[[int], object] = lambda _size: None) -> None:
        self._job = job
        self._tell = tell
        self._untold = 0
        self._told_at = time.monotonic()

    def __call__(self, size: int) -> None:
        """Count bytes that were written or read."""
        self._job.done_bytes += size
        self._untold += size
        self._tell(size)
        if self._untold >= BYTES_A_NOTE:
            self.renew()
        self.renew_at_times()

    def renew_at_times(self) -> None:
        """Renew the lease where that was not done within the last second."""
        if time.monotonic() - self._told_at >= SECONDS_A_NOTE:
            self.renew()

    def renew(self, **columns: object) -> None:
        """Write how far it is, and renew the lease."""
        self._untold, self._told_at = 0, time.monotonic()
        update_job(self._job, done_bytes=self._job.done_bytes, lease=lease_end(), **columns)


def update_job(job: Any, **columns: object) -> None:
    """Write columns of a claimed job. Raises LostJob where the claim is lost."""
    mine = type(job).objects.filter(pk=job.pk, fence=job.fence, state=State.CLAIMED)
    if not mine.update(**columns):
        raise LostJob


def end_job(job: Any, problem: StoredProblem | None = None, **columns: object) -> None:
    """End a claimed job, well or with a problem. Raises LostJob where the claim is lost."""
    told = problem.columns() if problem else {}
    state = State.FAILED if problem else State.DONE
    update_job(job, state=state, lease=None, ended_at=timezone.now(), **told, **columns)
