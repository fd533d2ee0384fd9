"""Taking one file of a watched folder: read as it was met, and received like any other recording."""

import os
import stat
from pathlib import PurePosixPath
from typing import BinaryIO
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from capture.core.audio_types import HEAD_BYTES
from capture.core.dates.files import date_of_open_file
from capture.core.dates.plausible import is_plausible
from capture.core.errors import Refusal, too_large
from capture.core.sealed import is_recording, is_sealed
from capture.models import Memo, Source, User, WatchedFolder
from capture.services.ingest import Sent, ingest_recording
from capture.services.receipts import audio_sha256
from capture.services.sealing import refuse_unless_openable
from capture.sources.safe_open import FILE_FLAGS, open_below
from capture.sources.watched.beginnings import Beginnings
from capture.sources.watched.stillness import is_fully_written
from capture.sources.watched.tracking import DueFile
from capture.sources.watched.walk import SeenFile, look_of
from capture.storage.filesystem import refuse_if_nearly_full
from capture.storage.incoming import open_incoming
from capture.storage.stores import find_stored

READ_BYTES = 256 * 1024


class NotAsMet(Exception):
    """The file changed since it was listed; the next poll lists it again."""


def ingest_watched_file(watched: WatchedFolder, folder: int, due: DueFile) -> os.stat_result:
    """Make a file below an open folder a memo, or recognise it. Returns what was read, so that just that is moved.

    A file that grew after it was taken becomes one memo, of all of it. Raises Refusal, with nothing stored; NotAsMet,
    also where somebody still writes to it; OSError where it cannot be read.
    """
    user, seen = watched.user, due.seen
    with open_below(folder, seen.parts, FILE_FLAGS) as descriptor, os.fdopen(descriptor, "rb", closefd=False) as file:
        found = refuse_unless_as_met(os.fstat(descriptor), seen)
        _refuse_unread(file, seen)
        if not is_fully_written(file, due.still_seconds, is_moved=watched.moves_done):
            raise NotAsMet
        file.seek(0)
        beginnings = Beginnings(user, seen.look.size)
        with open_incoming() as arriving:
            while arriving.bytes <= seen.look.size and (chunk := file.read(READ_BYTES)):
                arriving.write(chunk)
                beginnings.read(chunk)
            refuse_unless_as_met(os.fstat(descriptor), seen)
            file.seek(0)
            sent = Sent(recorded_at=_file_recorded_at(user, file, seen))
            receipt, created = ingest_recording(user, None, Source.WATCHED, arriving, sent)
            if created:
                memo = Memo.objects.get(user=user, sha256=audio_sha256(receipt))
                opened = _beginnings_of(memo) if is_sealed(arriving.head) else beginnings
                opened.replace_by(memo)
    return found


def _beginnings_of(memo: Memo) -> Beginnings:
    """Find earlier memos that an opened recording begins with; sealed files cannot be compared with them."""
    beginnings = Beginnings(memo.user, memo.bytes)
    for piece in find_stored(memo.path).part(range(memo.bytes)):
        beginnings.read(piece)
    return beginnings


def refuse_unless_as_met(found: os.stat_result, seen: SeenFile) -> os.stat_result:
    """Return what was found. Raises NotAsMet unless it is a file that looks as it was met."""
    if not stat.S_ISREG(found.st_mode) or look_of(found) != seen.look:
        raise NotAsMet
    return found


def _refuse_unread(file: BinaryIO, seen: SeenFile) -> None:
    """Raise Refusal for what need not be read to its end to be refused."""
    if not seen.look.size:
        raise Refusal("empty")
    if seen.look.size > settings.MAX_UPLOAD:
        raise too_large(settings.MAX_UPLOAD)
    head = file.read(HEAD_BYTES)
    if not is_recording(head):
        raise Refusal("not-audio")
    refuse_unless_openable(head)
    refuse_if_nearly_full(seen.look.size)
    file.seek(0)


def _file_recorded_at(user: User, file: BinaryIO, seen: SeenFile) -> str | None:
    """Return when a file at its beginning was recorded, or None where nothing that is believed tells of it."""
    zone, now = ZoneInfo(user.time_zone), timezone.now()
    found = date_of_open_file(PurePosixPath(seen.name).stem, file, seen.look.modified_ns / 1e9, zone, now)
    if not is_plausible(found.at, now):
        return None
    clock = zone if found.utc_offset is None else timezone.get_fixed_timezone(found.utc_offset)
    return found.at.astimezone(clock).isoformat()
