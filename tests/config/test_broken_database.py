"""A database that cannot be read to its end is an error that is told, and not the end of a process with all it does."""

import subprocess
import sys
from pathlib import Path

from django.conf import settings

READ_WHAT_IS_CUT_OFF = """
import os, sqlite3, sys
path, pragmas = sys.argv[1:]
made = sqlite3.connect(path)
made.executescript(pragmas)
made.execute("CREATE TABLE said (words TEXT)")
made.executemany("INSERT INTO said VALUES (?)", [("words " * 200,) for _ in range(5000)])
made.commit()
made.close()
read = sqlite3.connect(path)
read.executescript(pragmas)
read.execute("BEGIN")
read.execute("SELECT words FROM said LIMIT 1").fetchone()
os.truncate(path, 8192)
try:
    read.execute("SELECT max(words) FROM said").fetchone()
except sqlite3.DatabaseError:
    print("told")
"""


def test_a_file_that_is_cut_off_is_told_to_who_reads_it(tmp_path: Path) -> None:
    """Where SQLite read it by the system's memory (`mmap_size`), the process was killed: so may a bad disk do."""
    command = [sys.executable, "-c", READ_WHAT_IS_CUT_OFF, str(tmp_path / "cut.sqlite3")]
    pragmas = str(settings.SQLITE_OPTIONS["init_command"])
    done = subprocess.run([*command, pragmas], stdout=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "told\n")
