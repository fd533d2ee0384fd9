"""Databases of the service, on SQLite and on PostgreSQL, as a test of both asks them."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from config.ops.database_backup import drop_derived_tables
from config.ops.restore import DATABASE_ASIDE_FILES
from tests.support.service import HOUSE
from tests.support.stranger_dumps import copied_database, dump_of, run_sql

Rows = list[tuple[object, ...]]
_NAME = "stillnote.sqlite3"


@dataclass(frozen=True)
class Database:
    """A database and the data folder beside it. url: of one on PostgreSQL; empty: the folder's own file."""

    home: Path
    url: str = ""

    def run(self, script: str) -> str:
        """Run Python in a process of the service that has this database, and return what it printed."""
        environment = os.environ | {"STILLNOTE_HOME": str(self.home), "DATABASE_URL": self.url}
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", script]
        return subprocess.run(
            command, cwd=HOUSE, env=environment, stdout=subprocess.PIPE, text=True, check=True
        ).stdout.strip()

    def sql(self, statement: str) -> Rows:
        if self.url:
            return run_sql(self.url, statement)
        with closing(sqlite3.connect(self.home / _NAME, isolation_level=None)) as database:
            return database.execute(statement).fetchall()

    def migrations(self) -> set[tuple[object, ...]]:
        return set(self.sql("SELECT app, name FROM django_migrations"))

    def copy(self, home: Path) -> "Database":
        """Return a copy in another data folder."""
        home.mkdir()
        if self.url:
            return Database(home, copied_database(self.url))
        shutil.copyfile(self.home / _NAME, home / _NAME)
        return Database(home)

    def put_aside(self, home: Path) -> None:
        """Lay its content into a data folder as a backup that is unpacked there does."""
        home.mkdir()
        if self.url:
            (home / DATABASE_ASIDE_FILES["postgresql"]).write_bytes(dump_of(self.url))
        else:
            aside = home / DATABASE_ASIDE_FILES["sqlite"]
            shutil.copyfile(self.home / _NAME, aside)
            drop_derived_tables(aside)

    def schema(self) -> list[str]:
        """Return how its tables, indexes, constraints and triggers are made; of SQLite's columns in no order."""
        if self.url:
            command = ["pg_dump", "--schema-only", "--no-owner", f"--dbname={self.url}"]
            dump = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            return [line for line in dump.splitlines() if not re.match(r"\\(un)?restrict ", line)]
        made = self.sql("SELECT sql FROM sqlite_schema WHERE sql NOT NULL")
        return sorted(", ".join(_sorted_parts(str(sql).replace('"', ""))) for (sql,) in made)


def _sorted_parts(sql: str) -> list[str]:
    head, _, columns = sql.partition("(") if sql.startswith("CREATE TABLE") else (sql, "", "")
    return [head, *sorted(columns.removesuffix(")").split(", "))]
