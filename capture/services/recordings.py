"""What the other rooms may ask of this one."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO

from capture import storage
from capture.models import Memo


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
