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


DERIVED_TABLES = "insights_search"
"""How tables begin whose rows are made anew from others: a backup holds none of them, and restoring takes none."""
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


def drop_derived_tables(copy: Path) -> None:
    """Take out of a copy what is made anew from its rows: of a SQLite file; a dump is made without.

    So a backup's file has plain tables alone, and one that has others is no backup of ours.
    """
    if copy.suffix == ".dump":
        return
    with closing(sqlite3.connect(copy, isolation_level=None)) as database:
        database.execute("PRAGMA secure_delete = ON")
        kinds = "SELECT type, name, rootpage FROM sqlite_schema WHERE type = 'trigger' OR name LIKE ?"
        for kind, name, page in database.execute(kinds, [f"{DERIVED_TABLES}%"]).fetchall():
            if kind == "trigger" and name.startswith("search_"):
                database.execute(f'DROP TRIGGER "{name}"')
            elif kind == "table" and not page:
                database.execute(f'DROP TABLE "{name}"')  # with the tables in which it keeps what it has
        for (name,) in database.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE ?", [f"{DERIVED_TABLES}%"]
        ).fetchall():
            database.execute(f'DELETE FROM "{name}"')  # noqa: S608 - a name of ours


def _dump_postgresql(target: Path) -> Path:
    name, derived = connection.settings_dict["NAME"], f"--exclude-table-data={DERIVED_TABLES}*"
    _run_postgresql("pg_dump", "--format=custom", f"--file={target}", "--no-owner", derived, f"--dbname={name}")
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
