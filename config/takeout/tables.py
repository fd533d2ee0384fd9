"""Which tables an export is made of, and what of them is one person's."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, Field, Model, OuterRef, QuerySet

from capture.models import Memo, Sit, User
from config.takeout.core.rows import REFERENCES, ROWS, AccountRow, Row
from insights.models import (
    AllKnown,
    Correction,
    DigestPlan,
    EveningQuestion,
    Idea,
    NoQuestion,
    ReviewDecision,
    ReviewPlan,
    ReviewSession,
    ReviewState,
    Topic,
)
from transcription.models import Edit, State, Transcript, Vocabulary

ENDED_STATES = (State.CANCELLED, State.READY, State.NO_SPEECH, State.FAILED, State.QUARANTINED)
"""Of transcripts that are in an export: what still waits is heard where it is taken to."""
BATCH_ROWS = 20
"""Rows that are in memory at once: a day's words are some megabytes."""

Values = dict[str, Any]


class Table(NamedTuple):
    """A table of an export. beside: gives what a row holds beside its columns."""

    model: type[Model]
    rows: Callable[[User], "QuerySet[Any]"]
    beside: Callable[[Any], Values] = lambda _row: {}


def model_columns(model: type[Model]) -> "dict[str, Field[Any, Any]]":
    """Return the fields of a model that have columns, by their names."""
    return {field.name: field for field in model._meta.concrete_fields}  # noqa: SLF001 - Django documents it


def _transcripts(user: User) -> "QuerySet[Transcript]":
    ended = Transcript.objects.of(user).filter(memo__deleted_at=None, state__in=ENDED_STATES, finished_at__isnull=False)
    asks_nothing = Exists(NoQuestion.objects.filter(transcript=OuterRef("pk")))
    brings_nothing = Exists(AllKnown.objects.filter(transcript=OuterRef("pk")))
    return ended.annotate(asks_nothing=asks_nothing, brings_nothing=brings_nothing).order_by("pk")


def _beside_transcript(transcript: Any) -> Values:
    return {"asks_nothing": transcript.asks_nothing, "brings_nothing": transcript.brings_nothing}


def _ideas(user: User) -> "QuerySet[Idea]":
    has_edits = Exists(Edit.objects.standing().filter(transcript=OuterRef("transcript")))
    kept = Idea.objects.filter(user=user, transcript__memo__deleted_at=None, erased=None).without_vectors()
    return kept.annotate(has_edits=has_edits).order_by("transcript", "position")


def _beside_idea(idea: Any) -> Values:
    return {"said": idea.transcript.said(idea.text_start, idea.text_end) if idea.has_edits else None}


def _beside_review(session: ReviewSession) -> Values:
    return {"ended_at": session.ended_at or session.touched_at}


def _beside_memo(memo: Memo) -> Values:
    return {"aliases": sorted(alias.client_id for alias in memo.aliases.all())}


TABLES: dict[str, Table] = {
    "topics": Table(Topic, lambda user: Topic.objects.filter(user=user).order_by("pk")),
    "memos": Table(Memo, lambda user: Memo.objects.of(user).prefetch_related("aliases").order_by("pk"), _beside_memo),
    "transcripts": Table(Transcript, _transcripts, _beside_transcript),
    "edits": Table(Edit, lambda user: Edit.objects.of(user).order_by("pk")),
    "ideas": Table(Idea, _ideas, _beside_idea),
    "corrections": Table(Correction, lambda user: Correction.objects.of(user).defer("former").order_by("pk")),
    "vocabulary": Table(Vocabulary, lambda user: Vocabulary.objects.of(user).order_by("pk")),
    "sits": Table(Sit, lambda user: Sit.objects.of(user).order_by("pk")),
    "questions": Table(
        EveningQuestion, lambda user: EveningQuestion.objects.filter(user=user).order_by("evening").defer("former")
    ),
    "reviews": Table(ReviewSession, lambda user: ReviewSession.objects.of(user).order_by("pk"), _beside_review),
    "decisions": Table(ReviewDecision, lambda user: ReviewDecision.objects.of(user).defer("former").order_by("pk")),
    "idea_states": Table(ReviewState, lambda user: ReviewState.objects.filter(user=user).order_by("pk")),
}
"""By the names of the files of rows; `account` is of several tables."""

LOOSE = {("topics", "merged_into"), ("ideas", "topic"), ("corrections", "from_topic"), ("questions", "transcript")}
LOOSE |= {("questions", "carried_from")}
"""What is told of a row without it: where the other is gone, it names none. All else goes with what it names."""

ACCOUNT_COLUMNS = ("time_zone", "languages", "night_from", "night_until", "look", "page_language")
"""What a person set for all of it."""


def account_row(user: User) -> AccountRow:
    """Return what a person set."""
    plan = DigestPlan.objects.filter(user=user).first()
    dial = ReviewPlan.objects.filter(user=user).values_list("dial", flat=True).first()
    return AccountRow(
        **{name: getattr(user, name) for name in ACCOUNT_COLUMNS},
        dial=dial,  # type: ignore[arg-type]
        digest_hour=plan.hour if plan else None,
        digest_style=plan.style if plan else None,  # type: ignore[arg-type]
    )


class RowsOut:
    """The rows of a person, file by file in the order of ROWS: each names only rows that are in it too.

    Meanwhile its person goes on: what came in between is left out with what speaks of it.
    """

    def __init__(self, user: User) -> None:
        self._user = user
        self._keys: dict[str, set[UUID]] = {name: set() for name in TABLES}
        self._batches: set[UUID] = set()

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield the lines of a file of rows."""
        rows = [account_row(self._user)] if name == "account" else self._rows(name)
        for row in rows:
            yield row.model_dump_json().encode() + b"\n"

    def _rows(self, name: str) -> Iterator[Row]:
        table = TABLES[name]
        columns = model_columns(table.model)
        fields = {field: columns[field].attname for field in ROWS[name].model_fields if field in columns}
        for found in table.rows(self._user).iterator(BATCH_ROWS):
            values = {field: getattr(found, column) for field, column in fields.items()}
            if not self._settle(name, values):
                continue
            self._keys[name].add(found.pk)
            yield ROWS[name].model_validate(values | table.beside(found), strict=False)

    def _settle(self, name: str, values: Values) -> bool:
        """Take out what names a row that is not there; returns False where the whole is about it."""
        for field, other in REFERENCES.get(name, {}).items():
            is_own = other == name == "topics"  # which are all there, in any order
            if values[field] is None or is_own or values[field] in self._keys[other]:
                continue
            if (name, field) not in LOOSE:
                return False
            values[field] = None
        return name != "corrections" or self._settle_correction(values)

    def _settle_correction(self, values: Values) -> bool:
        """Keep what a person said, and that it was undone where what was undone is in it."""
        if values["kind"] == Correction.Kind.UNDONE:
            return values["batch"] in self._batches
        self._batches.add(values["batch"])
        return True
