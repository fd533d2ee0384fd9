"""What a zip of an export may be made of: regular files of our names, each once, none packed beyond belief.

It is read as a stranger's. Nothing is ever unpacked by the names that stand in it.
"""

import io
import re
import stat
import zipfile
from typing import BinaryIO, cast

from config.takeout.core.manifest import MANIFEST_FILE, SCHEMA_FILE

MAX_DIRECTORY_BYTES = 16 * 1024**2
MAX_TEXT_BYTES = 8 * 1024**3
"""Of all that is deflated."""
FREE_BYTES, MAX_RATIO = 10 * 1024**2, 200
"""From this size on text is not believed that is so many times smaller when it is deflated."""
ENCRYPTED = 0x1
NAME_FORM = re.compile(
    r"rows/[a-z_]{1,20}\.jsonl|markdown/[^/\\\x00]{1,300}\.md"
    r"|(audio|damaged)/[0-9a-f][0-9a-f. -]{1,60}\.[a-z0-9]{1,10}"
    rf"|{re.escape(MANIFEST_FILE)}|{re.escape(SCHEMA_FILE)}"
)


class ExportRefused(Exception):
    """An export is not taken in. code: of the house's problems."""

    def __init__(self, code: str = "export-damaged") -> None:
        self.code = code
        super().__init__(code)


def open_zip(file: BinaryIO) -> tuple[zipfile.ZipFile, dict[str, zipfile.ZipInfo]]:
    """Return a zip that is open, and what is in it, by name. Raises ExportRefused, and what zipfile raises."""
    opened = zipfile.ZipFile(cast("BinaryIO", _SparingFile(file)))
    return opened, _checked_members(opened.infolist())


def _checked_members(members: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    named = {member.filename: member for member in members}
    deflated = [member for member in members if member.compress_type == zipfile.ZIP_DEFLATED]
    if len(named) != len(members) or not all(map(_is_plain, members)):
        raise ExportRefused
    if sum(member.file_size for member in deflated) > MAX_TEXT_BYTES:
        raise ExportRefused
    return named


def _is_plain(member: zipfile.ZipInfo) -> bool:
    """Return whether it is a regular file of a name of ours, not encrypted, and not packed beyond belief."""
    kind = stat.S_IFMT(member.external_attr >> 16)
    if not NAME_FORM.fullmatch(member.filename) or kind not in {0, stat.S_IFREG} or member.flag_bits & ENCRYPTED:
        return False
    if member.compress_type == zipfile.ZIP_STORED:
        return member.file_size == member.compress_size
    is_bomb = member.file_size > max(FREE_BYTES, MAX_RATIO * member.compress_size)
    return member.compress_type == zipfile.ZIP_DEFLATED and not is_bomb


class _SparingFile:
    """A file that is read by pieces alone: what zipfile reads as a whole, as the list of files, would fill the memory.

    How large that list is stands in several places, of which zipfile believes one: whoever reads decides, here.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.tell, self.seekable, self.close = file.tell, file.seekable, file.close

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place. Raises BadZipFile before the beginning, where a list of files says that it lies there."""
        if whence == io.SEEK_SET and offset < 0:
            raise zipfile.BadZipFile
        return self._file.seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        """Read. Raises BadZipFile where so much is asked for at once as no export needs."""
        if size > MAX_DIRECTORY_BYTES:
            raise zipfile.BadZipFile
        return self._file.read(size)
