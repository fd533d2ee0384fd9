"""The database as it lies on a disk that forgets: SQLite's own answer to a question."""

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.support.faults.disk import Disk
from tests.support.faults.nodes import File, Survives
from tests.support.faults.strace import Call

NAME = "stillnote.sqlite3"
WAL = f"{NAME}-wal"
FRAME_HEAD = 24
"""Bytes before each page in the write-ahead log. The four from the fifth on are 0, but in the last of a transaction
(https://sqlite.org/fileformat2.html#the_write_ahead_log)."""


def database_files(disk: Disk, home: str, survives: Survives) -> list[File | None]:
    """Return the database and its write-ahead log, as far as they are there."""
    found = (disk.left(f"{home}/{name}", survives) for name in (NAME, WAL))
    return [file if isinstance(file, File) else None for file in found]


def asked(files: list[File | None], scratch: Path, question: str, survives: Survives) -> list[tuple[str, str]]:
    """Return what SQLite finds in these files. scratch: a folder where they may lie."""
    for file, name in zip(files, (NAME, WAL), strict=True):
        place = scratch / name
        place.unlink(missing_ok=True)
        if file:
            place.write_bytes(file.left(bytearray, survives))
    with closing(sqlite3.connect(scratch / NAME)) as database:
        return list(database.execute(question))


def is_of_a_transaction(call: Call, home: str) -> bool:
    """Return whether a call writes to the write-ahead log."""
    return call.name == "pwrite64" and call.opened()[1] == f"{home}/{WAL}"


def begins_the_last_page(call: Call) -> bool:
    """Return whether what is written to the log is the head of a transaction's last page."""
    said = call.text(1)
    return len(said) == FRAME_HEAD and any(said[4:8])
