"""One old recording, from the folder in which it stays to a memo."""

from collections.abc import Iterator
from datetime import timedelta, timezone
from io import BufferedReader
from pathlib import Path

from capture.core.errors import Refusal
from capture.core.sidecars import MOST_BYTES, TextRead, Unreadable, read_text
from capture.models import ImportedFile, Source
from capture.services.ingest import Sent, receive
from capture.sources.imports.scan import DELETED, settle
from capture.sources.safe_walk import opened_below
from capture.storage.filesystem import refuse_if_nearly_full
from capture.storage.incoming import open_incoming

CHUNK = 1024 * 1024

State = ImportedFile.State


def take_in(file: ImportedFile) -> None:
    """Take one file in, and write down what became of it. Done again, it gives the same memo.

    Raises Refusal, with nothing written, where the reason is not the file's own: a full disk, a store that is away, a
    folder that is gone.
    """
    memo_id = f"import-{file.taken_by_id}-{file.pk}"
    try:
        sha256 = _received(file, memo_id)
    except Refusal as refusal:
        if refusal.may_pass or not Path(file.taken_by.folder).is_dir():
            raise
        file.state, file.problem = State.REFUSED, refusal.sentence
    else:
        settle(file, sha256)
        if file.memo is None:
            file.state, file.problem = State.REFUSED, DELETED
        elif file.state == State.KNOWN and file.memo.client_id == memo_id:
            file.state = State.KEPT
    waiting = ImportedFile.objects.filter(pk=file.pk, state=State.WAITING)
    waiting.update(state=file.state, problem=file.problem, memo=file.memo)


def _received(file: ImportedFile, memo_id: str) -> str:
    """Return the sha256 of a file, its bytes having been received. Raises Refusal."""
    text = _text(file) if file.taken_by.uses_texts and file.text_name else None
    with _opened(file) as source, open_incoming() as arriving:
        refuse_if_nearly_full(file.size)
        for chunk in _chunks(source):
            arriving.write(chunk)
        sent = Sent(client_id=memo_id, recorded_at=_date(file), text=text)
        return receive(file.taken_by.user, None, Source.IMPORT, arriving, sent).receipt["sha256"]


def _opened(file: ImportedFile) -> BufferedReader:
    folder = Path(file.taken_by.folder)
    try:
        return opened_below(folder, file.name)
    except OSError as error:
        raise (Refusal("unreadable-file") if folder.is_dir() else Refusal("no-folder")) from error


def _chunks(source: BufferedReader) -> Iterator[bytes]:
    try:
        while chunk := source.read(CHUNK):
            yield chunk
    except OSError as error:
        raise Refusal("unreadable-file") from error


def _date(file: ImportedFile) -> str:
    """Return when it was recorded, as a phone would say it (RFC 3339)."""
    clock = timezone(timedelta(minutes=file.utc_offset or 0))
    return file.recorded_at.astimezone(clock).isoformat(timespec="seconds")


def _text(file: ImportedFile) -> TextRead | None:
    """Return the transcript that lies beside; where it cannot be read the row says so, and the recording is heard."""
    try:
        with opened_below(Path(file.taken_by.folder), file.text_name) as text:
            return read_text(Path(file.text_name).suffix.lower().removeprefix("."), text.read(MOST_BYTES + 1))
    except (OSError, Unreadable) as error:
        reason = str(error) if isinstance(error, Unreadable) else "it could not be opened"
        file.problem = f"The text beside it is not used ({reason}): the recording is heard."
        return None
