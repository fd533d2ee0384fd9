"""Scan of an import's folder: each file below it, when it was recorded, and whether its bytes are here already."""

import hashlib
from collections.abc import Container, Iterator
from datetime import datetime
from io import BufferedReader
from pathlib import Path, PurePath
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from capture.core.audio_types import HEAD_BYTES
from capture.core.dates.files import date_of_open_file, file_time
from capture.core.dates.plausible import is_plausible
from capture.core.errors import Refusal, too_large
from capture.core.problems import StoredProblem
from capture.core.sealed import is_recording
from capture.core.sidecars import KINDS
from capture.models import Import, ImportedFile, Memo
from capture.sources.safe_walk import FoundFile, open_file_below, walk_below

MAX_LISTED_FILES = 200_000
MAX_LISTED_NAME_CHARACTERS = 990
"""Characters of a name that the database keeps, with room for another suffix."""
DELETED = StoredProblem("deleted-before")

State = ImportedFile.State


def scan_folder(taken: Import, already: Container[str] = frozenset()) -> Iterator[ImportedFile]:
    """Yield a row, not yet saved, for each file but those whose names are listed already. Nothing is changed.

    Transcripts that lie beside a recording belong to its row. Raises Refusal where the folder cannot be read.
    """
    everything = _files_below(Path(taken.folder))
    stems = {_name_stem(lying.name) for lying in everything if _sidecar_kind(lying.name) is None}
    texts = {(_name_stem(lying.name), _sidecar_kind(lying.name)): lying.name for lying in everything if lying.is_file}
    sizes = set(Memo.objects.filter(user_id=taken.user_id).values_list("bytes", flat=True).distinct())
    looker = _Scanner(taken, sizes)
    for lying in everything:
        is_text_beside = _sidecar_kind(lying.name) is not None and _name_stem(lying.name) in stems
        if lying.name in already or is_text_beside:
            continue
        row = looker.row(lying)
        if row.state == State.WAITING:
            row.text_name = next((texts[key] for kind in KINDS if (key := (_name_stem(lying.name), kind)) in texts), "")
        yield row


def _files_below(folder: Path) -> list[FoundFile]:
    everything: list[FoundFile] = []
    try:
        for lying in walk_below(folder, apart_from=settings.HOME.resolve()):
            everything.append(lying)
            if len(everything) > MAX_LISTED_FILES:
                raise Refusal("many-files", limit=MAX_LISTED_FILES)
    except OSError as error:
        raise Refusal("no-folder") from error
    return everything


def _name_stem(name: str) -> str:
    return str(PurePath(name).with_suffix(""))


def _sidecar_kind(name: str) -> str | None:
    """Return which kind of transcript a name promises."""
    suffix = PurePath(name).suffix.lower().removeprefix(".")
    return suffix if suffix in KINDS else None


class _Scanner:
    """Looks at one file after the other. sizes: of the user's memos, for only what is as large can be the same."""

    def __init__(self, taken: Import, sizes: Container[int]) -> None:
        self.taken, self.sizes = taken, sizes
        self.folder, self.zone = Path(taken.folder), ZoneInfo(taken.time_zone)
        self.now = timezone.now()

    def row(self, lying: FoundFile) -> ImportedFile:
        """Return what is to be said of one file."""
        row = ImportedFile(taken_by=self.taken, name=_storable_file_name(lying.name), size=lying.size)
        self._set_date(row, file_time(lying.modified) or self.now, None, "file")
        if problem := self._fill_row(row, lying):
            refuse_file(row, problem)
        return row

    def _fill_row(self, row: ImportedFile, lying: FoundFile) -> StoredProblem | None:
        """Fill in what the file says of itself, and return why it is left out, if it is."""
        if row.name != lying.name:
            return StoredProblem("bad-file-name")
        if not lying.is_file:
            return StoredProblem("no-plain-file")
        try:
            with open_file_below(self.folder, lying.name) as file:
                self._fill_from_content(row, file, lying.modified)
        except Refusal as refusal:
            return refusal.problem
        except OSError:
            return Refusal("unreadable-file").problem
        return None

    def _fill_from_content(self, row: ImportedFile, file: BufferedReader, modified: float) -> None:
        """Fill in the date, and what is known of the bytes. Raises Refusal where it is no recording, or OSError."""
        head = file.read(HEAD_BYTES)
        if not head:
            raise Refusal("empty")
        if not is_recording(head):
            raise Refusal("not-audio")
        if row.size > settings.MAX_UPLOAD:
            raise too_large(settings.MAX_UPLOAD)
        file.seek(0)
        self._set_date(row, *date_of_open_file(PurePath(row.name).stem, file, modified, self.zone, self.now))
        if row.size in self.sizes:
            file.seek(0)
            match_by_sha256(row, hashlib.file_digest(file, "sha256").hexdigest())

    def _set_date(self, row: ImportedFile, at: datetime, utc_offset: int | None, dated_by: str) -> None:
        """Set the date. Where it is not said by which clock, that is the one of the import's time zone.

        A date that no memo is given (capture.core.dates.headers) is not shown either: it is taken as of now.
        """
        at = at if is_plausible(at, self.now) else self.now
        offset = at.astimezone(self.zone).utcoffset()
        row.recorded_at, row.dated_by = at, dated_by
        row.utc_offset = int(offset.total_seconds() // 60) if utc_offset is None and offset else utc_offset


def refuse_file(row: ImportedFile, problem: StoredProblem) -> None:
    """Set, in memory, that a file is left out and why."""
    row.state, row.problem, row.problem_values = State.REFUSED, problem.code, dict(problem.values)


def match_by_sha256(row: ImportedFile, sha256: str) -> None:
    """Set, in memory, which memo has a file's bytes already; where none has, leave it as it is."""
    mine = Memo.objects.with_seen_originals().filter(user_id=row.taken_by.user_id)
    row.memo = mine.filter(sha256=sha256).first()
    if row.memo and row.memo.deleted_at:
        refuse_file(row, DELETED)
    elif row.memo:
        row.state = State.KNOWN


def _storable_file_name(name: str) -> str:
    """Return a name as the database can keep it: the same, unless it is overlong or no text."""
    return name.encode("utf-8", "replace").decode()[-MAX_LISTED_NAME_CHARACTERS:]
