"""What SQLite's query planner knows of how much there is: without it, it reads a person's rows to find one recording's.

PostgreSQL keeps its own by itself.
"""

from django.db import connection

ROWS_AN_INDEX = 2_000
"""Rows that are looked at for each index: milliseconds, however many there are (sqlite.org, PRAGMA analysis_limit)."""


def refresh_statistics() -> None:
    """Write what the planner is to know of the tables as they are now."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA analysis_limit = {ROWS_AN_INDEX}")
            cursor.execute("ANALYZE")
