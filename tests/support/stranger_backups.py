"""Backups as a stranger would make them, out of an honest one."""

import gzip
import hashlib
import io
import json
import pickle
import shelve
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from tests.support.service import HOUSE

OLD_BACKUP = HOUSE / "tests" / "assets" / "backup-e33a274" / "backup.tar.gz"
CHECKSUM = "stillnote-backup.sha256"
DATABASE = "stillnote.sqlite3"
DESCRIPTION = "stillnote-backup.json"


class Member(NamedTuple):
    """A member of a tar file: its header, and its content."""

    header: tarfile.TarInfo
    content: bytes


Members = list[Member]


def old_members() -> Members:
    """Return what the backup of an older commit holds."""
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(OLD_BACKUP.read_bytes()))) as tar:
        return [Member(header, tar.extractfile(header).read()) for header in tar]  # type: ignore[union-attr]


def new_members() -> Members:
    """Return the same as a backup of today, but for its checksum, which sealed() adds."""
    told = {"format": 3, "made_at": "2026-11-29T02:20:03+00:00", "database": "sqlite", "home": "/old"}
    return [member_of(DESCRIPTION, json.dumps(told).encode()), *old_members()[1:]]


def member_of(name: str, content: bytes = b"", kind: bytes = tarfile.REGTYPE, link: str = "") -> Member:
    """Return a member of any kind."""
    header = tarfile.TarInfo(name)
    header.type, header.linkname, header.mode = kind, link, 0o600
    header.size = len(content) if kind == tarfile.REGTYPE else 0
    return Member(header, content)


def tar_of(members: Members, *, seal: bool = False) -> bytes:
    """Return the tar file of members. seal: with a checksum that fits, which whoever makes a backup can make too."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for header, content in members:
            tar.addfile(header, io.BytesIO(content) if content else None)
        if seal:
            header, content = member_of(CHECKSUM, hashlib.sha256(file.getvalue()).hexdigest().encode())
            tar.addfile(header, io.BytesIO(content))
    return file.getvalue()


def sealed(members: Members) -> bytes:
    """Return the tar file of members with a checksum that fits."""
    return tar_of(members, seal=True)


def with_database(members: Members, change: Callable[[sqlite3.Connection], object]) -> Members:
    """Return members whose database was changed."""
    return [
        member_of(DATABASE, changed_database(member.content, change)) if member.header.name == DATABASE else member
        for member in members
    ]


def changed_database(content: bytes, change: Callable[[sqlite3.Connection], object]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "database"
        path.write_bytes(content)
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.execute("PRAGMA journal_mode = DELETE")
            change(database)
        return path.read_bytes()


class _Payload:
    """What runs a command where it is unpickled."""

    def __init__(self, marker: Path) -> None:
        self._marker = marker

    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        return (Path.touch, (self._marker,))  # type: ignore[return-value]


def deadly_pickle(marker: Path) -> bytes:
    """Return a pickle that makes a file where it is read."""
    return pickle.dumps(_Payload(marker))


def lay_deadly_shelf(path: Path, marker: Path) -> None:
    """Write a shelf, as Celery's beat kept one, that makes a file where it is read."""
    with shelve.open(str(path)) as shelf:
        shelf["entries"] = _Payload(marker)
        shelf["__version__"] = _Payload(marker)
