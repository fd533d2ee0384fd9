"""Receipts: what lets a phone delete its copy, and how it asks for one again."""

from datetime import datetime
from typing import NotRequired, TypedDict

from capture.models import Device, Memo, SealedCopy, UnseenOriginal, User
from capture.services.sealing import Sealing
from capture.storage import stores


class Opened(TypedDict):
    """The recording that came sealed, as it is kept; `whole` unless a slice of it, or its end, was missing."""

    sha256: str
    bytes: int
    whole: bool


class Receipt(TypedDict):
    """What lets a phone delete its copy: sha256 and bytes are those of what it sent, sealed or not."""

    id: str
    sha256: str
    bytes: int
    received_at: datetime
    safe_to_delete: bool
    opened: NotRequired[Opened]


def receipt_of(memo: Memo, asked_id: str) -> Receipt:
    """Return the receipt of a memo under the id by which it was asked for."""
    return {
        "id": asked_id,
        "sha256": memo.sha256,
        "bytes": memo.bytes,
        "received_at": memo.received_at,
        "safe_to_delete": True,
    }


def receipt_of_sealed(audio: Receipt, sealing: Sealing) -> Receipt:
    """Return the receipt of what came sealed, by that of the recording in it."""
    opened: Opened = {"sha256": audio["sha256"], "bytes": audio["bytes"], "whole": sealing.is_whole}
    return {**audio, "sha256": sealing.sha256, "bytes": sealing.bytes, "opened": opened}


def audio_sha256(receipt: Receipt) -> str:
    """Return the hash of the recording itself, however it came."""
    return receipt.get("opened", receipt)["sha256"]


def keep_sealing(user: User, client_id: str, sealing: Sealing) -> None:
    """Remember what came sealed under an id, so that its receipt can be given again."""
    SealedCopy.objects.update_or_create(user=user, client_id=client_id, defaults=sealing._asdict())


def is_kept(memo: Memo) -> bool:
    """Return whether a memo's original is stored, or was deleted because the owner of the machine wished so."""
    if memo.original_gone_at is None:
        return stores.is_stored(memo.path, memo.bytes)
    return not UnseenOriginal.objects.filter(memo=memo).exists()


def find_receipt(device: Device, client_id: str) -> Receipt | None:
    """Return the receipt of what this device sent under this id, or None."""
    mine = Memo.objects.filter(user=device.user_id)
    memo = (
        mine.filter(client_id=client_id, device=device).first()
        or mine.filter(aliases__client_id=client_id, aliases__device=device).first()
    )
    if memo is None:
        return _receipt_of_upload(device, client_id)
    return _receipt_as_sent(memo, client_id)


def _receipt_as_sent(memo: Memo, client_id: str) -> Receipt | None:
    """Return the receipt of what came under an id, or None where its file was lost."""
    if not is_kept(memo):
        return None
    receipt = receipt_of(memo, client_id)
    copy = SealedCopy.objects.filter(user=memo.user_id, client_id=client_id).first()
    return receipt_of_sealed(receipt, Sealing(copy.sha256, copy.bytes, copy.is_whole)) if copy else receipt


def _receipt_of_upload(device: Device, client_id: str) -> Receipt | None:
    """Return the receipt of a resumable upload whose recording was here already, or was deleted: PUT answers it too."""
    finished = device.uploads.select_related("memo").filter(client_id=client_id).exclude(finished_at=None)
    upload = finished.order_by("finished_at").last()
    if upload is None or upload.finished_at is None:
        return None
    if memo := upload.memo:
        return _receipt_as_sent(memo, client_id)
    return {
        "id": client_id,
        "sha256": upload.sha256,
        "bytes": upload.length,
        "received_at": upload.finished_at,
        "safe_to_delete": True,
    }
