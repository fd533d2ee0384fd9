"""Recordings in `audio/` of the data folder: one rename in one file system takes them in."""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import BinaryIO

from capture.storage.filesystem import ensure_audio_folder, ensure_unclaimed_folder, fsync_folder
from capture.storage.incoming import Incoming, new_incoming_place
from capture.storage.protocol import CHUNK_BYTES, STORED_FORM, playback_path_of
from capture.storage.state import storage_state

STORED_PATH = re.compile(STORED_FORM)
PLAIN_PATH = re.compile(r"[0-9a-z]+/[0-9A-Za-z][0-9A-Za-z.-]*")
"""A file in a folder: a database that a stranger filled may name what lies elsewhere."""
FOLDERS = 256
TURN_FOLDERS = 16
"""So many are swept at a time: each of them within minutes, in rounds that cost nothing that anybody would notice."""


class Folder:
    """The data folder as a Store."""

    def keep(self, arrived: Incoming, path: str) -> None:
        """Rename it into its place, having brought its bytes to the disk; then the folder."""
        arrived.keep(_audio_place(path))

    def size(self, path: str) -> int:
        """Return how many bytes it has."""
        place = _audio_place(path)
        if not place.is_file():
            raise FileNotFoundError(path)
        return place.stat().st_size

    def part(self, path: str, span: range) -> Iterator[bytes]:
        """Open it and return some of its bytes."""
        return _file_pieces(_audio_place(path).open("rb"), span)

    def opened(self, path: str, progress: Callable[[], None]) -> AbstractContextManager[BinaryIO]:
        """Open it."""
        del progress
        return _audio_place(path).open("rb")

    def place(self, path: str, content: Iterable[bytes]) -> None:
        """Put a file in its place, to last. What is left of one cut off is swept from `incoming/`."""
        arriving, place = new_incoming_place(), _audio_place(path)
        with arriving.open("wb") as file:
            file.writelines(content)
            file.flush()
            os.fsync(file.fileno())
        arriving.replace(place)
        fsync_folder(place.parent)

    def remove(self, path: str, *, and_playback: bool = True) -> None:
        """Remove an original, and its playback copy."""
        for file in (path, playback_path_of(path)) if and_playback else (path,):
            with suppress(FileNotFoundError):
                _audio_place(file).unlink()

    def old(self, before: float, *, everywhere: bool = False) -> Iterator[str]:
        """Return old paths of the folders whose turn it is, or of all of them. What is not ours is passed over."""
        state = storage_state()
        numbers = range(FOLDERS) if everywhere else range(state.swept_folders, state.swept_folders + TURN_FOLDERS)
        state.swept_folders = numbers.stop % FOLDERS
        for name in (f"{number % FOLDERS:02x}" for number in numbers):
            with suppress(FileNotFoundError, NotADirectoryError):
                for file in files_older_than(ensure_audio_folder() / name, before):
                    if STORED_PATH.fullmatch(path := f"{name}/{file.name}"):
                        yield path

    def put_aside(self, path: str) -> None:
        """Move an original into `unclaimed/`."""
        place = _audio_place(path)
        place.rename(ensure_unclaimed_folder() / place.name)


def files_older_than(folder: Path, before: float) -> Iterator[Path]:
    """Return the files of a folder that were written before a time of the epoch."""
    for file in folder.iterdir():
        with suppress(FileNotFoundError):  # kept, or removed, just now
            if file.stat().st_mtime < before:
                yield file


def _audio_place(path: str) -> Path:
    """Return where a path lies. Raises FileNotFoundError for one that leads elsewhere."""
    if not PLAIN_PATH.fullmatch(path):
        raise FileNotFoundError(path)
    return ensure_audio_folder() / path


def _file_pieces(file: BinaryIO, span: range) -> Iterator[bytes]:
    with file:
        file.seek(span.start)
        missing = len(span)
        while missing and (piece := file.read(min(CHUNK_BYTES, missing))):
            missing -= len(piece)
            yield piece
