"""How rows of an export come into an account: what is here stays, what is not here comes with all that belongs to it.

A recording is the same by its bytes, a topic by its id or its name, a sit by its id, a night's question by its evening,
a word by itself. Whatever ids stand in an export, its rows become those of the person who takes it in.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Model

from capture.models import Alias, Memo, Sit, User
from capture.services.receipts import is_kept
from capture.storage.stores import new_path
from config.takeout.core.manifest import sound_file
from config.takeout.core.rows import REFERENCES, ROWS, MemoRow, Row
from config.takeout.core.zip_reader import ZipReader
from config.takeout.tables import LOOSE, TABLES
from insights.models import Correction, EveningQuestion, Topic
from transcription.models import Vocabulary

UNDONE = Correction.Kind.UNDONE
BATCH_KEYS = 500
"""Keys that stand in one question to the database."""

PLANNED = ("topics", "memos", "transcripts", "ideas", "corrections", "vocabulary", "sits", "questions", "reviews")

Keys = dict[UUID, UUID]
"""Ids here, by those in the export."""


class _MemoFacts(NamedTuple):
    """What a transcript has a copy of."""

    received_at: datetime
    archive: bool


class MergePlan:
    """What of an export is new to an account, and what is here already: from the rows, and nothing is written."""

    def __init__(self, user: User, reader: ZipReader) -> None:
        self.user = user
        self._reader = reader
        self.known: dict[str, Keys] = {name: {} for name in ROWS}
        self.new: dict[str, Keys] = {name: {} for name in ROWS}
        self.new_paths: dict[UUID, str] = {}
        self.unseen: set[UUID] = set()
        """New recordings of which the export has no original."""
        self.lacking: set[UUID] = set()
        """Recordings that are here by name alone, and whose original the export has."""
        self.memos: dict[UUID, _MemoFacts] = {}
        self.new_bytes = 0
        self.taken_client_ids: set[str] = set()
        self.words: set[str] = set()
        self.is_empty_account = not (
            Memo.objects.filter(user=user).exists() or Topic.objects.filter(user=user).exists()
        )
        live = Topic.objects.of(user).values_list("name", "pk")
        self._names = {name.casefold(): key for name, key in live}
        left = Topic.objects.filter(user=user).exclude(merged_into=None, deleted_at=None)
        self._heirs: dict[UUID, UUID | None] = dict(left.values_list("pk", "merged_into"))
        """Of topics that are merged or deleted here: into which, or None."""
        self._undone: set[UUID] = set()
        for name in PLANNED:
            for rows in reader.batches(name, BATCH_KEYS):
                getattr(self, f"_plan_{name}")(rows)

    def here(self, name: str, key: UUID) -> UUID | None:
        """Return under which id a row of the export is here, or will be; None where it is left out."""
        return self.new[name].get(key) or self.known[name].get(key)

    def is_wanted(self, name: str, row: Any) -> bool:
        """Return whether a row is new, or belongs to what is."""
        if name == "vocabulary":
            return row.word not in self.words
        if (key := getattr(row, "id", None)) is not None:
            return key in self.new[name]
        if name == "corrections" and row.idea is None:
            return row.topic in self.new["topics"] if row.kind != UNDONE else row.batch in self._undone
        about = "transcript" if name == "edits" else "idea"
        return getattr(row, about) in self.new[REFERENCES[name][about]]

    def references(self, name: str, row: Row) -> dict[str, UUID | None] | None:
        """Return what a row names, by the ids of here; None where it names what is left out."""
        found = {}
        for field, other in REFERENCES.get(name, {}).items():
            named = getattr(row, field)
            found[field] = None if named is None else self.here(other, named)
            if named is not None and found[field] is None and (name, field) not in LOOSE:
                return None
        if name == "ideas":
            found["topic"] = self._heir_of(found["topic"])
        return found

    def _heir_of(self, topic: UUID | None) -> UUID | None:
        """Return the topic of here in which ideas of a topic stand by now."""
        while topic in self._heirs:
            topic = self._heirs[topic]
        return topic

    def _take(self, name: str, keys: Iterable[UUID]) -> None:
        """Plan rows as new, under their own ids where these are free."""
        wanted = list(keys)
        table: type[Model] = TABLES[name].model
        taken = set(table._base_manager.filter(pk__in=wanted).values_list("pk", flat=True))  # noqa: SLF001 - all users'
        for key in wanted:
            self.new[name][key] = uuid.uuid4() if key in taken else key

    def _own(self, name: str, keys: Iterable[UUID], **owner: object) -> set[UUID]:
        table: type[Model] = TABLES[name].model
        mine = table._base_manager.filter(pk__in=list(keys), **(owner or {"user": self.user}))  # noqa: SLF001
        return set(mine.values_list("pk", flat=True))

    def _plan_topics(self, rows: list[Any]) -> None:
        own = self._own("topics", (row.id for row in rows))
        self.known["topics"] |= {key: key for key in own}
        fresh = [row for row in rows if row.id not in own]
        self._take("topics", (row.id for row in fresh))
        for row in fresh:
            if row.merged_into is None and row.deleted_at is None:
                key = self.new["topics"][row.id]
                same = self._names.setdefault(row.name.casefold(), key)
                if same != key:
                    self.known["topics"][row.id] = same
                    del self.new["topics"][row.id]

    def _plan_memos(self, rows: list[MemoRow]) -> None:
        mine = Memo.objects.filter(user=self.user)
        by_bytes = {memo.sha256: memo for memo in mine.filter(sha256__in=[row.sha256 for row in rows])}
        ids = [one for row in rows for one in (row.client_id, *row.aliases)]
        self.taken_client_ids |= set(mine.filter(client_id__in=ids).values_list("client_id", flat=True))
        aliases = Alias.objects.filter(user=self.user, client_id__in=ids)
        self.taken_client_ids |= set(aliases.values_list("client_id", flat=True))
        fresh = [row for row in rows if row.sha256 not in by_bytes]
        known = {row.id: by_bytes[row.sha256] for row in rows if row.sha256 in by_bytes}
        self.known["memos"] |= {key: memo.pk for key, memo in known.items()}
        originals = {row.id: row.bytes for row in rows if self._has_original(row)}
        self.lacking |= {key for key, memo in known.items() if key in originals and not is_kept(memo)}
        self.new_bytes += sum(originals[key] for key in self.lacking & known.keys())
        self._take("memos", (row.id for row in fresh))
        for row in fresh:
            key = self.new["memos"][row.id]
            self.new_paths[row.id] = new_path(key, self.user.pk)
            self.memos[row.id] = _MemoFacts(row.received_at, row.archive)
            self.new_bytes += row.bytes
            if row.id not in originals:
                self.unseen.add(row.id)

    def _has_original(self, row: MemoRow) -> bool:
        return row.original_gone_at is None and sound_file(row.id, row.kind, is_copy=False) in self._reader.files

    def _plan_transcripts(self, rows: list[Any]) -> None:
        self._plan_below("transcripts", "memo", rows, memo__user=self.user)

    def _plan_ideas(self, rows: list[Any]) -> None:
        self._plan_below("ideas", "transcript", rows)

    def _plan_below(self, name: str, field: str, rows: list[Any], **owner: object) -> None:
        """Plan rows that come with what they belong to; others that are here are known."""
        above = self.new[REFERENCES[name][field]]
        self._take(name, (row.id for row in rows if getattr(row, field) in above))
        old = [row.id for row in rows if getattr(row, field) not in above]
        self.known[name] |= {key: key for key in self._own(name, old, **owner)}

    def _plan_corrections(self, rows: list[Any]) -> None:
        """Plan of which clicks it comes along that they were undone."""
        batches = {row.batch for row in rows if row.kind != UNDONE and self.is_wanted("corrections", row)}
        self._undone |= batches - set(Correction.objects.filter(batch__in=batches).values_list("batch", flat=True))

    def _plan_vocabulary(self, rows: list[Any]) -> None:
        mine = Vocabulary.objects.of(self.user).filter(word__in=[row.word for row in rows])
        self.words |= set(mine.values_list("word", flat=True))

    def _plan_sits(self, rows: list[Any]) -> None:
        mine = Sit.objects.of(self.user).filter(client_id__in=[row.client_id for row in rows])
        self._plan_by_value("sits", "client_id", rows, dict(mine.values_list("client_id", "pk")))

    def _plan_questions(self, rows: list[Any]) -> None:
        mine = EveningQuestion.objects.filter(user=self.user, evening__in=[row.evening for row in rows])
        self._plan_by_value("questions", "evening", rows, dict(mine.values_list("evening", "pk")))

    def _plan_by_value(self, name: str, field: str, rows: list[Any], known: dict[Any, UUID]) -> None:
        self.known[name] |= {row.id: known[getattr(row, field)] for row in rows if getattr(row, field) in known}
        self._take(name, (row.id for row in rows if getattr(row, field) not in known))

    def _plan_reviews(self, rows: list[Any]) -> None:
        own = self._own("reviews", (row.id for row in rows))
        self.known["reviews"] |= {key: key for key in own}
        self._take("reviews", (row.id for row in rows if row.id not in own))
