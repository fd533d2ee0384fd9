"""The rows of a SQLite file that a stranger may have made, copied into a database of ours.

Only rows of tables are used of it. Its schema is compared by names and never carried over: none of its triggers, views,
virtual tables, indexes and expressions are ever run, and what ours does not allow, ours refuses.
"""

import sqlite3
from collections.abc import Iterator, Set
from contextlib import closing, contextmanager
from pathlib import Path

from config.ops.database_backup import (
    DAMAGED_DATABASE_TEXT,
    DERIVED_TABLES,
    FOREIGN_DATABASE_TEXT,
    BackupFailed,
    MigrationNames,
)

MAX_VALUE_BYTES = 256 * 1024 * 1024
MIGRATIONS_TABLE = "django_migrations"
STORED = 3
"""A generated column that is kept in its row, and not computed when it is read, as SQLite numbers it."""
_STORED_KINDS = {"int": ("integer",), "bool": ("integer",), "real": ("real", "integer"), "blob": ("blob",)}
"""By a part of a column's type, how SQLite stores its values; those of any other are text."""


def sqlite_migrations(source: Path) -> MigrationNames:
    """Return which migrations a SQLite file says were applied. Raises BackupFailed where it is damaged, or not ours."""
    with _opened(source) as stranger:
        if MIGRATIONS_TABLE not in _tables(stranger):
            raise BackupFailed(FOREIGN_DATABASE_TEXT)
        found = stranger.execute(f"SELECT app, name FROM {MIGRATIONS_TABLE} NOT INDEXED")  # noqa: S608 - a name of ours
        return {(str(app), str(name)) for app, name in found}


def copy_sqlite_rows(source: Path, target: Path) -> None:
    """Fill a database's empty tables with the rows of a SQLite file. Raises BackupFailed where one does not fit.

    target: of the same migrations as the source; which those are is left as it is.
    """
    with _opened(source) as stranger, closing(sqlite3.connect(target, isolation_level=None)) as ours:
        tables = _tables(ours)
        if tables != _tables(stranger) or not _names(stranger, "trigger") <= _names(ours, "trigger"):
            raise BackupFailed(FOREIGN_DATABASE_TEXT)
        ours.execute("PRAGMA foreign_keys = OFF")  # until all of them are there
        ours.execute("BEGIN IMMEDIATE")
        for table in sorted(tables - {MIGRATIONS_TABLE}):
            _copy_table(stranger, ours, table)
        _copy_last_numbers(stranger, ours, tables - {MIGRATIONS_TABLE})
        if ours.execute("PRAGMA foreign_key_check").fetchone():
            raise BackupFailed(FOREIGN_DATABASE_TEXT)
        ours.execute("COMMIT")


@contextmanager
def _opened(source: Path) -> Iterator[sqlite3.Connection]:
    """Give a SQLite file, of which nothing is written and nothing is run. Raises BackupFailed, at the end too."""
    try:
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as stranger:
            stranger.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)
            for setting in ("trusted_schema = OFF", "cell_size_check = ON", "ignore_check_constraints = ON"):
                stranger.execute(f"PRAGMA {setting}")
            _refuse_foreign_kinds(stranger)
            if stranger.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise BackupFailed(DAMAGED_DATABASE_TEXT)
            yield stranger
    except sqlite3.IntegrityError as error:
        raise BackupFailed(FOREIGN_DATABASE_TEXT) from error
    except (sqlite3.Error, OverflowError, UnicodeError) as error:
        raise BackupFailed(DAMAGED_DATABASE_TEXT) from error


def _refuse_foreign_kinds(stranger: sqlite3.Connection) -> None:
    """Raise BackupFailed unless there are only tables that are read without computing, indexes and triggers."""
    for kind, name, page in stranger.execute("SELECT type, name, rootpage FROM sqlite_schema").fetchall():
        if kind not in {"table", "index", "trigger"} or (kind == "table" and not page):
            raise BackupFailed(FOREIGN_DATABASE_TEXT)
        if kind == "table" and any(computed not in {0, STORED} for *_, computed in _columns(stranger, name)):
            raise BackupFailed(FOREIGN_DATABASE_TEXT)


def _tables(database: sqlite3.Connection) -> set[str]:
    """Return the tables whose rows are carried over."""
    return {name for name in _names(database, "table") if not name.startswith(("sqlite_", DERIVED_TABLES))}


def _names(database: sqlite3.Connection, kind: str) -> set[str]:
    return {str(name) for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = ?", (kind,))}


def _columns(database: sqlite3.Connection, table: str) -> list[tuple[str, str, int]]:
    """Return name, type and 0, or how it is computed, of each column."""
    return database.execute("SELECT name, lower(type), hidden FROM pragma_table_xinfo(?)", (table,)).fetchall()


def _copy_table(stranger: sqlite3.Connection, ours: sqlite3.Connection, table: str) -> None:
    """Copy a table's rows, with names and types as ours has them. Raises BackupFailed."""
    columns = {name: kind for name, kind, computed in _columns(ours, table) if not computed}
    if columns.keys() != {name for name, _, computed in _columns(stranger, table) if not computed}:
        raise BackupFailed(FOREIGN_DATABASE_TEXT)
    source = f'"{table}" NOT INDEXED'
    misfits = " OR ".join(f'typeof("{name}") NOT IN ({_storage_kinds(kind)})' for name, kind in columns.items())
    if stranger.execute(f"SELECT 1 FROM {source} WHERE {misfits} LIMIT 1").fetchone():  # noqa: S608 - names of ours
        raise BackupFailed(FOREIGN_DATABASE_TEXT)
    names, places = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
    ours.execute(f'DELETE FROM "{table}"')  # noqa: S608 - a name of ours
    rows = stranger.execute(f"SELECT {names} FROM {source}")  # noqa: S608 - names of ours
    ours.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({places})', rows)  # noqa: S608 - names of ours


def _copy_last_numbers(stranger: sqlite3.Connection, ours: sqlite3.Connection, tables: Set[str]) -> None:
    """Copy the last number that each table gave to a row, so that a deleted row's is given to no other."""
    if "sqlite_sequence" not in _names(stranger, "table"):
        return
    found = stranger.execute("SELECT name, seq FROM sqlite_sequence WHERE typeof(seq) = 'integer'").fetchall()
    for table, last in found:
        if table in tables:
            ours.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
            ours.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, last))


def _storage_kinds(kind: str) -> str:
    """Return how SQLite may have stored the values of a column of a type, as SQL."""
    stored = next((found for part, found in _STORED_KINDS.items() if part in kind), ("text",))
    return ", ".join(f"'{name}'" for name in (*stored, "null"))
