"""The zip of an export, read as a stranger's: regular files of our names, each once, as large as announced.

Nothing is ever unpacked by the names that stand in it.
"""

import hashlib
import io
import json
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, Self, TypeVar, cast

from pydantic import ValidationError
from pydantic_core import from_json

from config.takeout.core.manifest import (
    FORMAT_VERSION,
    MANIFEST_FILE,
    SCHEMA_FILE,
    ExportedFile,
    Manifest,
    rows_file,
)
from config.takeout.core.rows import ROWS, Row
from config.takeout.core.upgrades import UPGRADES, Upgrade

PIECE_BYTES = 256 * 1024
MAX_DIRECTORY_BYTES = 16 * 1024**2
MANIFEST_BYTES, MANIFEST_FILE_BYTES, MAX_MANIFEST_BYTES = 1000, 600, 64 * 1024**2
"""More a manifest does not need, beside so much for each file: a large one comes with as many files."""
MAX_LINE_BYTES = 16 * 1024**2
"""A day and night of talking without a pause is less."""
MAX_ROWS = 500_000
"""Of one file."""
MAX_NESTED = 600_000
"""Lists and objects in one line, or in the manifest: each takes a hundred times the memory of its two characters."""
BATCH_BYTES = 4 * 1024**2
"""Of lines that are rows in memory at once, unless there is one alone."""
MAX_TEXT_BYTES = 8 * 1024**3
"""Of all that is deflated."""
FREE_BYTES, MAX_RATIO = 10 * 1024**2, 200
"""From this size on text is not believed that is so many times smaller when it is deflated."""
ENCRYPTED = 0x1
_Row = TypeVar("_Row", bound=Row)
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


class ZipReader:
    """An export that is open: its manifest was read, and fits the files that are in it. Raises ExportRefused.

    meanwhile: called again and again while it is read.
    """

    def __init__(
        self, file: BinaryIO, upgrades: Sequence[Upgrade] = UPGRADES, meanwhile: Callable[[], object] = lambda: None
    ) -> None:
        self._upgrades, self._meanwhile = upgrades, meanwhile
        try:
            self._zip = zipfile.ZipFile(cast("BinaryIO", _SparingFile(file)))
            self._members = _checked_members(self._zip.infolist())
            self.manifest = self._read_manifest()
        except _BROKEN as error:
            raise ExportRefused from error
        self.files = self._announced_files()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self._zip.close()

    def _read_manifest(self) -> Manifest:
        member = self._members.get(MANIFEST_FILE)
        most = min(MANIFEST_BYTES + MANIFEST_FILE_BYTES * len(self._members), MAX_MANIFEST_BYTES)
        if member is None or member.file_size > most:
            raise ExportRefused
        written = self._zip.read(member)
        if _format_of(written) > FORMAT_VERSION:
            raise ExportRefused("export-newer")
        manifest = _parsed(Manifest, written)
        if manifest.format < 1:
            raise ExportRefused
        if manifest.kind != "account":
            raise ExportRefused("export-partial")
        return manifest

    def _announced_files(self) -> dict[str, ExportedFile]:
        """Return the files by their names: those that are there are those that are announced, and as large."""
        files = {one.name: one for one in self.manifest.files}
        there = {name: member.file_size for name, member in self._members.items() if name != MANIFEST_FILE}
        if len(files) != len(self.manifest.files) or {name: one.bytes for name, one in files.items()} != there:
            raise ExportRefused
        if not {rows_file(name) for name in ROWS} <= files.keys() and self.manifest.format == FORMAT_VERSION:
            raise ExportRefused
        return files

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield what is in a file. Raises ExportRefused at its end where it is not what was announced."""
        announced, digest, size = self.files[name], hashlib.sha256(), 0
        try:
            with self._zip.open(self._members[name]) as member:
                while piece := member.read(PIECE_BYTES):
                    size += len(piece)
                    if size > announced.bytes:
                        raise ExportRefused
                    digest.update(piece)
                    self._meanwhile()
                    yield piece
        except _BROKEN as error:
            raise ExportRefused from error
        if size != announced.bytes or digest.hexdigest() != announced.sha256:
            raise ExportRefused

    def rows(self, name: str) -> Iterator[Row]:
        """Yield the rows of a file (of ROWS), as rows of today. Raises ExportRefused."""
        for line in self._row_lines(name):
            yield self._row(name, line)

    def batches(self, name: str, most: int) -> Iterator[list[Row]]:
        """Yield the rows of a file, some at a time: so many at most, and no more than fit into memory."""
        batch: list[Row] = []
        size = 0
        for line in self._row_lines(name):
            if batch and (len(batch) == most or size + len(line) > BATCH_BYTES):
                self._meanwhile()
                yield batch
                batch, size = [], 0
            batch.append(self._row(name, line))
            size += len(line)
        if batch:
            yield batch

    def _row_lines(self, name: str) -> Iterator[bytes]:
        if rows_file(name) not in self.files:
            return
        for number, line in enumerate(_lines(self.pieces(rows_file(name)))):
            if number >= MAX_ROWS:
                raise ExportRefused
            yield line

    def _row(self, name: str, line: bytes) -> Row:
        try:
            if upgrades := self._upgrades[self.manifest.format - 1 :]:
                line = _upgraded(name, line, upgrades)
            return _parsed(ROWS[name], line)
        except (ValidationError, ValueError, RecursionError, KeyError, TypeError) as error:
            raise ExportRefused from error


_BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    ValidationError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    MemoryError,
)
"""What zipfile and the parsers raise of what strangers wrote; an OSError is of this machine's disk."""


def _upgraded(name: str, line: bytes, upgrades: Sequence[Upgrade]) -> bytes:
    row = json.loads(line)
    for upgrade in upgrades:
        row = upgrade(name, row)
    return json.dumps(row).encode()


def _parsed(model: type[_Row], text: bytes) -> _Row:
    """Return what a line says. Raises ValueError.

    The whole line stands in the error of each field that is missing, so that of many it would fill the memory.
    """
    told = from_json(_sparing(text), cache_strings="keys")
    if not isinstance(told, dict) or told.keys() != model.model_fields.keys():
        raise ExportRefused
    del told
    return model.model_validate_json(text)


def _sparing(text: bytes) -> bytes:
    """Return a text. Raises ExportRefused where what it says would fill the memory."""
    if text.count(b"[") + text.count(b"{") > MAX_NESTED:
        raise ExportRefused
    return text


def _format_of(written: bytes) -> int:
    try:
        told = json.loads(_sparing(written))["format"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ExportRefused from error
    if type(told) is not int:
        raise ExportRefused
    return told


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


def _lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines
        if len(rest) > MAX_LINE_BYTES:
            raise ExportRefused
    if rest:
        yield rest
