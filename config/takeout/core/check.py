"""Whether the rows of an export fit each other: all of it is known to be whole before anything is written."""

from collections import defaultdict
from collections.abc import Callable, Hashable
from typing import Any, NamedTuple
from uuid import UUID

from capture.core.audio_kinds import KINDS
from config.takeout.core.manifest import sound_file
from config.takeout.core.rows import REFERENCES, ROWS, Row
from config.takeout.core.zip_members import ExportRefused
from config.takeout.core.zip_reader import ZipReader


class _Extent(NamedTuple):
    """How much there is of a transcript. characters: of its text."""

    words: int
    characters: int


def _one_of_each(*fields: str, where: Callable[[Any], bool] = lambda _row: True) -> Callable[[Any], Hashable]:
    """Return what gives the fields of a row of which no two rows have the same; None of rows that do not count."""
    return lambda row: tuple(getattr(row, field) for field in fields) if where(row) else None


def _live_name(topic: Any) -> Hashable:
    """Return the name that no other live topic has in whatever capitals, as far as SQLite knows capitals."""
    is_live = topic.merged_into is None and topic.deleted_at is None
    return topic.name.encode().lower() if is_live else None


UNIQUE: dict[str, tuple[Callable[[Any], Hashable], ...]] = {
    "topics": (_live_name,),
    "memos": (_one_of_each("sha256"),),
    "transcripts": (_one_of_each("memo", "generation"), _one_of_each("memo", where=lambda row: row.current)),
    "ideas": (_one_of_each("transcript", "position"),),
    "corrections": (_one_of_each("batch", where=lambda row: row.kind == "undone"),),
    "vocabulary": (_one_of_each("word"),),
    "sits": (_one_of_each("client_id"),),
    "questions": (_one_of_each("evening"),),
    "decisions": (
        _one_of_each("session", "idea", where=lambda row: row.undone_at is None),
        _one_of_each("session", "nonce"),
    ),
    "idea_states": (_one_of_each("idea"),),
}


class _Check:
    """What was read so far."""

    def __init__(self, reader: ZipReader) -> None:
        self.reader = reader
        self.keys: dict[str, set[UUID]] = {name: set() for name in ROWS}
        self.extents: dict[UUID, _Extent] = {}
        self.client_ids: set[str] = set()
        self.sounds: set[str] = set()
        self.merged: dict[UUID, UUID] = {}
        self.carried: dict[UUID, UUID] = {}
        self.evenings: dict[UUID, Any] = {}
        self.batches: set[UUID] = set()

    def read(self, name: str) -> int:
        """Check the rows of a file, and return how many there are."""
        seen: defaultdict[int, set[Hashable]] = defaultdict(set)
        each = getattr(self, f"_{name}", None)
        count = 0
        for count, row in enumerate(self.reader.rows(name), start=1):  # noqa: B007 - of none it stays 0
            for number, unique in enumerate(UNIQUE.get(name, ())):
                _refuse_unless((key := unique(row)) is None or key not in seen[number])
                seen[number].add(key)
            key = getattr(row, "id", None)
            _refuse_unless(key is None or key not in self.keys[name])
            if each:
                each(row)
            self._refer(name, row)
            if key is not None:
                self.keys[name].add(key)
        return count

    def _refer(self, name: str, row: Row) -> None:
        for field, other in REFERENCES.get(name, {}).items():
            named = getattr(row, field)
            _refuse_unless(named is None or other == name or named in self.keys[other])

    def _topics(self, row: Any) -> None:
        if row.merged_into is not None:
            self.merged[row.id] = row.merged_into

    def _memos(self, row: Any) -> None:
        ids = {row.client_id, *row.aliases}
        _refuse_unless(row.kind in KINDS and len(ids) == 1 + len(row.aliases) and not ids & self.client_ids)
        self.client_ids |= ids
        name = sound_file(row.id, row.kind, is_copy=row.original_gone_at is not None)
        file = self.reader.files.get(name)
        if file is not None:
            self.sounds.add(name)
            is_same = file.bytes == row.bytes and file.sha256 == row.sha256
            _refuse_unless(is_same or row.original_gone_at is not None)

    def _transcripts(self, row: Any) -> None:
        self.extents[row.id] = _Extent(len(row.words), len(row.text))

    def _edits(self, row: Any) -> None:
        extent = self.extents.get(row.transcript)
        _refuse_unless(extent is not None and row.first < row.last <= extent.words)

    def _ideas(self, row: Any) -> None:
        extent = self.extents.get(row.transcript)
        _refuse_unless(extent is not None and row.text_start <= row.text_end <= extent.characters)
        _refuse_unless(0 <= row.audio_start <= row.audio_end)
        _refuse_unless(all(start <= end <= len(row.text) for start, end in row.doubtful))

    def _corrections(self, row: Any) -> None:
        if row.kind == "undone":
            _refuse_unless(row.batch in self.batches)
        else:
            _refuse_unless(row.topic is not None or row.idea is not None)
            self.batches.add(row.batch)

    def _questions(self, row: Any) -> None:
        self.evenings[row.id] = row.evening
        if row.carried_from is not None:
            self.carried[row.id] = row.carried_from
        if row.transcript is None or row.text_start is None or row.text_end is None:
            return
        extent = self.extents.get(row.transcript)
        _refuse_unless(extent is not None and row.text_start <= row.text_end <= extent.characters)

    def finish(self) -> None:
        """Check what is only known at the end: what names rows of its own file, and which recordings there are."""
        ends = self.keys["topics"] - self.merged.keys()
        for topic in self.merged:
            self._follow(topic, ends)
        for later, earlier in self.carried.items():
            _refuse_unless(earlier in self.evenings and self.evenings[earlier] < self.evenings[later])
        _refuse_unless({name for name in self.reader.files if name.startswith("audio/")} == self.sounds)

    def _follow(self, topic: UUID, ends: set[UUID]) -> None:
        """Refuse a topic that was merged into none, or into itself in the end. ends: gets those that lead to one."""
        passed: set[UUID] = set()
        while topic not in ends:
            _refuse_unless(topic in self.merged and topic not in passed)
            passed.add(topic)
            topic = self.merged[topic]
        ends |= passed


def check_rows(reader: ZipReader) -> dict[str, int]:
    """Return how many rows each file has, having read them all. Raises ExportRefused where they do not fit."""
    check = _Check(reader)
    counts = {name: check.read(name) for name in ROWS}
    check.finish()
    _refuse_unless(counts["account"] == 1)
    for name in reader.files:
        if not name.startswith(("rows/", "audio/")):
            for _piece in reader.pieces(name):
                pass
    return counts


def _refuse_unless(is_right: bool) -> None:
    if not is_right:
        raise ExportRefused
