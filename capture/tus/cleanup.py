"""Deleting uploads that were ended, cannot become a memo, or were left for too long."""

from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from capture.models import Upload
from capture.tus import partial_file


def new_expiry() -> datetime:
    """Return until when an upload that makes progress now can be taken up again."""
    return timezone.now() + timedelta(days=settings.UPLOAD_DAYS)


def delete_upload(upload: Upload) -> None:
    """Remove an upload and its bytes. Whoever still writes to it finds out and ends; what became a memo stays."""
    Upload.objects.filter(pk=upload.pk).delete()
    partial_file.partial_place(upload.pk).unlink(missing_ok=True)


def delete_expired_uploads(now: datetime) -> int:
    """Remove the uploads whose time is over, and return how many."""
    count = 0
    for upload in Upload.objects.expired(now):
        # As it was read: one that was taken up meanwhile is not removed.
        if Upload.objects.filter(pk=upload.pk, fence=upload.fence).delete()[0]:
            partial_file.partial_place(upload.pk).unlink(missing_ok=True)
            count += 1
    return count


def delete_stray_files(before: float) -> int:
    """Remove files of no upload that were last written before a time of the epoch, and return how many."""
    known = {str(pk) for pk in Upload.objects.filter(finished_at=None).values_list("pk", flat=True)}
    count = 0
    for file in partial_file.ensure_uploads_folder().iterdir():
        with suppress(FileNotFoundError):  # finished, or ended, just now
            if file.name not in known and file.stat().st_mtime < before:
                file.unlink()
                count += 1
    return count
