"""From the last byte of an upload to its memo: the same that a plain request makes, by the same rules.

It may be done again, and by two at once: its bytes are all there and change no more.
"""

import logging
from datetime import datetime, timedelta
from itertools import islice

from django.conf import settings
from django.utils import timezone

from capture.core.errors import Refusal
from capture.models import Memo, Source, Upload
from capture.services.ingest import Sent, ingest_recording
from capture.services.receipts import audio_sha256
from capture.storage.incoming import Incoming
from capture.tus import partial_file
from capture.tus.cleanup import delete_upload
from capture.tus.lease import UploadLease, hold_upload

MAX_UPLOADS_A_ROUND = 20
UPLOAD_RETRY_DELAY = timedelta(minutes=1)
"""How long an upload is left to its client, and to itself, before it is tried again."""
UPLOAD_MAX_RETRY_DELAY = timedelta(hours=1)
"""After that long it is tried again in any case: all of its bytes are read each time."""

log = logging.getLogger(__name__)


def finish_upload(upload: Upload, hold: UploadLease) -> None:
    """Make a complete upload a memo. Raises Refusal, having deleted an upload that cannot become one."""
    device = upload.device
    sent = Sent(upload.client_id, upload.recorded_at, upload.sha256, upload.context)
    try:
        arrived = Incoming.of(partial_file.partial_place(upload.pk), hold.renew_if_due)
    except FileNotFoundError as error:  # another has just finished it
        raise Refusal("upload-busy") from error
    try:
        receipt = ingest_recording(device.user, device, Source.API, arrived, sent).receipt
    except Refusal as refusal:
        if not refusal.may_pass:
            delete_upload(upload)
        raise
    finally:
        arrived.discard()
    memo = Memo.objects.filter(user=device.user, sha256=audio_sha256(receipt)).first()
    # By whoever comes to this point, its hold lost or not: the memo is there.
    Upload.objects.filter(pk=upload.pk).update(
        finished_at=timezone.now(), offset=upload.length, memo=memo, sha256=receipt["sha256"]
    )
    partial_file.partial_place(upload.pk).unlink(missing_ok=True)


def finish_left_uploads(now: datetime) -> None:
    """Finish uploads that a crash or a full disk kept from it. What hinders one does not hinder the next."""
    left = Upload.objects.left_unfinished(now - UPLOAD_RETRY_DELAY).select_related("device__user")
    for upload in islice((upload for upload in left if _is_retry_due(upload, now)), MAX_UPLOADS_A_ROUND):
        try:
            with hold_upload(upload) as hold:
                finish_upload(upload, hold)
        except (Refusal, OSError) as error:
            log.warning("upload %s could not be finished (%s); trying again later", upload.pk, type(error).__name__)


def _is_retry_due(upload: Upload, now: datetime) -> bool:
    """Return whether its turn has come: each wait is as long as all those since its last byte came together."""
    if upload.held_until is None:
        return True
    last_byte = upload.expires_at - timedelta(days=settings.UPLOAD_DAYS)
    return now - upload.held_until >= min(upload.held_until - last_byte, UPLOAD_MAX_RETRY_DELAY)
