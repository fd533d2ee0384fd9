"""What was deleted leaves the database's files as well, not its tables alone.

SQLite overwrites what is deleted (`secure_delete` in config/settings.py); what pages keep of rows that were moved, and
the write-ahead log, are cleared here. PostgreSQL's autovacuum reuses the room of deleted rows by itself.
"""

import shutil
from pathlib import Path

from django.db import connection

from insights.services.search_entries import overwrite_deleted_words

ROOM_FACTOR = 2
"""How many times the database's size must be free for a copy of it."""


def empty_write_ahead_log() -> bool:
    """Clear SQLite's index of words and its log of what was deleted; return False where a reader was in the way."""
    if connection.vendor != "sqlite":
        return True
    overwrite_deleted_words()
    with connection.cursor() as cursor:
        is_busy, _frames, _moved = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not is_busy


def rewrite_database() -> bool:
    """Write SQLite's file anew from what is left, where there is room; return False where a reader was in the way."""
    if connection.vendor != "sqlite":
        return True
    overwrite_deleted_words()
    path = Path(connection.settings_dict["NAME"])
    if shutil.disk_usage(path.parent).free > ROOM_FACTOR * path.stat().st_size:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
    return empty_write_ahead_log()
