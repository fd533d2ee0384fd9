"""The rows of an export: what each field is, and what is believed of a stranger's. docs/export.md is for people.

A row names another one by its id. What a person did not choose and what is made anew (vectors, indexes, peaks), and
what belongs to one machine (devices, tokens, mails) is not in an export.
"""

from datetime import UTC, date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

OLDEST_YEAR, LATEST_YEAR = 1900, 2200
SMALL, WHOLE, BIG = 32767, 2**31 - 1, 2**63 - 1


def _in_utc(moment: datetime) -> datetime:
    if not OLDEST_YEAR <= moment.year <= LATEST_YEAR:
        raise ValueError("a year that nobody lived in")
    return moment.astimezone(UTC)


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Text = Annotated[str, StringConstraints(pattern=r"\A[^\x00]*\z")]
"""Anything but NUL, which PostgreSQL does not keep."""
Name = Annotated[Text, Field(max_length=120)]
Hundred = Annotated[Text, Field(max_length=100)]
TwoHundred = Annotated[Text, Field(max_length=200)]
Language = Annotated[Text, Field(max_length=8)]
ClientId = Annotated[str, StringConstraints(pattern=r"\A[A-Za-z0-9._~-]{1,128}\z")]
Small = Annotated[int, Field(ge=0, le=SMALL)]
Whole = Annotated[int, Field(ge=0, le=WHOLE)]
Hour = Annotated[int, Field(ge=0, le=23)]
UtcOffset = Annotated[int, Field(gt=-24 * 60, lt=24 * 60)]
Seconds = float
Author = Literal["machine", "person"]
Where = Literal["", "night", "walk", "sit", "question"]
Decided = Literal["keep", "later", "act", "let-go"]
HeardWord = tuple[Text, Seconds, Seconds, float]
"""A word with the white space before it, from and to which second it lasts, and how sure the engine was of it."""
Span = tuple[Whole, Whole]
"""Characters, from and to."""
FirstError = Field(fail_fast=True)
"""Of a list: an error for each of a stranger's would fill the memory."""


class Row(BaseModel):
    """One line of a file of rows."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False, hide_input_in_errors=True)


class AccountRow(Row):
    """What a person set: it is taken over by an account in which nothing is yet."""

    time_zone: Annotated[Text, Field(max_length=64)]
    languages: Hundred
    night_from: Hour
    night_until: Hour
    look: Literal["", "dark", "light"]
    page_language: Annotated[Text, Field(max_length=10)]
    dial: Literal["sooner", "usual", "eventually"] | None
    digest_hour: Hour | None
    digest_style: Literal["words", "links"] | None


class TopicRow(Row):
    """A topic. Those that were merged or deleted are kept, for corrections speak of them."""

    id: UUID
    name: Name
    named_by: Author
    sentence: Annotated[Text, Field(max_length=500)]
    merged_into: UUID | None
    deleted_at: Moment | None
    hidden: bool
    pinned: bool
    place_x: float | None
    place_y: float | None
    named_size: Whole
    review_pace: Literal["usual", "seldom", "rarely"]
    created_at: Moment


class DateAsCame(Row):
    """When a recording was made, as it was known before its person corrected it."""

    recorded_at: Moment
    utc_offset: UtcOffset | None
    date_assumed: bool


class MemoRow(Row):
    """A recording. The file is `audio/<id>.<kind>`, or `audio/<id>.m4a` where only the playback copy is left."""

    id: UUID
    client_id: ClientId
    aliases: Annotated[list[ClientId], FirstError]
    source: Literal["api", "web", "mail", "watched", "import"]
    archive: bool
    recorded_at: Moment
    utc_offset: UtcOffset | None
    date_assumed: bool
    date_as_came: DateAsCame | None
    received_at: Moment
    context: Where
    context_by_hand: Where | None
    kind: Annotated[str, StringConstraints(pattern=r"\A[a-z0-9]{1,10}\z")]
    bytes: Annotated[int, Field(ge=1, le=BIG)]
    sha256: Annotated[str, StringConstraints(pattern=r"\A[0-9a-f]{64}\z")]
    original_gone_at: Moment | None


class TranscriptRow(Row):
    """One hearing of a recording, as it was heard: never changed. Of each recording one is current."""

    id: UUID
    memo: UUID
    generation: Annotated[int, Field(ge=1, le=SMALL)]
    current: bool
    is_long: bool
    again: bool
    asked_model: TwoHundred
    asked_language: Annotated[Text, Field(max_length=3)]
    without_vad: bool
    is_doubtful: bool
    state: Literal["cancelled", "ready", "no_speech", "failed", "quarantined"]
    error: Text
    engine: Annotated[Text, Field(max_length=40)]
    model: TwoHundred
    language: Language
    text: Text
    words: Annotated[list[HeardWord], Field(max_length=500_000, fail_fast=True)]
    warnings: Annotated[list[Text], FirstError]
    window: Annotated[Text, Field(max_length=6)]
    container_seconds: Seconds | None
    audio_seconds: Seconds | None
    compute_seconds: Seconds | None
    finished_at: Moment
    is_placed: bool
    asks_nothing: bool
    brings_nothing: bool


class EditRow(Row):
    """Words first..last (exclusive) of a transcript, counted from 0, as a person has them instead."""

    transcript: UUID
    first: Whole
    last: Whole
    text: Text
    batch: UUID
    made_at: Moment
    undone_at: Moment | None
    taught: Hundred


class IdeaRow(Row):
    """An idea: characters text_start..text_end of its transcript, spoken from one second to another.

    doubtful: characters of the text that may not have been said. said: what its person has for the text by now, where
    they changed it; for readers alone, for the edits say the same.
    """

    id: UUID
    transcript: UUID
    position: Small
    text: Text
    text_start: Whole
    text_end: Whole
    doubtful: Annotated[list[Span], FirstError]
    said: Text | None
    audio_start: Seconds
    audio_end: Seconds
    kind: Literal["thought", "task", "question"]
    topic: UUID | None
    placed_by: Author
    placed_at: Moment
    is_doubtful: bool
    is_replaced: bool


class CorrectionRow(Row):
    """What a person said about ideas and topics, in order. Those of one click have one batch."""

    at: Moment
    kind: Literal[
        "created",
        "renamed",
        "moved",
        "confirmed",
        "spoken",
        "not-this",
        "merged",
        "apart",
        "whole",
        "split",
        "parted",
        "joined",
        "edge-moved",
        "deleted",
        "hidden",
        "shown",
        "pinned",
        "unpinned",
        "undone",
    ]
    topic: UUID | None
    idea: UUID | None
    from_topic: UUID | None
    name: Name
    batch: UUID


class VocabularyRow(Row):
    """A word to listen for."""

    word: Annotated[Text, Field(min_length=1, max_length=100)]
    corrections: Whole
    by_hand: bool
    left_out: bool
    changed_at: Moment


class SitRow(Row):
    """A time of sitting still."""

    id: UUID
    client_id: ClientId
    started_at: Moment
    ended_at: Moment | None
    kind: Annotated[Text, Field(max_length=40)]


class QuestionRow(Row):
    """The question of a night."""

    id: UUID
    evening: date
    text: Text
    transcript: UUID | None
    text_start: Whole | None
    text_end: Whole | None
    carried_from: UUID | None
    asked_at: Moment
    utc_offset: UtcOffset | None
    outcome: Literal["", "answered", "carried"]
    settled_at: Moment | None


class ReviewRow(Row):
    """A review, which is over: what was decided in it stands in `decisions`."""

    id: UUID
    began_at: Moment
    ended_at: Moment
    touched_at: Moment
    asked_ideas: Small | None
    asked_minutes: Small | None


class DecisionRow(Row):
    """What was decided of an idea in a review."""

    session: UUID
    idea: UUID
    decision: Decided
    nonce: UUID
    decided_at: Moment
    undone_at: Moment | None


class IdeaStateRow(Row):
    """What became of an idea, and when it comes back."""

    idea: UUID
    decision: Decided
    seen_at: Moment
    due_at: Moment | None
    stability: Annotated[float, Field(gt=0, lt=1e9)] | None
    difficulty: Annotated[float, Field(ge=1, le=10)] | None
    spaced_at: Moment | None
    done_at: Moment | None


ROWS: dict[str, type[Row]] = {
    "account": AccountRow,
    "topics": TopicRow,
    "memos": MemoRow,
    "transcripts": TranscriptRow,
    "edits": EditRow,
    "ideas": IdeaRow,
    "corrections": CorrectionRow,
    "vocabulary": VocabularyRow,
    "sits": SitRow,
    "questions": QuestionRow,
    "reviews": ReviewRow,
    "decisions": DecisionRow,
    "idea_states": IdeaStateRow,
}
"""Every file of rows, by its name, after those that it names ids of."""

REFERENCES: dict[str, dict[str, str]] = {
    "topics": {"merged_into": "topics"},
    "transcripts": {"memo": "memos"},
    "edits": {"transcript": "transcripts"},
    "ideas": {"transcript": "transcripts", "topic": "topics"},
    "corrections": {"topic": "topics", "idea": "ideas", "from_topic": "topics"},
    "questions": {"transcript": "transcripts", "carried_from": "questions"},
    "decisions": {"session": "reviews", "idea": "ideas"},
    "idea_states": {"idea": "ideas"},
}
"""Which fields of the rows of a file are ids of rows of another."""
