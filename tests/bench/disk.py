"""What the disk itself asks for, whoever writes to it: the floor under every durable upload."""

import os
import sqlite3
import time
from pathlib import Path

TIMES = 400


def fsyncs_a_second(folder: Path, seconds: float = 2.0) -> float:
    """Return how often the disk can be waited for."""
    with (folder / "probe").open("wb") as file:
        done, begun = 0, time.monotonic()
        while time.monotonic() - begun < seconds:
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
            done += 1
    return done / (time.monotonic() - begun)


def cpu_of_durability(folder: Path, size: int) -> float:
    """Return the seconds of CPU that the fsyncs of a file of `size` bytes, of its folder and of a commit take."""
    content = os.urandom(size)
    lasting, plain = (_kept(folder / name, content, lasting=name == "lasting") for name in ("lasting", "plain"))
    return lasting - plain


def _kept(folder: Path, content: bytes, *, lasting: bool) -> float:
    folder.mkdir()
    database = sqlite3.connect(folder / "rows", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute(f"PRAGMA synchronous={'FULL' if lasting else 'OFF'}")
    database.execute("CREATE TABLE rows (name)")
    directory = os.open(folder, os.O_RDONLY)
    begun = time.thread_time()
    for number in range(TIMES):
        arriving = folder / f"{number}.arriving"
        with arriving.open("wb", buffering=0) as file:
            file.write(content)
            if lasting:
                os.fsync(file.fileno())
        arriving.rename(folder / f"{number}")
        if lasting:
            os.fsync(directory)
        database.execute("INSERT INTO rows VALUES (?)", (str(number),))
    spent = time.thread_time() - begun
    os.close(directory)
    database.close()
    return spent / TIMES
