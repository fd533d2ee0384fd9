"""Copies of the database that are whole while the service runs."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

MAX_COPIES = 5
"""How many of the copies made before migrations are kept."""


MAX_LINE_BYTES = 256 * 1024 * 1024
"""A row of a dump is a line."""
DAMAGED_DATABASE_TEXT = gettext_noop("The backup's database is damaged. Nothing was restored.")
FOREIGN_DATABASE_TEXT = gettext_noop("The backup's database is not as Stillnote makes it. Nothing was restored.")

MigrationNames = set[tuple[str, str]]
"""Of each, its app and its name."""


class BackupFailed(Exception):
    """No copy could be made; the message says why and what to do."""


def back_up_database(folder: Path) -> Path:
    """Put a copy of the database into a folder, remove copies that are too many, and return where it is.

    Raises BackupFailed.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    copy = copy_database(folder / f"database-{stamp}")
    for old in sorted(folder.glob("database-*"))[:-MAX_COPIES]:
        old.unlink()
    return copy


def copy_database(stem: Path) -> Path:
    """Copy the database to `stem` with .sqlite3 or .dump added, and return that. Raises BackupFailed."""
    if connection.vendor == "sqlite":
        return _copy_sqlite(stem.with_name(f"{stem.name}.sqlite3"))
    return _dump_postgresql(stem.with_name(f"{stem.name}.dump"))


def _copy_sqlite(target: Path) -> Path:
    # SQLite's online backup: a whole copy, though others go on writing.
    name = settings.DATABASES["default"]["NAME"]
    with closing(sqlite3.connect(name)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    return target


def _dump_postgresql(target: Path) -> Path:
    name = connection.settings_dict["NAME"]
    _run_postgresql("pg_dump", "--format=custom", f"--file={target}", "--no-owner", f"--dbname={name}")
    return target


def dump_script(dump: Path, *, table: str = "") -> Iterator[bytes]:
    """Yield the lines of a dump's rows as SQL, or of one table's alone; no database is asked. Raises BackupFailed.

    What a dump says to do is not to be believed: whoever reads these lines takes rows from them and runs none.
    """
    only = [f"--table={table}"] if table else []
    command = ["pg_restore", "--format=custom", "--data-only", *only, "--file=-", str(dump)]
    try:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as program:
            lines = program.stdout
            while lines and (line := lines.readline(MAX_LINE_BYTES)):
                if len(line) == MAX_LINE_BYTES:  # what follows may look like a line of its own
                    raise BackupFailed(_(FOREIGN_DATABASE_TEXT))
                yield line
    except FileNotFoundError as error:
        raise _missing_program_error("pg_restore") from error
    if program.returncode:
        raise BackupFailed(_(DAMAGED_DATABASE_TEXT))


def _run_postgresql(program: str, *arguments: str) -> None:
    # How to find the server goes by the environment, for a command line is seen by all.
    known = connection.settings_dict
    named = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    found = {variable: str(known[key]) for variable, key in named.items() if known.get(key)}
    try:
        subprocess.run([program, *arguments], env=os.environ | found, check=True, capture_output=True)
    except FileNotFoundError as error:
        raise _missing_program_error(program) from error
    except subprocess.CalledProcessError as error:
        raise BackupFailed(f"{program} failed: {error.stderr.decode(errors='replace').strip()[:300]}") from error


def _missing_program_error(program: str) -> BackupFailed:
    return BackupFailed(f"{program} is missing: install PostgreSQL's client programs, and try again.")
