"""Receipts: what lets a phone delete its copy, and how it asks for one again."""

from datetime import datetime
from typing import TypedDict

from capture.models import Device, Memo
from capture.storage import stores


class Receipt(TypedDict):
    """What lets a phone delete its copy."""

    id: str
    sha256: str
    bytes: int
    received_at: datetime
    safe_to_delete: bool


def receipt_of(memo: Memo, asked_id: str) -> Receipt:
    """Return the receipt of a memo under the id by which it was asked for."""
    return {
        "id": asked_id,
        "sha256": memo.sha256,
        "bytes": memo.bytes,
        "received_at": memo.received_at,
        "safe_to_delete": True,
    }


def is_kept(memo: Memo) -> bool:
    """Return whether a memo's original is stored, or was deleted because the owner of the machine wished so."""
    return memo.original_gone_at is not None or stores.is_stored(memo.path, memo.bytes)


def receipt_for(device: Device, client_id: str) -> Receipt | None:
    """Return the receipt of what this device sent under this id, or None."""
    mine = Memo.objects.filter(user=device.user_id)
    memo = (
        mine.filter(client_id=client_id, device=device).first()
        or mine.filter(aliases__client_id=client_id, aliases__device=device).first()
    )
    if memo is None:
        return _receipt_of_upload(device, client_id)
    return receipt_of(memo, client_id) if is_kept(memo) else None


def _receipt_of_upload(device: Device, client_id: str) -> Receipt | None:
    """Return the receipt of a resumable upload whose recording was here already, or was deleted: PUT answers it too."""
    finished = device.uploads.select_related("memo").filter(client_id=client_id).exclude(finished_at=None)
    upload = finished.order_by("finished_at").last()
    if upload is None or upload.finished_at is None:
        return None
    if memo := upload.memo:
        return receipt_of(memo, client_id) if is_kept(memo) else None
    return {
        "id": client_id,
        "sha256": upload.sha256,
        "bytes": upload.length,
        "received_at": upload.finished_at,
        "safe_to_delete": True,
    }
