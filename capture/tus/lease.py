"""The lease of an upload: a fence number, and a time that progress renews, so that one request writes at a time."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from capture.core.errors import Refusal
from capture.models import Upload
from capture.tus.writers import has_living_writer, lock_writer, unlock_writer

UPLOAD_LEASE_DURATION = timedelta(seconds=5)
"""How long another request waits for one whose connection went silent, or that died where the system does not tell."""

UPLOAD_RENEW_INTERVAL = timedelta(seconds=1)


class UploadLease:
    """The right to write to an upload, until another has taken it over."""

    def __init__(self, upload: Upload) -> None:
        """Take the lease. Raises Refusal (423) where another has it, or has written since its row was read."""
        lock_writer(upload.pk)  # before the row says so: whoever reads it there finds the lock
        self._upload_id = upload.pk
        now = timezone.now()
        as_read = Upload.objects.at_rest(now).filter(
            pk=upload.pk, fence=upload.fence, offset=upload.offset, finished_at=None
        )
        if not as_read.update(fence=F("fence") + 1, held_until=now + UPLOAD_LEASE_DURATION):
            unlock_writer(upload.pk)
            raise Refusal("upload-busy")
        self._mine = Upload.objects.filter(pk=upload.pk, fence=upload.fence + 1)
        self._renewed_at = now

    def is_due(self) -> bool:
        """Return whether it is time to write progress down. What is not due, nobody can have taken over."""
        return timezone.now() - self._renewed_at >= UPLOAD_RENEW_INTERVAL

    def renew(self, **progress: Any) -> None:
        """Write progress into the row and renew the lease. Raises Refusal (423) where another has taken over."""
        now = timezone.now()
        if not self._mine.update(held_until=now + UPLOAD_LEASE_DURATION, **progress):
            raise Refusal("upload-busy")
        self._renewed_at = now

    def renew_if_due(self) -> None:
        """Renew the lease where it is time to."""
        if self.is_due():
            self.renew()

    def release(self) -> None:
        """End the lease."""
        try:
            self._mine.update(held_until=timezone.now())
        finally:
            unlock_writer(self._upload_id)


def free_if_dead(upload: Upload) -> None:
    """End the lease of a writer whose process was killed: the next one need not wait for its time to run out."""
    now = timezone.now()
    if upload.held_until and upload.held_until > now and not has_living_writer(upload.pk):
        Upload.objects.filter(pk=upload.pk, fence=upload.fence).update(held_until=now)
        upload.refresh_from_db(fields=["offset", "fence", "finished_at", "held_until"])


def lease_seconds(upload: Upload) -> int:
    """Return after how many seconds it is of use to come again, where another writes to an upload now; or 0."""
    now = timezone.now()
    is_held = upload.finished_at is None and upload.held_until and upload.held_until > now
    return math.ceil((upload.held_until - now).total_seconds()) if is_held and upload.held_until else 0


@contextmanager
def hold_upload(upload: Upload) -> Iterator[UploadLease]:
    """Hold an upload for the length of a block. Raises Refusal (423)."""
    hold = UploadLease(upload)
    try:
        yield hold
    finally:
        hold.release()
