"""A backup, which may be a stranger's, as a data folder of its own: whole, or not at all.

It is unpacked beside the folder that was named, filled and checked there by a process of its own, and renamed last.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Set
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from capture.models import Memo
from capture.services.sealing import KEY_FILE as SEALING_KEY_FILE
from capture.services.sealing import UnreadableKey, parse_sealing_key
from capture.storage.protocol import STORED_FORM
from config.ops.backup import BackupDescription
from config.ops.backup_members import (
    CHECKSUM_FILE,
    DESCRIPTION_FILE,
    DUMP_FILE,
    FORMAT_VERSION,
    KEY_FILE,
    SETTINGS_FILE,
    SQLITE_FILE,
    BackupMember,
    foreign_error,
    no_backup_error,
    open_backup,
    read_members,
)
from config.ops.database_backup import FOREIGN_DATABASE_TEXT, BackupFailed, MigrationNames
from config.ops.database_version import executor_for, refuse_newer
from config.ops.dump_rows import copy_dump_rows, dump_migrations
from config.ops.sqlite_rows import copy_sqlite_rows, sqlite_migrations

NEEDS_DATABASE_TEXT = gettext_noop(
    "The backup is of a PostgreSQL database: name an empty one with --database postgres://…"
)
SETTINGS_ASIDE_FILE = "stillnote.env.from-backup"
"""A restored service must not write into the database that its old settings name, so they are put aside."""
DATABASE_ASIDE_FILES = {"sqlite": f"{SQLITE_FILE}.from-backup", "postgresql": f"{DUMP_FILE}.from-backup"}
"""By the kind of its database, where that lies until its rows are copied into one of ours."""
DATABASE_FILES = {"sqlite": SQLITE_FILE, "postgresql": DUMP_FILE}
KEY_CHARACTERS = range(20, 1000)


def read_description(backup: Path) -> BackupDescription:
    """Return what a backup says of itself. Raises BackupFailed where it is none, or of a version to come."""
    with open_backup(backup) as file:
        return _read_description(file)


def _read_description(file: BinaryIO) -> BackupDescription:
    try:
        first = next(read_members(file), None)
        told = json.loads(_content(first)) if first and first.name == DESCRIPTION_FILE else {}
        found = BackupDescription(**told)
        is_one = type(found.format) is int and {type(value) for value in found[1:]} == {str}
    except (BackupFailed, OSError, ValueError, TypeError, RecursionError) as error:
        raise no_backup_error(file.name) from error
    if not is_one or found.database not in DATABASE_FILES:
        raise no_backup_error(file.name)
    if found.format > FORMAT_VERSION:
        said = _("%(file)s was made by a newer Stillnote. Update this copy with `git pull`.")
        raise BackupFailed(said % {"file": file.name})
    return found


def _content(member: BackupMember) -> bytes:
    return b"".join(member.pieces())


@contextmanager
def unpacked_backup(backup: Path, folder: Path) -> Iterator[Path]:
    """Give a new folder with a backup's files, and make it `folder` at the end of the block.

    Should anything fail before, the folder stays as it was: empty, or not there. Raises BackupFailed.
    """
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise BackupFailed(_("%(folder)s is not empty. Name a folder that is not there yet.") % {"folder": folder})
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
        try:
            with open_backup(backup) as file:
                _unpack(file, beside)
            yield beside
            beside.rename(folder)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        said = _("%(folder)s cannot be filled: %(why)s.")
        raise BackupFailed(said % {"folder": folder, "why": error.strerror}) from error


def _unpack(file: BinaryIO, folder: Path) -> None:
    description = _read_description(file)
    # All names and the checksum first: nothing of a backup that is refused is ever written.
    members = list(read_members(file))
    names = {member.name for member in members}
    _refuse_wrong_checksum(file, members, is_needed=description.format > 1)
    other = (DATABASE_FILES.keys() - {description.database}).pop()
    if not {DATABASE_FILES[description.database], KEY_FILE} <= names or DATABASE_FILES[other] in names:
        raise foreign_error(file.name)
    aside = {DATABASE_FILES[kind]: name for kind, name in DATABASE_ASIDE_FILES.items()}
    aside[SETTINGS_FILE] = SETTINGS_ASIDE_FILE
    for member in members:
        if member.name in {DESCRIPTION_FILE, CHECKSUM_FILE}:
            continue
        place = folder / aside.get(member.name, member.name)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with place.open("xb") as target:
            target.writelines(member.pieces())
        place.chmod(0o600)
    if not _has_usable_keys(folder):
        raise foreign_error(file.name)


def _has_usable_keys(folder: Path) -> bool:
    key = (folder / KEY_FILE).read_bytes().strip()
    with suppress(FileNotFoundError):
        try:
            parse_sealing_key((folder / SEALING_KEY_FILE).read_bytes())
        except UnreadableKey:
            return False
    return len(key) in KEY_CHARACTERS and key.isascii() and key.decode("ascii", "replace").isprintable()


def _refuse_wrong_checksum(file: BinaryIO, members: list[BackupMember], *, is_needed: bool) -> None:
    last = members[-1]
    if last.name != CHECKSUM_FILE:
        if is_needed or any(member.name == CHECKSUM_FILE for member in members):
            raise foreign_error(file.name)
        return
    hashed = hashlib.sha256()
    whole = BackupMember(file, "", 0, members[-2].end)
    for piece in whole.pieces():
        hashed.update(piece)
    if _content(last) != hashed.hexdigest().encode():
        said = _("%(file)s is damaged: its checksum does not fit. Nothing of it was restored.")
        raise BackupFailed(said % {"file": file.name})


def fill_database() -> None:
    """Fill this process's database, which must be empty, from what was unpacked into its folder. Raises BackupFailed.

    Its tables are made by our own migrations, those that the backup says were applied, and only rows are taken from it.
    """
    source = settings.HOME / DATABASE_ASIDE_FILES[connection.vendor]
    if not source.exists():
        raise BackupFailed(_(NEEDS_DATABASE_TEXT))
    if connection.introspection.table_names():
        raise BackupFailed(_("The database that was named is not empty. Name another."))
    own_functions = database_functions()
    try:
        if connection.vendor == "sqlite":
            _migrate_to(sqlite_migrations(source))
            connection.close()
            copy_sqlite_rows(source, Path(connection.settings_dict["NAME"]))
        else:
            _migrate_to(dump_migrations(source))
            copy_dump_rows(source)
        call_command("migrate", verbosity=0, interactive=False)
        _refuse_foreign_paths()
    except BaseException:
        empty_database(own_functions)
        raise
    source.unlink()


def _refuse_foreign_paths() -> None:
    """Raise BackupFailed where a memo names a file that is none of ours."""
    if Memo.objects.exclude(path__regex=rf"^(?:{STORED_FORM})\Z").exists():
        raise BackupFailed(_(FOREIGN_DATABASE_TEXT))


def database_functions() -> set[str]:
    """Return the functions in the database's own schema, each as it is written with its arguments."""
    if connection.vendor != "postgresql":
        return set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = current_schema::regnamespace")
        return {function for (function,) in cursor.fetchall()}


def empty_database(own_functions: Set[str]) -> None:
    """Drop what was made in a database that had no tables before, so that nothing is restored in part.

    own_functions: those that were there before.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"DROP TABLE {connection.ops.quote_name(table)} CASCADE")
        for function in database_functions() - own_functions:
            cursor.execute(f"DROP FUNCTION {function}")


def _migrate_to(claimed: MigrationNames) -> None:
    """Make the tables as they were after these migrations. Raises NewerDatabase; BackupFailed where one is missing."""
    executor = executor_for(claimed)
    loader, graph = executor.loader, executor.loader.graph
    refuse_newer(claimed, loader.disk_migrations.keys())
    applied = (claimed | loader.replacements.keys()) & graph.nodes.keys()
    if any(set(graph.forwards_plan(one)) - applied for one in applied):
        raise BackupFailed(_(FOREIGN_DATABASE_TEXT))
    leaves = [one for one in sorted(applied) if not {child.key for child in graph.node_map[one].children} & applied]
    executor.migrate(leaves)
