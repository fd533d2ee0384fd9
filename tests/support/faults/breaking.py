"""Calls of the real server that fail as if the disk did: strace answers them in the kernel's place."""

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.support.faults.database import NAME
from tests.support.faults.strace import Call, calls
from tests.support.faults.tracing import LONGEST_TEXT, strace
from tests.support.web_server import Server

WRITING = ("openat", "mkdir", "write", "pwrite64", "ftruncate", "fsync", "fdatasync", "link", "rename")
"""The calls by which anything comes to the disk."""
NAMING = ("openat", "mkdir", "link", "rename")
ON_THE_WAY = ("/incoming", "/uploads", "/audio", "/stillnote.sqlite3")


class Broken(NamedTuple):
    """The `when`-th call of this name, in each thread, fails with this error."""

    name: str
    when: int
    error: str


class Seen:
    """What strace saw, once it was let go."""

    def __init__(self) -> None:
        self.calls: list[Call] = []


@contextmanager
def watched(server: Server, trace: Path, broken: Broken | None = None) -> Iterator[Seen]:
    """Attach strace to the web workers for the block, and break one call in it."""
    workers = [str(worker.pid) for worker in server.workers()]
    run = [strace(), "-f", "-y", "-xx", "-s", str(LONGEST_TEXT), "-e", "signal=none", "-o", str(trace)]
    run += ["-e", f"trace={broken.name if broken else ','.join(WRITING)}"]
    if broken:
        run += ["-e", f"inject={broken.name}:error={broken.error}:when={broken.when}"]
    run += [part for worker in workers for part in ("-p", worker)]
    seen = Seen()
    watching = subprocess.Popen(run, stderr=subprocess.PIPE, text=True)
    try:
        assert watching.stderr is not None
        attached = 0
        while attached < len(workers):
            line = watching.stderr.readline()
            assert line, "strace could not attach"
            attached += "attached" in line
        yield seen
    finally:
        watching.terminate()
        watching.communicate(timeout=30)
    with trace.open() as lines:
        seen.calls = list(calls(lines))


@contextmanager
def without_checkpoints(home: Path) -> Iterator[None]:
    """Read the database for the block: as long as somebody does, SQLite does not tidy its log into it.

    It does so when a memo happens to be the thousandth page. No memo needs it, and what fails of it is done again.
    """
    with closing(sqlite3.connect(home / NAME, isolation_level=None)) as reader:
        reader.execute("PRAGMA wal_checkpoint").fetchall()
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM capture_memo").fetchall()
        yield


def on_the_way(call: Call, home: Path) -> bool:
    """Return whether a call is part of taking a memo in: its file, its folders, or the database."""
    path = call.path(0) if call.name in NAMING else call.opened()[1]
    return path.startswith(tuple(f"{home}{place}" for place in ON_THE_WAY))


def matters(call: Call, home: Path) -> bool:
    """Return whether a memo cannot be taken in without this call. To make a folder that is there is not needed."""
    return on_the_way(call, home) and not (call.name == "mkdir" and Path(call.path(0)).is_dir())
