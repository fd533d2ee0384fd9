"""What arrives at the same time never takes more together than the disk may give."""

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from capture.core.errors import Refusal
from capture.storage.incoming import Incoming
from capture.tus.partial_file import PartialFile, partial_place

CHUNK = bytes(1000)
RESERVE_BYTES = 5000


@pytest.fixture
def disk(home: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A disk on which 10,000 bytes are free above its reserve."""
    settings.DISK_RESERVE = RESERVE_BYTES

    def statvfs(_path: Path) -> Any:
        taken = sum(path.stat().st_size for path in home.rglob("*") if path.is_file() and path.parent.name in FOLDERS)
        return SimpleNamespace(f_bavail=RESERVE_BYTES + 10_000 - taken, f_frsize=1)

    monkeypatch.setattr(os, "statvfs", statvfs)
    return home


FOLDERS = {"incoming", "uploads"}


def test_four_that_arrive_at_once_leave_the_reserve_free(disk: Path) -> None:
    arriving = [Incoming() for _ in range(4)]
    refused = 0
    for _ in range(8):  # each is smaller than what was free when it began
        for one in arriving:
            one._file.flush()
            try:
                one.write(CHUNK)
                one._file.flush()
            except Refusal:
                refused += 1
    assert refused
    assert sum(one.bytes for one in arriving) <= 10_000
    for one in arriving:
        one.discard()


def test_resumable_uploads_leave_it_free_too(disk: Path) -> None:
    parts = [PartialFile(uuid4(), is_new=True) for _ in range(4)]
    refused = 0
    for _ in range(8):
        for part in parts:
            try:
                part.append(CHUNK)
            except Refusal:
                refused += 1
    assert refused
    taken = sum(path.stat().st_size for path in partial_place(uuid4()).parent.iterdir())
    assert taken <= 10_000
    for part in parts:
        part.__exit__(None, None, None)
