"""Everything of a data folder in one file, made while the service runs: the database, the recordings, the key.

A backup is a tar file, not compressed, for recordings are already. Its first member says what it holds.
"""

import io
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from django.db import connection

from capture.core.errors import Refusal
from capture.storage.stores import list_bucket
from config.ops.database_backup import BackupFailed, copy_database

FORMAT_VERSION = 1
DESCRIPTION_FILE = "stillnote-backup.json"
DUMP_FILE = "stillnote.dump"
SETTINGS_FILE = "stillnote.env"
SETTINGS_ASIDE_FILE = "stillnote.env.from-backup"
"""A restored service must not write into the database that its old settings name, so they are put aside."""


class BackupDescription(NamedTuple):
    """What a backup says of itself. database: "sqlite" or "postgresql"."""

    format: int
    made_at: str
    database: str


def back_up(home: Path, target: Path) -> int:
    """Write a backup of the data folder to `target`, and return its size in bytes. Raises BackupFailed.

    The database is copied first: a recording that comes in later is in the file for nothing, and none is missing.
    """
    if target.exists():
        raise BackupFailed(f"{target} exists already. Name another file, or remove it first.")
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        with tempfile.TemporaryDirectory(dir=home, prefix="backup-") as aside, unfinished.open("wb") as file:
            database = copy_database(Path(aside) / "stillnote")
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
                _add_description(tar)
                tar.add(database, database.name)
                for path in _backed_up_files(home):
                    with suppress(FileNotFoundError):  # deleted for good meanwhile
                        tar.add(path, str(path.relative_to(home)), recursive=False)
                _add_bucket(tar)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(target)
    except OSError as error:
        raise BackupFailed(f"{target} cannot be written: {error.strerror}.") from error
    except Refusal as error:
        raise BackupFailed(
            "The store that keeps recordings does not answer: see STORAGE_URL. No backup was made."
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return target.stat().st_size


def _add_description(tar: tarfile.TarFile) -> None:
    about = BackupDescription(FORMAT_VERSION, datetime.now(UTC).isoformat(timespec="seconds"), connection.vendor)
    content = json.dumps(about._asdict()).encode()
    member = tarfile.TarInfo(DESCRIPTION_FILE)
    member.size, member.mode = len(content), 0o600
    tar.addfile(member, io.BytesIO(content))


def _add_bucket(tar: tarfile.TarFile) -> None:
    """Add the recordings that lie in the bucket as if they lay in the folder, where the restored service finds them."""
    for kept, modified in list_bucket():
        member = tarfile.TarInfo(f"audio/{kept.path}")
        member.size, member.mtime, member.mode = kept.size, int(modified), 0o600
        with suppress(FileNotFoundError), kept.opened() as content:  # deleted for good meanwhile
            tar.addfile(member, content)


def _backed_up_files(home: Path) -> Iterator[Path]:
    for name in ("secret_key", SETTINGS_FILE):
        if (home / name).exists():
            yield home / name
    for folder in ("audio", "unclaimed"):
        yield from (path for path in (home / folder).rglob("*") if path.is_file())


def read_description(backup: Path) -> BackupDescription:
    """Return what a backup says of itself. Raises BackupFailed where it is none, or of a version to come."""
    try:
        with tarfile.open(backup) as tar:
            first = tar.next()
            content = tar.extractfile(first) if first and first.name == DESCRIPTION_FILE else None
            found = BackupDescription(**json.load(content)) if content else None
    except FileNotFoundError as error:
        raise BackupFailed(f"There is no file {backup}.") from error
    except (OSError, tarfile.TarError, ValueError, TypeError) as error:
        raise BackupFailed(f"{backup} cannot be read as a backup of Stillnote's.") from error
    if found is None:
        raise BackupFailed(f"{backup} is not a backup of Stillnote's.")
    if found.format > FORMAT_VERSION:
        raise BackupFailed(f"{backup} was made by a newer Stillnote. Update this copy with `git pull`.")
    return found


def unpack_backup(backup: Path, folder: Path) -> None:
    """Put a backup's files into a folder that is empty or not there yet. Raises BackupFailed, the folder empty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackupFailed(f"{folder} is not empty. Name a folder that is not there yet.")
    try:
        with _fill_or_remove(folder), tarfile.open(backup) as tar:
            tar.extractall(folder, filter="data")
            (folder / DESCRIPTION_FILE).unlink()
            if (folder / SETTINGS_FILE).exists():
                (folder / SETTINGS_FILE).rename(folder / SETTINGS_ASIDE_FILE)
    except OSError as error:
        raise BackupFailed(f"{folder} cannot be filled: {error.strerror}.") from error
    except tarfile.TarError as error:
        raise BackupFailed(f"{backup} is damaged: not all of it can be read.") from error


@contextmanager
def _fill_or_remove(folder: Path) -> Iterator[None]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        shutil.rmtree(folder)
        raise
