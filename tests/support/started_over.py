"""A service that runs, as it was when it had just begun: to start another costs ten seconds of a processor."""

import sqlite3
from contextlib import closing
from typing import Any

from tests.support.service import Service

KEPT = ("django_migrations", "django_content_type", "auth_permission", "sqlite_sequence")
"""Tables that are not about people."""
ROWS_THEMSELVES = """
    SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage AND name NOT LIKE 'insights_searchtext%'
    ORDER BY name LIKE 'insights_change%'
"""
"""Without the index of words, which follows its rows; last what triggers note when rows are deleted."""


def start_over(service: Service) -> None:
    """Delete everybody's rows on SQLite, and let the first owner in again under a new key: no cache knows it."""
    with closing(sqlite3.connect(service.home / "stillnote.sqlite3", timeout=20, isolation_level=None)) as database:
        database.row_factory = sqlite3.Row
        database.execute("BEGIN IMMEDIATE")
        owner: dict[str, Any] = dict(database.execute("SELECT * FROM capture_user ORDER BY id").fetchone())
        for (table,) in database.execute(ROWS_THEMSELVES).fetchall():
            if table not in KEPT:
                database.execute(f'DELETE FROM "{table}"')
        del owner["id"]
        names = ", ".join(owner)
        database.execute(f"INSERT INTO capture_user ({names}) VALUES (:{', :'.join(owner)})", owner)
        database.execute("COMMIT")
