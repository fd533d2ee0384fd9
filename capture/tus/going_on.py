"""Going on with an upload where it was broken off."""

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from capture.core.errors import Refusal
from capture.models import Upload
from capture.services.quota import refuse_unless_known
from capture.tus import refusals
from capture.tus.append import append
from capture.tus.cleanup import forget
from capture.tus.finish import finish
from capture.tus.lease import held
from capture.tus.protocol import Checksum


def go_on(request: HttpRequest, upload: Upload, offset: int, checksum: Checksum | None, length: int) -> None:
    """Append the body of a request to an upload as it stands; with its last byte it becomes a memo.

    offset: where the sender takes it to stand. length: bytes of the body. Raises Refusal: 409, 413, 423, 507, those of
    `appending.append`, and those of `receiving.receive`.
    """
    if upload.held_until and upload.held_until > timezone.now():
        raise refusals.busy()
    if offset != upload.offset:
        raise refusals.wrong_offset()
    if offset + length > upload.length:
        raise refusals.past_the_end()
    if not length:
        return
    so_far, user = upload.offset + length, upload.device.user
    refuse_unless_known(user, upload.client_id, upload.sha256, so_far, own=Q(pk=upload.pk))
    with held(upload) as hold:
        append(request, upload, hold, checksum, length)
        upload.refresh_from_db(fields=["offset", "expires_at"])
        if upload.offset == upload.length:
            finish(upload, hold)


def go_on_or_forget(request: HttpRequest, upload: Upload, checksum: Checksum | None, length: int) -> None:
    """Append what came with the beginning of an upload; of one that is refused nobody learns the address."""
    try:
        go_on(request, upload, 0, checksum, length)
    except Refusal:
        forget(upload)
        raise
