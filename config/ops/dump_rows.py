"""The rows of a PostgreSQL dump that a stranger may have made, copied into a database of ours.

A dump is a program: pg_restore would run any statement in it. Only the lines of rows and the sequences' numbers are
taken of it, and laid into our own tables by statements of our own.
"""

import re
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

from django.db import DatabaseError, connection, transaction

from config.ops.database_backup import (
    DAMAGED_DATABASE_TEXT,
    FOREIGN_DATABASE_TEXT,
    BackupFailed,
    MigrationNames,
    dump_script,
)
from config.ops.sqlite_rows import MIGRATIONS_TABLE

_ROWS = re.compile(rb'COPY [a-z_0-9]+\.([a-z_0-9]+) \(([a-z_0-9, "]+)\) FROM stdin;\n')
_ROWS_END = b"\\.\n"
_SEQUENCE = re.compile(rb"SELECT pg_catalog\.setval\('[a-z_0-9]+\.([a-z_0-9]+)', ([0-9]{1,18}), (true|false)\);\n")


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
    if not found:
        raise BackupFailed(FOREIGN_DATABASE_TEXT)
    return found


def copy_dump_rows(dump: Path) -> None:
    """Fill the database's empty tables with the rows of a dump. Raises BackupFailed, with nothing written."""
    try:
        with transaction.atomic():
            _copy_script(dump_script(dump))
            connection.check_constraints()
    except DatabaseError as error:
        raise BackupFailed(FOREIGN_DATABASE_TEXT) from error


def _copy_script(lines: Iterator[bytes]) -> None:
    tables = set(connection.introspection.table_names()) - {MIGRATIONS_TABLE}
    with connection.cursor() as cursor:
        find_sequences = connection.introspection.get_sequences
        sequences = {found["name"] for table in tables for found in find_sequences(cursor, table)}
        cursor.execute(f"TRUNCATE {', '.join(map(connection.ops.quote_name, sorted(tables)))}")
        for line in lines:
            if rows := _ROWS.fullmatch(line):
                table = rows[1].decode()
                if table not in tables | {MIGRATIONS_TABLE}:
                    raise BackupFailed(FOREIGN_DATABASE_TEXT)
                statement = _copy_statement(table, _column_names(rows[2]))
                # Which migrations were applied here is known, and those of the dump are passed over.
                with cursor.copy(statement) if table in tables else nullcontext() as copy:
                    for row in _rows(lines):
                        if copy:
                            copy.write(row)
            elif (sequence := _SEQUENCE.fullmatch(line)) and sequence[1].decode() in sequences:
                is_called = sequence[3] == b"true"
                cursor.execute("SELECT setval(%s, %s, %s)", [sequence[1].decode(), int(sequence[2]), is_called])


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
