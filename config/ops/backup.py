"""Everything of a data folder in one file, made while the service runs: the database, the recordings, the key.

A backup is a tar file, not compressed, for recordings are already. Its first member says what it holds, its last the
hash of all before it. restore.py reads it.
"""

import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from capture.core.errors import Refusal
from capture.services.sealing import KEY_FILE as SEALING_KEY_FILE
from capture.storage.stores import list_bucket
from config.ops.backup_members import (
    CHECKSUM_FILE,
    DESCRIPTION_FILE,
    FORMAT_VERSION,
    KEY_FILE,
    MEMBER_FORM,
    SETTINGS_FILE,
)
from config.ops.database_backup import BackupFailed, copy_database, drop_derived_tables


class BackupDescription(NamedTuple):
    """What a backup says of itself. database: "sqlite" or "postgresql". home: the data folder that it is of."""

    format: int
    made_at: str
    database: str
    home: str = ""


class _Hashed:
    """A file that is written once, from its beginning, and hashed on the way."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._hash = hashlib.sha256()

    def write(self, piece: bytes) -> int:
        self._hash.update(piece)
        return self._file.write(piece)

    def tell(self) -> int:
        return self._file.tell()

    def hexdigest(self) -> str:
        """Return the hash of what was written so far."""
        return self._hash.hexdigest()


def back_up(home: Path, target: Path) -> int:
    """Write a backup of the data folder to `target`, and return its size in bytes. Raises BackupFailed.

    The database is copied first: a recording that comes in later is in the file for nothing, and none is missing.
    """
    if target.exists():
        raise BackupFailed(_("%(file)s exists already. Name another file, or remove it first.") % {"file": target})
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        with tempfile.TemporaryDirectory(dir=home, prefix="backup-") as aside, unfinished.open("wb") as file:
            database = copy_database(Path(aside) / "stillnote")
            drop_derived_tables(database)
            hashed = _Hashed(file)
            with tarfile.open(fileobj=hashed, mode="w", format=tarfile.PAX_FORMAT) as tar:  # type: ignore[call-overload]
                made_at = datetime.now(UTC).isoformat(timespec="seconds")
                about = BackupDescription(FORMAT_VERSION, made_at, connection.vendor, str(home.resolve()))
                _add_text(tar, DESCRIPTION_FILE, json.dumps(about._asdict()))
                _add_file(tar, database, database.name)
                for path in _backed_up_files(home):
                    with suppress(FileNotFoundError):  # deleted for good meanwhile
                        _add_file(tar, path, str(path.relative_to(home)))
                _add_bucket(tar)
                _add_text(tar, CHECKSUM_FILE, hashed.hexdigest())
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(target)
    except OSError as error:
        raise BackupFailed(
            _("%(file)s cannot be written: %(why)s.") % {"file": target, "why": error.strerror}
        ) from error
    except Refusal as error:
        said = _("The store that keeps recordings does not answer: see STORAGE_URL. No backup was made.")
        raise BackupFailed(said) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return target.stat().st_size


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    content = text.encode()
    tar.addfile(_header(name, len(content), 0), io.BytesIO(content))


def _add_file(tar: tarfile.TarFile, path: Path, name: str) -> None:
    with path.open("rb") as content:
        known = os.fstat(content.fileno())
        tar.addfile(_header(name, known.st_size, known.st_mtime), content)


def _header(name: str, size: int, modified: float) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mtime, header.mode = size, int(modified), 0o600
    return header


def _add_bucket(tar: tarfile.TarFile) -> None:
    """Add the recordings that lie in the bucket as if they lay in the folder, where the restored service finds them."""
    for kept, modified in list_bucket():
        with suppress(FileNotFoundError), kept.opened() as content:  # deleted for good meanwhile
            tar.addfile(_header(f"audio/{kept.path}", kept.size, modified), content)


def _backed_up_files(home: Path) -> Iterator[Path]:
    """Yield what is backed up by its name; whatever else lies in the data folder, links among it, is left there."""
    found = (home / KEY_FILE, home / SEALING_KEY_FILE, home / SETTINGS_FILE, *home.glob("audio/*/*"))
    for path in found:
        if MEMBER_FORM.fullmatch(str(path.relative_to(home))) and path.is_file() and not path.is_symlink():
            yield path
