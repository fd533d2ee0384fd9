"""What the other rooms may ask of this one."""

from pathlib import Path

from capture import storage
from capture.accounts import create_owner, create_user, owner, set_email, set_password
from capture.deleting import (
    TombstoneRow,
    apply_tombstones,
    delete_memo,
    purge_deleted,
    restore_memo,
    tombstone_rows,
)
from capture.importing import import_next, imports_waiting
from capture.models import Memo
from capture.pace import pace_of, set_pace
from capture.pairing import (
    is_for_this_machine,
    new_device,
    new_pairing_code,
    pairing_link,
    qr_svg,
    qr_terminal,
    redeem,
    revoke,
)
from capture.receiving import Receipt, Received, Sent, receive
from capture.sweeping import sweep_leftovers

__all__ = [
    "Receipt",
    "Received",
    "Sent",
    "TombstoneRow",
    "apply_tombstones",
    "audio_path",
    "create_owner",
    "create_user",
    "delete_memo",
    "import_next",
    "imports_waiting",
    "is_for_this_machine",
    "keep_playback",
    "new_device",
    "new_pairing_code",
    "owner",
    "pace_of",
    "pairing_link",
    "playback_path",
    "purge_deleted",
    "qr_svg",
    "qr_terminal",
    "receive",
    "redeem",
    "restore_memo",
    "revoke",
    "set_email",
    "set_pace",
    "set_password",
    "sweep_leftovers",
    "tombstone_rows",
    "unclaimed",
]


def audio_path(memo: Memo) -> Path:
    """Return where the untouched original lies."""
    return storage.audio_folder() / memo.path


def keep_playback(memo: Memo, copy: bytes) -> None:
    """Lay a playback copy beside the original, whole or not at all; none for a memo that is gone. Raises OSError."""
    storage.place_playback(memo.path, copy)
    if not Memo.objects.filter(pk=memo.pk).exists():
        storage.remove(memo.path)


def unclaimed() -> list[Path]:
    """Return recordings that were found without a memo, as after an older database was put back."""
    return sorted(storage.unclaimed_folder().iterdir())


def playback_path(memo: Memo) -> Path:
    """Return where the playback copy lies, or will lie: beside the original."""
    return storage.playback(audio_path(memo))
