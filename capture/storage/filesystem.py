"""The disk of the data folder: its folders, what survives a power cut, and what happens when it is full."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from capture.core.errors import Refusal
from capture.storage.state import storage_state

NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


def _ensure_data_folder(name: str) -> Path:
    folder = Path(settings.HOME / name)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def ensure_audio_folder() -> Path:
    """Make the folder of all recordings that were acknowledged, if need be, and return it."""
    return _ensure_data_folder("audio")


def ensure_incoming_folder() -> Path:
    """Make the folder of recordings that are still arriving, if need be, and return it."""
    return _ensure_data_folder("incoming")


def ensure_unclaimed_folder() -> Path:
    """Make the folder of recordings that were found without a memo and lie nowhere else, and return it."""
    return _ensure_data_folder("unclaimed")


def make_durable_folder(folder: Path) -> None:
    """Make a folder, if need be, whose own name survives a power cut.

    That it is there tells nothing: another request may have made it a moment ago, and not have come to its fsync yet.
    """
    durable = storage_state().durable_folders
    if folder not in durable or not folder.is_dir():
        folder.mkdir(mode=0o700, exist_ok=True)
        fsync_folder(folder.parent)
        durable.add(folder)


def fsync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def refuse_when_full() -> Iterator[None]:
    """Turn "no space left" and "quota exceeded" into the Refusal that lets the phone keep its copy."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise Refusal("disk-nearly-full") from error
        raise


def refuse_if_nearly_full(announced: int) -> None:
    """Raise Refusal (507) where taking `announced` bytes would leave less than the disk reserve free."""
    if is_nearly_full(announced):
        raise Refusal("disk-nearly-full")


def is_nearly_full(more: int) -> bool:
    """Return whether `more` bytes would leave less than the disk reserve free."""
    disk = os.statvfs(settings.HOME)
    return bool(disk.f_bavail * disk.f_frsize - more < settings.DISK_RESERVE)
