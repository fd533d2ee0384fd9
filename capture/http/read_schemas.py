"""What the OpenAPI document says of the read API: memos, their sound and sits."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema

from capture.models import Context, Source
from capture.services.read_routes import AskedMoment, PageAsked, PageOut


class MemosAsked(PageAsked):
    """Which recordings are asked for, and in which order."""

    since: AskedMoment | None = Field(None, description="spoken then or later, RFC 3339 with offset")
    until: AskedMoment | None = Field(None, description="spoken before, RFC 3339 with offset")
    archive: bool | None = Field(None, description="true: old recordings alone; false: none of these")
    order: Literal["newest", "oldest"] = Field("newest", description="by when they were spoken")


class SitsAsked(PageAsked):
    """Which page of sits is asked for, and in which order."""

    order: Literal["newest", "oldest"] = Field("newest", description="by when they began")


class WordsOut(Schema):
    """What was heard in a recording, and what its person has instead."""

    state: Literal["waiting", "ready", "no-speech", "failed"]
    text: str = Field(description="as its person has it")
    verbatim: str = Field(description="as it was heard: never rewritten")
    doubtful: list[tuple[int, int]] = Field(description="characters of `text` that may not have been said: [from, to)")
    language: str = Field(description="ISO 639-1, empty while it is not known")
    seconds: float | None = Field(description="how much of the sound could be read")


class MemoOut(Schema):
    """One recording."""

    id: UUID
    recorded_at: datetime = Field(description="by the clock where it was spoken")
    date_assumed: bool = Field(description="whether no usable date came with it: it is when it was received, then")
    received_at: datetime
    archive: bool = Field(description="whether it is an old recording that was imported")
    context: Context | None = Field(description="where it was spoken, as far as is known")
    source: Source = Field(description="the way by which it came")
    device: str | None
    media_type: str = Field(description="of the original")
    bytes: int
    sha256: str
    audio: str = Field(description="the path of its sound")
    original: str | None = Field(description="the path of the recording as it came; null where it was let go of")
    words: WordsOut | None = Field(description="null until its turn to be written down has come")


class MemosOut(PageOut):
    """A page of recordings."""

    memos: list[MemoOut]


class ReadSitOut(Schema):
    """One time of sitting."""

    id: UUID
    started_at: datetime
    ended_at: datetime | None = Field(description="null while it lasts, or where nobody told its end")
    kind: str


class SitsOut(PageOut):
    """A page of sits."""

    sits: list[ReadSitOut]


_SOUND = {"content": {"audio/*": {"schema": {"type": "string", "format": "binary"}}}}
AUDIO: dict[str, Any] = {
    "parameters": [{"name": "Range", "in": "header", "schema": {"type": "string"}, "description": "bytes=0-1023"}],
    "responses": {
        200: {"description": "the sound", **_SOUND},
        206: {"description": "the part that was asked for", **_SOUND},
        304: {"description": "it is as the asker has it (If-None-Match)"},
        416: {"description": "the range lies behind its end"},
    },
}
