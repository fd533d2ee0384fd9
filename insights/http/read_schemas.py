"""What the OpenAPI document says of the read API: ideas and topics."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from ninja import Field, Schema

from capture.models import Context
from capture.services.read_routes import AskedMoment, PageAsked, PageOut
from insights.core.classify import IdeaKind
from insights.models import Author
from insights.services.search import MeaningState

State = Literal["new", "keep", "later", "act", "let-go"]


class IdeasAsked(PageAsked):
    """Which ideas are asked for, and in which order. A page may hold fewer than its limit, and yet have a next."""

    topic: UUID | Literal["unsorted"] | None = Field(None, description="a topic's id, or `unsorted`")
    memo: UUID | None = Field(None, description="a memo's id")
    kind: IdeaKind | None = None
    state: State | None = Field(None, description="what was decided in a review; `new`: nothing yet")
    context: Context | None = Field(None, description="where it was spoken")
    since: AskedMoment | None = Field(None, description="spoken then or later, RFC 3339 with offset")
    until: AskedMoment | None = Field(None, description="spoken before, RFC 3339 with offset")
    archive: bool | None = Field(None, description="true: of old recordings alone; false: of none of these")
    order: Literal["newest", "oldest"] = Field("newest", description="by when they were spoken")


class TopicsAsked(PageAsked):
    """Which topics are asked for."""

    hidden: bool = Field(False, description="the hidden ones, and those alone")


class TopicOfIdeaOut(Schema):
    """The topic in which an idea stands."""

    id: UUID
    name: str
    hidden: bool


class IdeaOut(Schema):
    """One idea. Characters are counted as Unicode code points, seconds in the recording's sound."""

    id: UUID
    recorded_at: datetime = Field(description="when its recording was spoken, by the clock there")
    date_assumed: bool = Field(description="whether no usable date came with it: it is when it was received, then")
    archive: bool
    context: Context | None
    kind: IdeaKind
    topic: TopicOfIdeaOut | None = Field(description="null: it is still to place")
    placed_by: Author = Field(description="who says that it belongs there")
    placed_at: datetime
    state: State
    done: bool = Field(description="whether it was ticked on the list to act on")
    due_at: datetime | None = Field(description="when it comes back in a review")
    text: str = Field(description="as its person has it")
    verbatim: str = Field(description="as it was heard: never rewritten")
    doubtful: list[tuple[int, int]] = Field(description="characters of `text` that may not have been said: [from, to)")
    memo: UUID
    start: float = Field(description="seconds")
    end: float
    audio: str = Field(description="the path of its sound, with its span (W3C Media Fragments)")


class IdeasOut(PageOut):
    """A page of ideas."""

    ideas: list[IdeaOut]


class TopicOut(Schema):
    """One topic. Its id stays, whatever it is called."""

    id: UUID
    name: str
    named_by: Author = Field(description="what a person named the machine never names anew")
    sentence: str = Field(description="what its person said of it when they made it")
    hidden: bool
    pinned: bool
    created_at: datetime


class CountedTopicOut(TopicOut):
    """One topic, and how much is in it."""

    ideas: int = Field(description="how many stand in it, but for those that were let go")


class TopicsOut(PageOut):
    """A page of topics."""

    topics: list[CountedTopicOut]


class SearchAsked(PageAsked):
    """What is looked for, and among which ideas. A page may hold fewer than its limit: hidden topics are left out."""

    q: str = Field(min_length=1, max_length=500, description='words; "a phrase"; -without')
    topic: UUID | Literal["unsorted"] | None = Field(None, description="a topic's id, or `unsorted`")
    kind: IdeaKind | None = None
    state: State | None = Field(None, description="what was decided in a review; left out: all but what was let go")
    context: Context | None = Field(None, description="where it was spoken")
    since: AskedMoment | None = Field(None, description="spoken then or later, RFC 3339 with offset")
    until: AskedMoment | None = Field(None, description="spoken before, RFC 3339 with offset")
    archive: bool | None = Field(None, description="true: of old recordings alone; false: of none of these")


class HitOut(Schema):
    """An idea that was found."""

    idea: IdeaOut
    matches: list[tuple[int, int]] = Field(description="characters of its `text` that were looked for: [from, to)")
    by_words: bool
    by_meaning: bool


class HitsOut(PageOut):
    """A page of what was found, the best first."""

    hits: list[HitOut]
    partial: bool = Field(description="whether no idea has all the words, so that those that have some are given")
    behind: bool = Field(description="whether not all ideas can be found yet: ask again later")
    meaning: MeaningState = Field(description="whether what is near in meaning was looked for; `later`: ask again")
