"""What is written into an export of each kind."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from typing import BinaryIO
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Sum
from django.urls import reverse

from capture.core.audio_kinds import KINDS
from capture.core.nights import clock_at
from capture.models import Memo, User
from capture.services.recordings import find_playback, open_original
from capture.storage.filesystem import refuse_if_nearly_full
from config.takeout.core.manifest import (
    COPY_ENDING,
    SCHEMA_FILE,
    TakeoutKind,
    damaged_file,
    rows_file,
    schema_text,
    sound_file,
)
from config.takeout.core.names import file_key, free_stem
from config.takeout.core.own_text import write_note
from config.takeout.core.rows import ROWS
from config.takeout.core.zip_writer import ZipWriter
from config.takeout.tables import RowsOut
from config.takeout.topic_notes import (
    UNSORTED_STEM,
    SoundLink,
    noted_topics,
    topic_note,
    unsorted_note,
    wanted_stem,
)

PIECE_BYTES = 256 * 1024
BATCH_MEMOS = 200
TEXT_BYTES = 4000
"""About so much text there is of a recording."""

Progress = Callable[[int], object]
"""Called with how many bytes were written since."""


def expected_bytes(user: User, kind: TakeoutKind) -> int:
    """Return about how large an export of a kind becomes."""
    told = Memo.objects.of(user).aggregate(bytes=Sum("bytes"))
    texts = TEXT_BYTES * (1 + Memo.objects.of(user).count())
    return texts if kind in {"markdown", "json"} else texts + (told["bytes"] or 0)


def write_export(user: User, kind: TakeoutKind, file: BinaryIO, made_at: datetime, progress: Progress) -> None:
    """Write an export. Raises Refusal where there is no room, or recordings cannot be fetched."""

    def counted(size: int) -> None:
        refuse_if_nearly_full(size)
        progress(size)

    with ZipWriter(file, kind, made_at, counted) as writer:
        if kind in {"json", "account"}:
            _add_rows(writer, user)
        if kind in {"markdown", "account"}:
            for stem, text in _notes(user, _link_within if kind == "account" else page_link):
                writer.add(f"markdown/{stem}.md", [text.encode("utf-8", "replace")])
        if kind in {"audio", "account"}:
            for name, memo in _by_ids(user) if kind == "account" else _by_dates(user):
                is_as_it_came = _add_recording(writer, name, memo)
                if kind == "account" and not is_as_it_came:
                    writer.take_back()
                    _add_recording(writer, damaged_file(memo.pk, memo.kind), memo)
        writer.finish()


def _add_rows(writer: ZipWriter, user: User) -> None:
    rows = RowsOut(user)
    for name in ROWS:
        writer.add(rows_file(name), rows.lines(name))
    writer.add(SCHEMA_FILE, [schema_text().encode()])


def page_link(memo: Memo) -> str:
    """Return where this service plays a recording."""
    return f"{settings.ORIGIN}{reverse('memo_audio', args=[memo.pk])}"


def _link_within(memo: Memo) -> str:
    return f"../{_name_by_id(memo)}"


def _name_by_id(memo: Memo) -> str:
    return sound_file(memo.pk, memo.kind, is_copy=memo.original_gone_at is not None)


def _notes(user: User, link: SoundLink) -> Iterator[tuple[str, str]]:
    """Yield the names of notes, and what stands in them."""
    topics = noted_topics(user, with_hidden=True)
    taken = {file_key(UNSORTED_STEM)}
    stems = {str(topic.pk): free_stem(wanted_stem(topic), taken) for topic in topics}
    for topic in topics:
        yield stems[str(topic.pk)], write_note(topic_note(topic, stems, link), None)
    yield UNSORTED_STEM, write_note(unsorted_note(user, UNSORTED_STEM, link), None)


def _by_ids(user: User) -> Iterator[tuple[str, Memo]]:
    for memo in _in_batches(user, "pk"):
        yield _name_by_id(memo), memo


def _by_dates(user: User) -> Iterator[tuple[str, Memo]]:
    taken: set[str] = set()
    zone = ZoneInfo(user.time_zone)
    for memo in _in_batches(user, "recorded_at", "pk"):
        clock = clock_at(memo.recorded_at, memo.utc_offset, zone)
        ending = COPY_ENDING if memo.original_gone_at else KINDS[memo.kind].endings[0]
        yield f"audio/{free_stem(f'{clock:%Y-%m-%d %H.%M.%S}', taken)}.{ending}", memo


def _in_batches(user: User, *order: str) -> Iterator[Memo]:
    """Yield a user's recordings, a batch a question: one that stays open keeps SQLite's log, with what was erased."""
    keys = list(Memo.objects.of(user).order_by(*order).values_list("pk", flat=True))
    for first in range(0, len(keys), BATCH_MEMOS):
        batch = keys[first : first + BATCH_MEMOS]
        found = Memo.objects.of(user).in_bulk(batch)
        yield from (found[key] for key in batch if key in found)


def _add_recording(writer: ZipWriter, name: str, memo: Memo) -> bool:
    """Add a recording, unless it was deleted a moment ago, or its file is lost.

    Returns whether its bytes are those that came: with others, no Stillnote takes the whole export in.
    """
    with suppress(FileNotFoundError), _open_recording(memo) as file:
        written = writer.add(name, iter(lambda: file.read(PIECE_BYTES), b""), is_sound=True)
        return memo.original_gone_at is not None or (written.bytes, written.sha256) == (memo.bytes, memo.sha256)
    return True


def _open_recording(memo: Memo) -> AbstractContextManager[BinaryIO]:
    return find_playback(memo).opened() if memo.original_gone_at else open_original(memo, lambda: None)
