"""What a server kept, read past it: the rows in its database, the files in its folder, and what the sweep leaves."""

import hashlib
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from tests.support.data_folder import files
from tests.support.faults.doors import IN_ONE_REQUEST, Door
from tests.support.web_server import Server

SWEEP = """
from datetime import timedelta
from unittest import mock
from django.conf import settings
from django.utils import timezone
from capture.maintenance import cleanup
from capture.storage import folder
cleanup.finish_or_delete_uploads(timezone.now() + timedelta(days=settings.UPLOAD_DAYS + 1))
too_old = mock.patch.object(cleanup, "LEFTOVER_SECONDS", -1)
with too_old, mock.patch.object(folder, "TURN_FOLDERS", folder.FOLDERS):
    cleanup.delete_leftovers()
"""
"""As over many days: whatever lies there is old, and every folder has its turn."""


class Listed(NamedTuple):
    """A row that is committed."""

    sha256: str
    path: str
    bytes: int

    def is_whole(self, home: Path) -> bool:
        """Return whether its file is there, byte for byte."""
        file = home / "audio" / self.path
        return file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == self.sha256


def listed(home: Path) -> set[Listed]:
    """Return the rows of all memos. Raises AssertionError where one is there twice."""
    with closing(sqlite3.connect(home / "stillnote.sqlite3", timeout=20)) as database:
        rows = [Listed(*row) for row in database.execute("SELECT sha256, path, bytes FROM capture_memo")]
    assert len({row.sha256 for row in rows}) == len({row.path for row in rows}) == len(rows)
    return set(rows)


def nothing_half(server: Server, door: Door, before: set[Listed]) -> bool:
    """Return whether a memo without a receipt left nothing that is listed or arriving, or is there whole after all."""
    new = listed(server.home) - before
    is_listed_half = not all(row.is_whole(server.home) for row in new) or bool(new and door in IN_ONE_REQUEST)
    return not is_listed_half and _is_nothing_arriving(server.home)


def _is_nothing_arriving(home: Path) -> bool:
    """Return whether incoming/ is empty, or is soon: a form is cleared away when its answer is out."""
    deadline = time.monotonic() + 10
    while (arriving := list((home / "incoming").glob("*"))) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not arriving


def sweep(server: Server) -> int:
    """Sweep, and return how many files went. After it each file has a row, and none was put aside as the only copy.

    Memos that came without a receipt are whole, or are gone too.
    """
    before = len(_files(server.home))
    server.command("shell", "--no-imports", "-c", SWEEP)
    left, rows = _files(server.home), listed(server.home)
    assert {file.relative_to(server.home).as_posix() for file in left} == {f"audio/{row.path}" for row in rows}
    assert all(row.is_whole(server.home) for row in rows)
    unclaimed = server.home / "unclaimed"
    assert not unclaimed.is_dir() or not list(unclaimed.iterdir())
    return before - len(left)


def _files(home: Path) -> list[Path]:
    """Return every file of a recording: kept, arriving, or of an upload that was broken off."""
    return [*files(home), *(home / "uploads").glob("*")]
