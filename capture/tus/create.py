"""Creation of an upload: its metadata is checked before a byte of it is sent."""

from collections.abc import Mapping
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone

from capture.core import content_digest
from capture.core.dates.headers import parse_spoken_at
from capture.core.errors import Refusal, too_large
from capture.models import Context, Device, Memo, SealedCopy, Tombstone, Upload
from capture.services.deduplication import checked_id, keyed_sha256
from capture.services.quota import refuse_many_uploads, refuse_unless_known
from capture.services.receipts import is_kept
from capture.storage.filesystem import refuse_if_nearly_full
from capture.tus.cleanup import new_expiry

SAID = {"id": "client_id", "recorded_at": "recorded_at", "sha256": "sha256", "context": "context"}
"""What may be said of a recording, by the key in Upload-Metadata, and where its row has it."""

MAX_DATE_CHARACTERS = 64


def create_upload(device: Device, length: int, said: Mapping[str, str]) -> Upload:
    """Insert the row of a new upload; one of a recording that is known under this id is finished at once.

    length: bytes. said: `id`, `recorded_at`, `sha256` and `context`, all optional. Raises Refusal.
    """
    if not length:
        raise Refusal("empty")
    if length > settings.MAX_UPLOAD:
        raise too_large(settings.MAX_UPLOAD)
    upload = _build_upload(device, length, said)
    known = _find_known(upload)
    if known:
        upload.offset, upload.finished_at, upload.memo = length, timezone.now(), known.memo
    else:
        refuse_if_nearly_full(length)
        refuse_unless_known(device.user, upload.client_id, upload.sha256, length)
        refuse_many_uploads(device)
    upload.save(force_insert=True)
    return upload


def _build_upload(device: Device, length: int, said: Mapping[str, str]) -> Upload:
    upload = Upload(device=device, length=length, expires_at=new_expiry())
    upload.client_id = checked_id(said.get("id") or str(upload.pk))
    upload.recorded_at = said.get("recorded_at", "")
    parse_spoken_at(upload.recorded_at, timezone.now())
    if len(upload.recorded_at) > MAX_DATE_CHARACTERS:
        raise Refusal("bad-date")
    upload.sha256 = content_digest.sha256_from_field(said.get("sha256")) or ""
    upload.context = said.get("context", "")
    if upload.context not in {"", *Context.values}:
        raise Refusal("bad-context")
    return upload


class _KnownRecording(NamedTuple):
    """A recording that was taken before; no memo where it was deleted since."""

    memo: Memo | None


def _find_known(upload: Upload) -> _KnownRecording | None:
    """Return what is here under the id of an upload that says its hash. Raises Refusal where that is another's."""
    if not upload.sha256:
        return None
    user, client_id = upload.device.user, upload.client_id
    mine = Memo.objects.filter(user=user)
    memo = mine.filter(client_id=client_id).first() or mine.filter(aliases__client_id=client_id).first()
    if memo:
        if memo.sha256 != upload.sha256 and not _is_sealed_copy(upload):
            raise Refusal("other-bytes")
        return _KnownRecording(memo) if is_kept(memo) else None
    buried = Tombstone.objects.filter(user=user, client_id=client_id).first()
    if buried and buried.sha256_keyed != keyed_sha256(upload.sha256) and not _is_sealed_copy(upload):
        raise Refusal("other-bytes")
    return _KnownRecording(None) if buried else None


def _is_sealed_copy(upload: Upload) -> bool:
    """Return whether the bytes of an upload are those that came sealed under its id."""
    own = SealedCopy.objects.filter(user=upload.device.user, client_id=upload.client_id)
    return own.filter(sha256=upload.sha256).exists()
