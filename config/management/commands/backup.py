"""`manage.py backup FILE`: everything in one file, while the service runs."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from config.erasure.backups import record_backup
from config.ops.backup import back_up
from config.ops.database_backup import BackupFailed


class Command(BaseCommand):
    """Copy database, recordings and key; nothing needs to be stopped for it."""

    help = "Puts everything into one file, readable by you alone. The service may run meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path, help="the file to be made, as in backup-2026-11-24.tar")

    def handle(self, *, file: Path, **_options: Any) -> None:
        """Make it, or say why not."""
        try:
            size = back_up(settings.HOME, file.absolute())
        except BackupFailed as reason:
            raise CommandError(str(reason)) from reason
        record_backup(file.absolute())
        said = _("%(file)s: %(size)s MB. It holds recordings and the key: keep it where only you look.")
        self.stdout.write(said % {"file": file, "size": f"{size / 1e6:.1f}"})
