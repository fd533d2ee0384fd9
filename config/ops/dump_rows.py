"""The rows of a PostgreSQL dump that a stranger may have made, copied into a database of ours.

A dump is a program: pg_restore would run any statement in it. Only the lines of rows and the sequences' numbers are
taken of it, and laid into our own tables by statements of our own.
"""

import re
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Literal

from django.db import DatabaseError, connection, transaction

from config.ops.database_backup import (
    DAMAGED_DATABASE_TEXT,
    DERIVED_TABLES,
    FOREIGN_DATABASE_TEXT,
    BackupFailed,
    MigrationNames,
    dump_script,
)
from config.ops.sqlite_rows import MIGRATIONS_TABLE

_ROWS = re.compile(rb'COPY [a-z_0-9]+\.([a-z_0-9]+) \(([a-z_0-9, "]+)\) FROM stdin;\n')
_ROWS_END = b"\\.\n"
_SEQUENCE = re.compile(rb"SELECT pg_catalog\.setval\('[a-z_0-9]+\.([a-z_0-9]+)', ([0-9]{1,18}), (true|false)\);\n")
_BESIDE_ROWS = re.compile(rb"(?:(?:--|SET |SELECT pg_catalog\.(?:set_config|setval)\(|\\(?:un)?restrict ).*)?\n")
"""What else pg_restore writes, and what is passed over: remarks, its settings, and numbers of other sequences."""
_MAX_MIGRATIONS = 10_000
_MAX_GROWTH = 100
"""How many times as large as a dump, which is compressed, its rows may be."""
_FREE_GROWTH_BYTES = 64 * 1024 * 1024


def dump_migrations(dump: Path) -> MigrationNames:
    """Return which migrations a dump says were applied. Raises BackupFailed where it is damaged, or not ours."""
    found: MigrationNames = set()
    lines = dump_script(dump, table=MIGRATIONS_TABLE)
    for line in lines:
        if (rows := _ROWS.fullmatch(line)) and rows[1] == MIGRATIONS_TABLE.encode():
            names = _column_names(rows[2])
            if not {"app", "name"} <= set(names):
                raise BackupFailed(FOREIGN_DATABASE_TEXT)
            for row in _rows(lines):
                values = dict(zip(names, row.decode(errors="replace").rstrip("\n").split("\t"), strict=False))
                found.add((values.get("app", ""), values.get("name", "")))
                if len(found) > _MAX_MIGRATIONS:
                    raise BackupFailed(FOREIGN_DATABASE_TEXT)
    if not found:
        raise BackupFailed(FOREIGN_DATABASE_TEXT)
    return found


def copy_dump_rows(dump: Path) -> None:
    """Fill the database's empty tables with the rows of a dump. Raises BackupFailed, with nothing written."""
    max_bytes = dump.stat().st_size * _MAX_GROWTH + _FREE_GROWTH_BYTES
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor, connection.wrap_database_errors:
            _switch_triggers(cursor, "DISABLE")
            _copy_script(_bounded_lines(dump_script(dump), max_bytes), cursor)
            connection.check_constraints()
            _switch_triggers(cursor, "ENABLE")
    except DatabaseError as error:
        raise BackupFailed(FOREIGN_DATABASE_TEXT) from error


def _copy_script(lines: Iterator[bytes], cursor: Any) -> None:
    """Copy the rows of a script, once for each table of ours, and the last numbers that were given to rows."""
    columns = _columns_of_tables(cursor)
    tables = columns.keys() - {MIGRATIONS_TABLE}
    sequences = [found for table in tables for found in connection.introspection.get_sequences(cursor, table)]
    emptied = ", ".join(map(connection.ops.quote_name, sorted(tables)))
    cursor.execute(f"TRUNCATE {emptied} CASCADE")  # with what is made of them
    copied: set[str] = set()
    for line in lines:
        if rows := _ROWS.fullmatch(line):
            table, names = rows[1].decode(), _column_names(rows[2])
            if table.startswith(DERIVED_TABLES):
                list(_rows(lines))
                continue
            if table in copied or sorted(names) != columns.get(table):
                raise BackupFailed(FOREIGN_DATABASE_TEXT)
            copied.add(table)
            _copy_rows(lines, cursor, table, names)
        elif (found := _SEQUENCE.fullmatch(line)) and found[1].decode() in {one["name"] for one in sequences}:
            is_called = found[3] == b"true"
            cursor.execute("SELECT setval(%s, %s, %s)", [found[1].decode(), int(found[2]), is_called])
        elif not _BESIDE_ROWS.fullmatch(line):
            raise BackupFailed(FOREIGN_DATABASE_TEXT)
    if copied != columns.keys():
        raise BackupFailed(FOREIGN_DATABASE_TEXT)
    for sequence in sequences:
        _raise_last_number(cursor, **sequence)


def _switch_triggers(cursor: Any, how: Literal["DISABLE", "ENABLE"]) -> None:
    """Let no trigger of ours note rows that are copied: what these noted is in the dump as well."""
    for table in sorted(_columns_of_tables(cursor)):
        cursor.execute(f"ALTER TABLE {connection.ops.quote_name(table)} {how} TRIGGER USER")


def _bounded_lines(lines: Iterator[bytes], max_bytes: int) -> Iterator[bytes]:
    """Yield lines. Raises BackupFailed where they are more bytes than that."""
    for line in lines:
        max_bytes -= len(line)
        if max_bytes < 0:
            raise BackupFailed(FOREIGN_DATABASE_TEXT)
        yield line


def _copy_rows(lines: Iterator[bytes], cursor: Any, table: str, names: list[str]) -> None:
    """Copy one table's rows; which migrations were applied here is known, and those of the dump are passed over."""
    with cursor.copy(_copy_statement(table, names)) if table != MIGRATIONS_TABLE else nullcontext() as copy:
        for row in _rows(lines):
            if copy:
                copy.write(row)


def _columns_of_tables(cursor: Any) -> dict[str, list[str]]:
    """Return the names of each table's columns that hold what is written, in the order of the alphabet."""
    tables = connection.introspection.table_names(cursor)
    found: dict[str, list[str]] = {table: [] for table in tables if not table.startswith(DERIVED_TABLES)}
    cursor.execute(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = current_schema() AND is_generated = 'NEVER'"
    )
    for table, column in sorted(cursor.fetchall()):
        if table in found:
            found[table].append(column)
    return found


def _raise_last_number(cursor: Any, name: str, table: str, column: str) -> None:
    """Set a sequence beyond its table's rows, whatever the dump says of it: no number is given to a second row."""
    quote = connection.ops.quote_name
    last = f"SELECT max({quote(column)}) AS last FROM {quote(table)}"  # noqa: S608 - names of ours
    reached = f"SELECT last_value - (NOT is_called)::int AS reached FROM {quote(name)}"  # noqa: S608 - a name of ours
    cursor.execute(
        f"SELECT setval(%s, last) FROM ({last}) AS rows, ({reached}) AS numbers WHERE last > reached",  # noqa: S608
        [name],
    )


def _rows(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the lines of one table's rows. Raises BackupFailed where they do not end."""
    for line in lines:
        if line == _ROWS_END:
            return
        yield line
    raise BackupFailed(DAMAGED_DATABASE_TEXT)


def _column_names(written: bytes) -> list[str]:
    return [name.strip('" ') for name in written.decode().split(",")]


def _copy_statement(table: str, columns: list[str]) -> str:
    quote = connection.ops.quote_name
    return f"COPY {quote(table)} ({', '.join(map(quote, columns))}) FROM STDIN"
