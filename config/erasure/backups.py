"""Backups that this machine knows of: what was erased after one was made is still in it."""

from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from config.models import KnownBackup


def record_backup(path: Path) -> None:
    """Remember where a backup was written."""
    now = datetime.now(UTC)
    KnownBackup.objects.update_or_create(path=str(path), defaults={"made_at": now})


def known_backups() -> list[KnownBackup]:
    """Return backups that were written here, the newest first, and copies that were made before updates.

    Those that are not where they were written are listed too: they may have been taken elsewhere.
    """
    made = [
        KnownBackup(path=str(path), made_at=datetime.fromtimestamp(path.stat().st_mtime, UTC))
        for path in (settings.HOME / "backups").glob("database-*")
    ]
    return sorted([*made, *KnownBackup.objects.all()], key=lambda one: one.made_at, reverse=True)
