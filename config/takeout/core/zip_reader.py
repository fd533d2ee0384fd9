"""The zip of an export, read as a stranger's: each file as large as announced, each row as its form says."""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, Self, TypeVar

from pydantic import ValidationError
from pydantic_core import from_json

from config.takeout.core.manifest import (
    FORMAT_VERSION,
    MANIFEST_FILE,
    ExportedFile,
    Manifest,
    rows_file,
)
from config.takeout.core.rows import ROWS, Row
from config.takeout.core.upgrades import UPGRADES, Upgrade
from config.takeout.core.zip_members import ExportRefused, open_zip

PIECE_BYTES = 256 * 1024
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
_Row = TypeVar("_Row", bound=Row)


class ZipReader:
    """An export that is open: its manifest was read, and fits the files that are in it. Raises ExportRefused.

    meanwhile: called again and again while it is read.
    """

    def __init__(
        self, file: BinaryIO, upgrades: Sequence[Upgrade] = UPGRADES, meanwhile: Callable[[], object] = lambda: None
    ) -> None:
        self._upgrades, self._meanwhile = upgrades, meanwhile
        try:
            self._zip, self._members = open_zip(file)
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


def _lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines
        if len(rest) > MAX_LINE_BYTES:
            raise ExportRefused
    if rest:
        yield rest
