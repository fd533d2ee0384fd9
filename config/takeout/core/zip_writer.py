"""The zip of an export: the same bytes for the same rows, written once from its beginning.

Sound is stored as it is, text is deflated; every file has the same date, for the manifest says when it was made.
"""

import hashlib
import zipfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from typing import BinaryIO, Self

from config.takeout.core.manifest import FORMAT_VERSION, MANIFEST_FILE, ExportedFile, Manifest, TakeoutKind

OLDEST_DATE = (1980, 1, 1, 0, 0, 0)
"""The first that a zip can hold."""
FILE_MODE = 0o100600 << 16
UNIX = 3


class ZipWriter:
    """Files into a zip one after the other, and the manifest at its end. progress: called with the size of a piece."""

    def __init__(self, file: BinaryIO, kind: TakeoutKind, made_at: datetime, progress: Callable[[int], object]) -> None:
        self._file = file
        self._zip = zipfile.ZipFile(file, "w", allowZip64=True)
        self._about = kind, made_at
        self._progress = progress
        self._files: list[ExportedFile] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        with suppress(OSError, ValueError):  # of a file that is given up
            self._zip.close()

    def add(self, name: str, pieces: Iterable[bytes], *, is_sound: bool = False) -> ExportedFile:
        """Write one file, and return what is told of it. is_sound: it is packed already."""
        about = zipfile.ZipInfo(name, OLDEST_DATE)
        about.compress_type = zipfile.ZIP_STORED if is_sound else zipfile.ZIP_DEFLATED
        about.external_attr, about.create_system = FILE_MODE, UNIX
        digest, size = hashlib.sha256(), 0
        with self._zip.open(about, "w", force_zip64=True) as member:
            for piece in pieces:
                member.write(piece)
                digest.update(piece)
                size += len(piece)
                self._progress(len(piece))
        written = ExportedFile(name=name, bytes=size, sha256=digest.hexdigest())
        self._files.append(written)
        return written

    def take_back(self) -> None:
        """Leave out the file that was added last."""
        self._files.pop()
        about = self._zip.filelist.pop()
        del self._zip.NameToInfo[about.filename]
        self._zip.start_dir = about.header_offset
        self._file.seek(about.header_offset)
        self._file.truncate()

    def finish(self) -> None:
        """Write the manifest and the directory of the zip. The file itself stays open."""
        kind, made_at = self._about
        manifest = Manifest(format=FORMAT_VERSION, kind=kind, made_at=made_at, files=self._files)
        self.add(MANIFEST_FILE, [manifest.model_dump_json(indent=1).encode()])
        self._zip.close()
