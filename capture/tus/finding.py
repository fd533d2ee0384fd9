"""An upload as it truly stands: what its row says, corrected by what lies on the disk, finished if it can be."""

import uuid

from django.db.models import F
from django.utils import timezone

from capture.models import Device, Upload
from capture.tus import partial_file, refusals
from capture.tus.finish import finish
from capture.tus.lease import held


def find(device: Device, upload_id: uuid.UUID) -> Upload:
    """Return an upload of this device's. Raises Refusal: 404, 410."""
    upload = Upload.objects.select_related("device__user").filter(pk=upload_id, device=device).first()
    if upload is None:
        raise refusals.no_such_upload()
    if upload.finished_at is None and upload.expires_at < timezone.now():
        raise refusals.expired()
    return upload


def find_standing(device: Device, upload_id: uuid.UUID) -> Upload:
    """Return it with the offset from which it goes on: where all of it is there, it is a memo by then.

    Raises Refusal: 404, 410, 423, and those of `receiving.receive`.
    """
    upload = find(device, upload_id)
    if upload.finished_at is None and partial_file.size(upload.pk) < upload.offset:
        _lose(upload)
    if upload.finished_at is None and upload.offset == upload.length:
        with held(upload) as hold:
            finish(upload, hold)
        upload.refresh_from_db(fields=["fence", "finished_at"])
    return upload


def _lose(upload: Upload) -> None:
    """Put back the offset of an upload whose bytes a damaged disk, or half a restore, lost."""
    as_read = Upload.objects.at_rest(timezone.now()).filter(pk=upload.pk, fence=upload.fence, finished_at=None)
    as_read.update(offset=partial_file.size(upload.pk), fence=F("fence") + 1)
    upload.refresh_from_db(fields=["offset", "fence", "finished_at", "held_until"])
