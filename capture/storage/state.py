"""What the storage keeps in the memory of a process, in one object."""

import threading
import uuid
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.apps import apps

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

StoreAddress = tuple[str | None, str, str, str, str]
"""Endpoint (None: Amazon's own), bucket, key, secret, region."""


class StorageState:
    """swept_folders: which of the 256 audio folders the next sweep begins with.

    unclaimed_digests: the SHA-256 of what lies in `unclaimed/`, so that it is read once.

    durable_folders: those whose names this process has brought to the disk.

    store_clients: one for all threads, by address, and seconds to connect and to answer.

    upload_writers: how many threads write to an upload, or fell asleep over it. upload_lock_files: opened, by path.
    """

    def __init__(self) -> None:
        self.swept_folders = 0
        self.unclaimed_digests: dict[Path, str] = {}
        self.durable_folders: set[Path] = set()
        self.store_clients: dict[tuple[StoreAddress, float, float], S3Client] = {}
        self.upload_writers: Counter[uuid.UUID] = Counter()
        self.upload_writers_lock = threading.Lock()
        self.upload_lock_files: dict[Path, int] = {}


def storage_state() -> StorageState:
    """Return the state of this process."""
    room: Any = apps.get_app_config("capture")
    state: StorageState = room.storage_state
    return state
