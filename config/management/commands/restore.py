"""`manage.py restore FILE --to FOLDER`: a backup, as a data folder of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from capture.services.deletion import TombstoneRow, apply_tombstones, tombstone_rows
from capture.services.doors import close_all_doors
from capture.sources.watched.folders import map_own_folders
from config.ops.backup_members import SETTINGS_FILE
from config.ops.database_backup import BackupFailed
from config.ops.database_version import NotReady
from config.ops.restore import (
    NEEDS_DATABASE_TEXT,
    SETTINGS_ASIDE_FILE,
    fill_database,
    read_description,
    unpacked_backup,
)
from insights.services.changes import begin_feeds_anew

FINISH_OPTION = "--finish"
OLD_SERVICE_SETTINGS = {"DATABASE_URL", "STORAGE_URL"}
"""What is deleted from the restored copy must not be deleted there."""

COPY_TEXT = gettext_noop(
    "It is a copy: it watches no folder outside of its own, reads no mailbox, uses no bucket and sends no e-mail until "
    "you say so, on its page Settings, or by `manage.py doors --open all` where it takes over from the old one."
)


class Command(BaseCommand):
    """Fill another folder. What this data folder knows to be deleted since is deleted there again."""

    help = "Makes a data folder from a backup. Paired phones go on with it; what was deleted since stays deleted."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the backup and the folder, and for PostgreSQL the database to fill."""
        parser.add_argument("file", type=Path, nargs="?", help="what `manage.py backup` made")
        parser.add_argument("--to", type=Path, default=None, help="the new data folder: empty, or not there yet")
        parser.add_argument("--database", default="", help="an empty PostgreSQL database, where the backup is of one")
        parser.add_argument(FINISH_OPTION, action="store_true", help="used by this command itself, in the new folder")

    def handle(self, *, file: Path | None, to: Path | None, database: str, finish: bool, **_options: Any) -> None:
        """Restore, or say why not; the data folder in use is only read."""
        try:
            if finish:
                self._finish(**json.load(sys.stdin))
            elif file and to:
                self._restore(file.absolute(), to.expanduser().resolve(), database)
            else:
                raise CommandError(_("Name a backup and a folder: manage.py restore FILE --to FOLDER"))
        except (BackupFailed, NotReady) as reason:
            raise CommandError(str(reason)) from reason

    def _restore(self, file: Path, to: Path, database: str) -> None:
        description = read_description(file)
        is_dump = description.database == "postgresql"
        if is_dump != bool(database):
            brings_its_own = _("The backup brings its own database: leave --database out.")
            raise BackupFailed(_(NEEDS_DATABASE_TEXT) if is_dump else brings_its_own)
        deleted_since = _read_tombstones()
        with unpacked_backup(file, to) as beside:
            # A process of its own, for the settings of this one name the folder that is in use.
            environment = {name: value for name, value in os.environ.items() if name not in OLD_SERVICE_SETTINGS}
            environment |= {"STILLNOTE_HOME": str(beside)} | ({"DATABASE_URL": database} if database else {})
            command = [sys.executable, "manage.py", "restore", FINISH_OPTION]
            told = json.dumps({"tombstones": deleted_since, "old_home": description.home, "new_home": str(to)})
            finished = subprocess.run(
                command, cwd=settings.BASE_DIR, env=environment, input=told, text=True, check=False, stderr=PIPE
            )
            *remarks, last = finished.stderr.splitlines() or [""]
            if finished.returncode:
                self.stderr.write("\n".join(remarks), ending="\n" * bool(remarks))
                raise CommandError(last.removeprefix(f"{CommandError.__name__}: "))
            self.stderr.write(finished.stderr, ending="")
        address = f"DATABASE_URL={database} " if database else ""
        command_line = f"STILLNOTE_HOME={to} {address}make run"
        self.stdout.write(_("Restored. Start it with: %(command)s") % {"command": command_line})
        self.stdout.write(_("While another runs on this machine, give it a PORT of its own."))
        self.stdout.write(_(COPY_TEXT))
        if (to / SETTINGS_ASIDE_FILE).exists():
            said = _("Its settings are in %(file)s: look at them, and rename it to %(name)s.")
            self.stdout.write(said % {"file": to / SETTINGS_ASIDE_FILE, "name": SETTINGS_FILE})

    def _finish(self, tombstones: list[TombstoneRow], old_home: str, new_home: str) -> None:
        fill_database()
        begin_feeds_anew()
        close_all_doors()
        map_own_folders(old_home, Path(new_home))
        if removed := apply_tombstones(tombstones):
            said = ngettext(
                "%(n)d recording that was deleted since is deleted here too.",
                "%(n)d recordings that were deleted since are deleted here too.",
                removed,
            )
            self.stdout.write(said % {"n": removed})


def _read_tombstones() -> list[TombstoneRow]:
    try:
        return tombstone_rows()
    except DatabaseError:  # nobody lives in this data folder: it is restored because the old one is lost
        return []
