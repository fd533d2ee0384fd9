"""What an import would take in: each file below its folder, when it was recorded, and what is known of it already."""

import hashlib
from collections.abc import Container, Iterator
from datetime import datetime
from io import BufferedReader
from pathlib import Path, PurePath
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from capture.core.audio_types import HEAD, sniff
from capture.core.dates.files import found_in, moment
from capture.core.dates.plausible import is_believable
from capture.core.errors import Refusal, too_large
from capture.core.sidecars import KINDS
from capture.models import Import, ImportedFile, Memo
from capture.sources.safe_walk import Lying, lying_below, opened_below

MOST_FILES = 200_000
NAME_LENGTH = 990
"""Characters of a name that the database keeps, with room for another suffix."""
DELETED = "It was deleted here before, and is left out. To have it back, add it on the today page."
LINK = "It is a link, a pipe or a folder that may not be read: only plain files are taken."
BAD_NAME = "Its name is too long, or not written in this system's letters. Rename it, and list the folder again."

State = ImportedFile.State


def look(taken: Import, already: Container[str] = frozenset()) -> Iterator[ImportedFile]:
    """Yield a row, not yet saved, for each file but those whose names are listed already. Nothing is changed.

    Transcripts that lie beside a recording belong to its row. Raises Refusal where the folder cannot be read.
    """
    everything = _everything(Path(taken.folder))
    stems = {_stem(lying.name) for lying in everything if _kind(lying.name) is None}
    texts = {(_stem(lying.name), _kind(lying.name)): lying.name for lying in everything if lying.is_file}
    sizes = set(Memo.objects.filter(user_id=taken.user_id).values_list("bytes", flat=True).distinct())
    looker = _Looker(taken, sizes)
    for lying in everything:
        is_text_beside = _kind(lying.name) is not None and _stem(lying.name) in stems
        if lying.name in already or is_text_beside:
            continue
        row = looker.row(lying)
        if row.state == State.WAITING:
            row.text_name = next((texts[key] for kind in KINDS if (key := (_stem(lying.name), kind)) in texts), "")
        yield row


def _everything(folder: Path) -> list[Lying]:
    everything: list[Lying] = []
    try:
        for lying in lying_below(folder, apart_from=settings.HOME.resolve()):
            everything.append(lying)
            if len(everything) > MOST_FILES:
                raise Refusal("many-files", limit=MOST_FILES)
    except OSError as error:
        raise Refusal("no-folder") from error
    return everything


def _stem(name: str) -> str:
    return str(PurePath(name).with_suffix(""))


def _kind(name: str) -> str | None:
    """Return which kind of transcript a name promises."""
    suffix = PurePath(name).suffix.lower().removeprefix(".")
    return suffix if suffix in KINDS else None


class _Looker:
    """Looks at one file after the other. sizes: of the user's memos, for only what is as large can be the same."""

    def __init__(self, taken: Import, sizes: Container[int]) -> None:
        self.taken, self.sizes = taken, sizes
        self.folder, self.zone = Path(taken.folder), ZoneInfo(taken.time_zone)
        self.now = timezone.now()

    def row(self, lying: Lying) -> ImportedFile:
        """Return what is to be said of one file."""
        row = ImportedFile(taken_by=self.taken, name=_storable(lying.name), size=lying.size)
        self._date(row, moment(lying.modified) or self.now, None, "file")
        problem = self._problem(row, lying)
        if problem:
            row.state, row.problem = State.REFUSED, problem
        return row

    def _problem(self, row: ImportedFile, lying: Lying) -> str:
        """Look into the file, and return why it is left out, if it is."""
        if row.name != lying.name:
            return BAD_NAME
        if not lying.is_file:
            return LINK
        try:
            with opened_below(self.folder, lying.name) as file:
                self._look_into(row, file, lying.modified)
        except Refusal as refusal:
            return refusal.sentence
        except OSError:
            return Refusal("unreadable-file").sentence
        return row.problem

    def _look_into(self, row: ImportedFile, file: BufferedReader, modified: float) -> None:
        """Fill in the date, and what is known of the bytes. Raises Refusal where it is no recording, or OSError."""
        head = file.read(HEAD)
        if not head:
            raise Refusal("empty")
        if sniff(head) is None:
            raise Refusal("not-audio")
        if row.size > settings.MAX_UPLOAD:
            raise too_large(settings.MAX_UPLOAD)
        file.seek(0)
        self._date(row, *found_in(PurePath(row.name).stem, file, modified, self.zone, self.now))
        if row.size in self.sizes:
            file.seek(0)
            settle(row, hashlib.file_digest(file, "sha256").hexdigest())

    def _date(self, row: ImportedFile, at: datetime, utc_offset: int | None, dated_by: str) -> None:
        """Set the date. Where it is not said by which clock, that is the one of the import's time zone.

        A date that no memo is given (capture.core.dates.headers) is not shown either: it is taken as of now.
        """
        at = at if is_believable(at, self.now) else self.now
        offset = at.astimezone(self.zone).utcoffset()
        row.recorded_at, row.dated_by = at, dated_by
        row.utc_offset = int(offset.total_seconds() // 60) if utc_offset is None and offset else utc_offset


def settle(row: ImportedFile, sha256: str) -> None:
    """Say of a file what is known of its bytes; where nothing is, leave it as it is."""
    row.memo = Memo.objects.filter(user_id=row.taken_by.user_id, sha256=sha256).first()
    if row.memo and row.memo.deleted_at:
        row.state, row.problem = State.REFUSED, DELETED
    elif row.memo:
        row.state = State.KNOWN


def _storable(name: str) -> str:
    """Return a name as the database can keep it: the same, unless it is overlong or no text."""
    return name.encode("utf-8", "replace").decode()[-NAME_LENGTH:]
