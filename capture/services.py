"""What the other rooms may ask of this one."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO

from capture import storage
from capture.accounts import create_owner, create_user, owner, set_email
from capture.contexts import AS_IT_CAME, correct_context, where_spoken
from capture.deleting import (
    TombstoneRow,
    apply_tombstones,
    delete_memo,
    purge_deleted,
    restore_memo,
    tombstone_rows,
)
from capture.devices import change_device, new_script, note_held
from capture.errors import Refusal
from capture.importing.archive_pace import pace_of, set_pace
from capture.importing.below import lying_below, opened_below
from capture.importing.imports import import_next, imports_waiting
from capture.mailin.addresses import new_mail_address
from capture.mailin.mailbox import Unusable, mailbox_counts
from capture.management.listed import printable
from capture.management.residents import resident
from capture.models import Memo
from capture.originals import let_go_of_originals
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
from capture.receipts import Receipt
from capture.receiving import Received, Sent, receive
from capture.silence import Silent, silent_devices
from capture.sits import SentSit, keep_sit
from capture.sniffing import HEAD, sniff
from capture.storage import in_bucket, try_bucket
from capture.sweeping import sweep_leftovers, sweep_uploads
from capture.watching.looking import look_into_watched_folders
from capture.watching.places import closed_folders

__all__ = [
    "AS_IT_CAME",
    "HEAD",
    "Receipt",
    "Received",
    "Refusal",
    "Sent",
    "SentSit",
    "Silent",
    "TombstoneRow",
    "Unusable",
    "apply_tombstones",
    "change_device",
    "closed_folders",
    "correct_context",
    "create_owner",
    "create_user",
    "delete_memo",
    "import_next",
    "imports_waiting",
    "in_bucket",
    "is_for_this_machine",
    "keep_playback",
    "keep_sit",
    "let_go_of_originals",
    "look_into_watched_folders",
    "lying_below",
    "mailbox_counts",
    "new_device",
    "new_mail_address",
    "new_pairing_code",
    "new_script",
    "note_held",
    "opened",
    "opened_below",
    "original",
    "owner",
    "pace_of",
    "pairing_link",
    "playback",
    "printable",
    "purge_deleted",
    "qr_svg",
    "qr_terminal",
    "receive",
    "redeem",
    "resident",
    "restore_memo",
    "revoke",
    "set_email",
    "set_pace",
    "silent_devices",
    "sniff",
    "sweep_leftovers",
    "sweep_uploads",
    "tombstone_rows",
    "try_bucket",
    "unclaimed",
    "where_spoken",
]


def original(memo: Memo) -> storage.Kept:
    """Return the untouched original. Raises FileNotFoundError or StoreUnreachable."""
    return storage.find(memo.path)


def playback(memo: Memo) -> storage.Kept:
    """Return the playback copy. Raises FileNotFoundError, while there is none, or StoreUnreachable."""
    return storage.find(storage.playback(memo.path))


def opened(memo: Memo, progress: Callable[[], None]) -> AbstractContextManager[BinaryIO]:
    """Open the original as a file of this machine, fetching it where it lies elsewhere.

    progress: called as it comes. Raises FileNotFoundError, or Refusal: the store is unreachable, or the disk is full.
    """
    return original(memo).opened(progress)


def keep_playback(memo: Memo, copy: bytes) -> None:
    """Lay a playback copy beside the original, whole or not at all; none for a memo that is gone.

    Raises OSError or StoreUnreachable.
    """
    storage.place_playback(memo.path, copy)
    if not Memo.objects.filter(pk=memo.pk).exists():
        storage.remove(memo.path)


def unclaimed() -> list[Path]:
    """Return recordings that were found without a memo, as after an older database was put back."""
    return sorted(storage.unclaimed_folder().iterdir())
