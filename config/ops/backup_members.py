"""The members of a backup, read as a stranger's: regular files of named places, each once, and nothing else.

The headers are read one by one, so that none of tarfile's extensions (links, sparse files, long names) is ever carried
out; and no path is taken from the file that has not one of our own forms.
"""

import os
import re
import stat
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from django.utils.translation import gettext as _

from capture.services.sealing import KEY_FILE as SEALING_KEY_FILE
from capture.storage.protocol import STORED_FORM, STORED_NAME
from config.ops.database_backup import BackupFailed

FORMAT_VERSION = 3
"""2: with a checksum at its end, and the data folder it is of. 3: with the key that opens sealed recordings."""
DESCRIPTION_FILE = "stillnote-backup.json"
CHECKSUM_FILE = "stillnote-backup.sha256"
SQLITE_FILE = "stillnote.sqlite3"
DUMP_FILE = "stillnote.dump"
KEY_FILE = "secret_key"
SETTINGS_FILE = "stillnote.env"
MAX_BYTES = {
    DESCRIPTION_FILE: 16 * 1024,
    CHECKSUM_FILE: 64,
    KEY_FILE: 4096,
    SEALING_KEY_FILE: 4096,
    SETTINGS_FILE: 1024 * 1024,
}
"""What these may have; the others are bounded by the backup, which is not compressed."""
MEMBER_FORM = re.compile(
    "|".join(map(re.escape, (*MAX_BYTES, SQLITE_FILE, DUMP_FILE))) + rf"|audio/{STORED_FORM}|unclaimed/{STORED_NAME}"
)

_BLOCK_BYTES = tarfile.BLOCKSIZE
_MAX_EXTENSION_BYTES = 4096
_MAX_END_BYTES = 2 * tarfile.RECORDSIZE
_PIECE_BYTES = 1024 * 1024
_EXTENSION_RECORD = re.compile(rb"[0-9]{1,4} (mtime|atime|ctime|uid|gid|uname|gname|size)=([^\n]*)\n")
"""What a header of ours says beside the member's own: neither a path, nor a link, nor that it is sparse."""


class BackupMember(NamedTuple):
    """A file of a backup. name: of MEMBER_FORM. start, size: where it lies in the backup, in bytes."""

    file: BinaryIO
    name: str
    start: int
    size: int

    @property
    def end(self) -> int:
        """Where the next member begins: files fill whole blocks."""
        return self.start + _whole_blocks(self.size)

    def pieces(self) -> Iterator[bytes]:
        """Yield its content. Raises BackupFailed where the backup ends before it."""
        self.file.seek(self.start)
        missing = self.size
        while missing:
            piece = self.file.read(min(missing, _PIECE_BYTES))
            if not piece:
                raise _damaged_error(self.file)
            missing -= len(piece)
            yield piece


@contextmanager
def open_backup(path: Path) -> Iterator[BinaryIO]:
    """Give a backup, opened for reading. Raises BackupFailed where there is no regular file."""
    try:
        # A pipe would be waited for.
        opened = open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK))  # noqa: SIM115 - closed below
    except FileNotFoundError as error:
        raise BackupFailed(_("There is no file %(file)s.") % {"file": path}) from error
    except OSError as error:
        raise no_backup_error(path) from error
    with opened as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise no_backup_error(path)
        yield file


def no_backup_error(path: Path | str) -> BackupFailed:
    """Return that a file is no backup at all."""
    return BackupFailed(_("%(file)s cannot be read as a backup of Stillnote's.") % {"file": path})


def foreign_error(path: Path | str) -> BackupFailed:
    """Return that a backup holds what none of ours does."""
    said = _("%(file)s holds what no backup of Stillnote's does. Nothing of it was restored.")
    return BackupFailed(said % {"file": path})


def _damaged_error(file: BinaryIO) -> BackupFailed:
    return BackupFailed(_("%(file)s is damaged: not all of it can be read.") % {"file": file.name})


def read_members(file: BinaryIO) -> Iterator[BackupMember]:
    """Yield every member of a backup, in its order. Raises BackupFailed at the first thing that is none of ours."""
    seen: set[str] = set()
    position, end = 0, os.fstat(file.fileno()).st_size
    while member := _read_member(file, position):
        if member.name in seen or not 0 <= member.size <= MAX_BYTES.get(member.name, member.size):
            raise foreign_error(file.name)
        if member.start + member.size > end:
            raise _damaged_error(file)
        seen.add(member.name)
        yield member
        position = member.end
    _refuse_hidden_rest(file, position)


def _read_member(file: BinaryIO, position: int) -> BackupMember | None:
    header, size = _read_header(file, position), None
    if header and header.type == tarfile.XHDTYPE:
        size = _size_of_extension(file, header)
        position += _BLOCK_BYTES + _whole_blocks(header.size)
        header = _read_header(file, position)
        if header is None:
            raise _damaged_error(file)
    if header is None:
        return None
    is_plain = header.type in {tarfile.REGTYPE, tarfile.AREGTYPE} and not header.linkname
    if not is_plain or not MEMBER_FORM.fullmatch(header.name):
        raise foreign_error(file.name)
    return BackupMember(file, header.name, position + _BLOCK_BYTES, header.size if size is None else size)


def _read_header(file: BinaryIO, position: int) -> tarfile.TarInfo | None:
    """Return the header at a position, or None at the end mark."""
    file.seek(position)
    block = file.read(_BLOCK_BYTES)
    if len(block) == _BLOCK_BYTES and not block.strip(b"\0"):
        return None
    try:
        return tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError) as error:
        raise _damaged_error(file) from error


def _size_of_extension(file: BinaryIO, header: tarfile.TarInfo) -> int | None:
    """Return the size that an extension gives to the next member, or None where it says nothing of it."""
    content = file.read(min(max(header.size, 0), _MAX_EXTENSION_BYTES))
    records = list(_EXTENSION_RECORD.finditer(content))
    if len(content) != header.size or sum(len(record.group()) for record in records) != header.size:
        raise foreign_error(file.name)
    sizes = [record[2] for record in records if record[1] == b"size"]
    if len(sizes) > 1 or any(not re.fullmatch(rb"[0-9]{1,15}", size) for size in sizes):
        raise foreign_error(file.name)
    return int(sizes[0]) if sizes else None


def _refuse_hidden_rest(file: BinaryIO, position: int) -> None:
    """Raise BackupFailed unless a backup ends by the empty blocks that end a tar file."""
    file.seek(position)
    rest = file.read(_MAX_END_BYTES + 1)
    if len(rest) < 2 * _BLOCK_BYTES:
        raise _damaged_error(file)
    if len(rest) > _MAX_END_BYTES or rest.strip(b"\0"):
        raise foreign_error(file.name)


def _whole_blocks(size: int) -> int:
    return -(-size // _BLOCK_BYTES) * _BLOCK_BYTES
