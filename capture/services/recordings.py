"""The stored recordings of memos: originals, playback copies, and originals that belong to no memo."""

import contextlib
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO

from django.db import IntegrityError, transaction

from capture.models import ErasedSpan, Memo, MemoPeaks, SealedCopy
from capture.services.erased_sound import silence
from capture.storage import stores
from capture.storage.filesystem import ensure_unclaimed_folder
from capture.storage.protocol import Kept, playback_path_of


def find_original(memo: Memo) -> Kept:
    """Return the untouched original. Raises FileNotFoundError, also where it is let go of, or StoreUnreachable."""
    if memo.original_gone_at is not None:
        raise FileNotFoundError(memo.path)
    return stores.find_stored(memo.path)


def find_playback(memo: Memo) -> Kept:
    """Return the playback copy, silent where it was erased. Raises FileNotFoundError, while there is none.

    Raises StoreUnreachable.
    """
    copy = stores.find_stored(playback_path_of(memo.path))
    return copy if memo.original_gone_at is None else silence(copy, ErasedSpan.objects.filter(memo=memo))


def open_original(memo: Memo, progress: Callable[[], None]) -> AbstractContextManager[BinaryIO]:
    """Open the original as a file of this machine, fetching it where it lies elsewhere.

    progress: called as it comes. Raises FileNotFoundError, or Refusal: the store is unreachable, or the disk is full.
    """
    return find_original(memo).opened(progress)


def save_playback(memo: Memo, copy: Iterable[bytes]) -> None:
    """Store the playback copy of a memo, whole or not at all; remove it where the memo is gone. copy: in pieces.

    Raises OSError or StoreUnreachable.
    """
    stores.store_playback(memo.path, copy)
    if not Memo.objects.filter(pk=memo.pk).exists():
        stores.remove_recording(memo.path)


def save_peaks(memo: Memo, levels: bytes) -> None:
    """Store how loud a memo is along its length, in the place of what was stored; nothing where the memo is gone.

    levels: as the decoder makes them, or none of what cannot be read.
    """
    with contextlib.suppress(IntegrityError), transaction.atomic():
        MemoPeaks.objects.update_or_create(memo_id=memo.pk, defaults={"levels": levels})


def peaks_of(memo: Memo) -> bytes:
    """Return how loud a memo is along its length, or nothing while that is not known."""
    levels = MemoPeaks.objects.filter(memo=memo.pk).values_list("levels", flat=True).first()
    return bytes(levels or b"")


def is_cut_off(memo: Memo) -> bool:
    """Return whether a memo came sealed, and each time without its end or a part of it."""
    ids = [memo.client_id, *memo.aliases.values_list("client_id", flat=True)]
    copies = SealedCopy.objects.filter(user=memo.user_id, client_id__in=ids).values_list("is_whole", flat=True)
    return bool(copies) and not any(copies)


def unclaimed_recordings() -> list[Path]:
    """Return recordings that were found without a memo, as after an older database was put back."""
    return sorted(ensure_unclaimed_folder().iterdir())
