"""How far the fetching of a model is, in a file beside the models: who fetches writes it, pages read it."""

import fcntl
import json
import os
import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from transcription.core.messages import Message

WRITE_SECONDS = 0.5
"""How often progress is written: who reads it looks every few seconds."""
MEGABYTE = 1e6


class DownloadState(StrEnum):
    """Where a download stands."""

    FETCHING = "fetching"
    FAILED = "failed"
    HERE = "here"


class Download(NamedTuple):
    """One model that is being fetched, or was. done, total: in bytes; a total of 0 is not known yet.

    kind: of model, as who fetches it calls that. source: whom it is fetched from. why: a Message as it is stored, where
    it could not be fetched. at: when this was written, as time.time.
    """

    kind: str
    name: str
    source: str
    state: DownloadState = DownloadState.FETCHING
    done: int = 0
    total: int = 0
    why: str = ""
    at: float = 0.0

    def progress(self, code: str) -> Message:
        """Return a message of this code about how far it is."""
        return Message(code, {"name": self.name, "source": self.source, **self.megabytes()})

    def megabytes(self) -> dict[str, int]:
        """Return how far it is, rounded."""
        return {"done": round(self.done / MEGABYTE), "total": round(self.total / MEGABYTE)}


Show = Callable[[Download], None]


class AlreadyFetching(Exception):
    """Another process fetches this model at this moment."""


def hidden_folder(folder: Path) -> Path:
    """Return where everything lies that belongs to the fetching of a model; models are not looked for there.

    folder: in which the model is or will be.
    """
    return folder.parent / ".fetching"


class DownloadRecord:
    """The record of one model, which this process writes and nobody else: a context manager.

    show: is told the same as the file. Raises AlreadyFetching where another process is at it.
    """

    def __init__(self, folder: Path, kind: str, name: str, show: Show = lambda _: None) -> None:
        self._path = _record_path(folder)
        self._download = Download(kind, name, "")
        self._show = show
        self._written_at = -float("inf")
        self._lock = -1

    def __enter__(self) -> "DownloadRecord":
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = os.open(self._path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._lock)
            raise AlreadyFetching from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._lock)

    def begin(self, source: str, total: int = 0, done: int = 0) -> None:
        """Write whom the model is asked of, its size in bytes where that is known, and how much is here already."""
        self._write(self._download._replace(source=source, total=total, done=done, state=DownloadState.FETCHING))

    def advance(self, done: int) -> None:
        """Write how many bytes are here, unless that was written a moment ago."""
        self._download = self._download._replace(done=done)
        if time.monotonic() >= self._written_at + WRITE_SECONDS:
            self._write(self._download)

    def fail(self, why: Message) -> None:
        """Write that it could not be fetched."""
        self._write(self._download._replace(state=DownloadState.FAILED, why=str(why)))

    def finish(self) -> None:
        """Write that the model is here."""
        self._write(self._download._replace(state=DownloadState.HERE, done=self._download.total))

    def _write(self, download: Download) -> None:
        self._download, self._written_at = download._replace(at=time.time()), time.monotonic()
        written = self._path.with_suffix(".new")
        written.write_text(json.dumps(self._download._asdict()))
        written.replace(self._path)
        self._show(self._download)


def read_download(folder: Path) -> Download | None:
    """Return how far the model of a folder is, or None where it was never fetched, or its fetching was broken off."""
    path = _record_path(folder)
    try:
        told = json.loads(path.read_text())
        download = Download(**told | {"state": DownloadState(told["state"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None
    if download.state is DownloadState.FETCHING and not _is_locked(path.with_suffix(".lock")):
        return None
    return download


def read_downloads(models: Path) -> list[Download]:
    """Return how far each model is that was ever fetched into a folder of models, the latest news last."""
    paths = hidden_folder(models / "any").glob("*.json")
    found = [download for path in paths if (download := read_download(models / path.stem))]
    return sorted(found, key=lambda download: download.at)


def _record_path(folder: Path) -> Path:
    return hidden_folder(folder) / f"{folder.name}.json"


def _is_locked(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
