"""Ingest of one old recording: it becomes a memo, and its file stays in its folder."""

import os
import time
from collections.abc import Iterator
from datetime import timedelta, timezone
from io import BufferedReader
from pathlib import Path

from capture.core.errors import Refusal
from capture.core.problems import StoredProblem
from capture.core.sidecars import MAX_SIDECAR_BYTES, SidecarText, UnreadableSidecar, parse_sidecar
from capture.models import ImportedFile, Source
from capture.services.ingest import Sent, ingest_recording
from capture.services.receipts import audio_sha256
from capture.sources.imports.scan import DELETED, match_by_sha256, refuse_file
from capture.sources.safe_walk import open_file_below
from capture.sources.watched.stillness import is_fully_written
from capture.sources.watched.walk import look_of
from capture.storage.filesystem import refuse_if_nearly_full
from capture.storage.incoming import open_incoming

READ_BYTES = 1024 * 1024
STILL_WRITTEN = StoredProblem("still-written")

State = ImportedFile.State


class _StillWritten(Exception):
    """Somebody writes to the file, or did a moment ago."""


def ingest_file(file: ImportedFile) -> None:
    """Make a file a memo, and write into its row what became of it. Done again, it gives the same memo.

    Raises Refusal, with nothing written, where the reason is not the file's own: a full disk, a store that is away, a
    folder that is gone.
    """
    memo_id = f"import-{file.taken_by_id}-{file.pk}"
    try:
        sha256 = _receive_file(file, memo_id)
    except Refusal as refusal:
        if refusal.concerns_all or not Path(file.taken_by.folder).is_dir():
            raise
        refuse_file(file, refusal.problem)
    except _StillWritten:
        refuse_file(file, STILL_WRITTEN)
    else:
        match_by_sha256(file, sha256)
        if file.memo is None:
            refuse_file(file, DELETED)
        elif file.state == State.KNOWN and file.memo.client_id == memo_id:
            file.state = State.KEPT
    waiting = ImportedFile.objects.filter(pk=file.pk, state=State.WAITING)
    waiting.update(state=file.state, problem=file.problem, problem_values=file.problem_values, memo=file.memo)


def _receive_file(file: ImportedFile, memo_id: str) -> str:
    """Ingest a file and return the sha256 of its recording; set, in memory, why its sidecar is not used.

    Raises Refusal, _StillWritten.
    """
    text = None
    if file.taken_by.uses_texts and file.text_name:
        try:
            text = _read_sidecar(file)
        except UnreadableSidecar as error:  # the row says so, and the recording is transcribed
            file.problem = error.code
    with _open_source(file) as source, open_incoming() as arriving:
        refuse_if_nearly_full(file.size)
        begun = _stat_whole(source)
        for chunk in _read_chunks(source):
            arriving.write(chunk)
        if look_of(os.fstat(source.fileno())) != look_of(begun):
            raise _StillWritten
        sent = Sent(client_id=memo_id, recorded_at=_recorded_at_text(file), text=text)
        return audio_sha256(ingest_recording(file.taken_by.user, None, Source.IMPORT, arriving, sent).receipt)


def _open_source(file: ImportedFile) -> BufferedReader:
    folder = Path(file.taken_by.folder)
    try:
        return open_file_below(folder, file.name)
    except OSError as error:
        raise (Refusal("unreadable-file") if folder.is_dir() else Refusal("no-folder")) from error


def _stat_whole(source: BufferedReader) -> os.stat_result:
    """Return what the system says of a file, at its beginning. Raises _StillWritten unless it is whole; Refusal."""
    try:
        found = os.fstat(source.fileno())
        # A time to come is that of a clock that is wrong, and not of a writer.
        if not is_fully_written(source, abs(time.time() - found.st_mtime), is_moved=False):
            raise _StillWritten
        source.seek(0)
    except OSError as error:
        raise Refusal("unreadable-file") from error
    return found


def _read_chunks(source: BufferedReader) -> Iterator[bytes]:
    try:
        while chunk := source.read(READ_BYTES):
            yield chunk
    except OSError as error:
        raise Refusal("unreadable-file") from error


def _recorded_at_text(file: ImportedFile) -> str:
    """Return when it was recorded, as a phone would say it (RFC 3339)."""
    clock = timezone(timedelta(minutes=file.utc_offset or 0))
    return file.recorded_at.astimezone(clock).isoformat(timespec="seconds")


def _read_sidecar(file: ImportedFile) -> SidecarText:
    """Return the transcript that lies beside a recording. Raises UnreadableSidecar."""
    try:
        with open_file_below(Path(file.taken_by.folder), file.text_name) as sidecar:
            content = sidecar.read(MAX_SIDECAR_BYTES + 1)
    except OSError as error:
        raise UnreadableSidecar("text-not-opened") from error
    return parse_sidecar(Path(file.text_name).suffix.lower().removeprefix("."), content)
