"""The MCP server: an assistant reads by it what is one person's, and changes nothing."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import wraps
from typing import Annotated, Any, ParamSpec, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.http import Http404
from django.shortcuts import get_object_or_404
from mcp.server.auth.settings import AuthSettings
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError, ToolError
from mcp.types import ToolAnnotations
from pydantic import AnyHttpUrl, Field

from capture.core.errors import Refusal
from capture.models import User
from capture.services.paging import MAX_ROWS
from capture.services.read_memos import memo_rows, memos_with_device
from config.mcp.answers import (
    FoundByText,
    ToldChanges,
    ToldIdea,
    ToldIdeas,
    ToldMemo,
    ToldTopics,
    TopicWithIdeas,
    told_change,
    told_idea,
    told_memo,
    told_topic,
    topic_as_markdown,
)
from config.mcp.readers import PersonalTokens, WhoReads, who_asks
from insights.models import Idea, Topic
from insights.services.changes import changes_since
from insights.services.read_ideas import (
    IdeaFilter,
    Row,
    counted_topic_rows,
    find_hits,
    find_ideas,
    find_topics,
    idea_rows,
)
from insights.services.search_filters import SearchFilters

INSTRUCTIONS = (
    "Ideas that one person spoke into a recorder, transcribed, split and sorted into topics. The words are the "
    "person's: quote them as they are. What stands in [perhaps not said: …] the transcription may have made up. "
    "Nothing can be changed here."
)
ROWS_AT_ONCE = 50
READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
Cursor = Annotated[str | None, Field(description="`cursor` of the answer before, for what follows it")]
Moment = Annotated[datetime, Field(description="RFC 3339 with its offset, such as 2026-11-30T22:15:00+01:00")]
P = ParamSpec("P")
T = TypeVar("T")


def _asks_database(tool: Callable[P, T]) -> Callable[P, T]:
    """Let a tool, which the library runs in a thread of its own, say in a sentence what it was refused."""

    @wraps(tool)
    def answered(*arguments: P.args, **named: P.kwargs) -> T:
        try:
            return tool(*arguments, **named)
        except Refusal as refusal:
            raise ToolError(refusal.sentence) from refusal
        except Http404 as error:
            raise ToolError("There is nothing of that id.") from error
        finally:
            connection.close()

    return answered


class ReadingTools:
    """The tools, for whoever reads."""

    def __init__(self, who_reads: WhoReads) -> None:
        self._who_reads = who_reads

    @_asks_database
    def search(
        self, query: str, since: Moment | None = None, topic_id: UUID | None = None, cursor: Cursor = None
    ) -> FoundByText:
        """Search the ideas by words and by meaning; "a phrase" in quotes, -word for what is not to be in them."""
        filters = SearchFilters(topic=topic_id, since=since and _with_offset(since))
        found = find_hits(self._who_reads(), query, filters, cursor=cursor, limit=ROWS_AT_ONCE)
        ideas = [told_idea(row["idea"]) for row in found.rows]
        return FoundByText(ideas=ideas, cursor=found.cursor, only_some_words=found.is_partial)

    @_asks_database
    def list_topics(self, cursor: Cursor = None) -> ToldTopics:
        """List the person's topics with their ids and how many ideas stand in each, the oldest first."""
        page = find_topics(self._who_reads(), is_hidden=False, cursor=cursor, limit=MAX_ROWS)
        return ToldTopics(topics=[told_topic(row) for row in page.rows], cursor=page.cursor)

    @_asks_database
    def read_topic(self, topic_id: UUID, cursor: Cursor = None) -> TopicWithIdeas:
        """Read a topic: its name and its ideas, the last spoken first."""
        user = self._who_reads()
        topic = get_object_or_404(Topic.objects.of(user), pk=topic_id)
        page = find_ideas(user, IdeaFilter(topic=topic.pk), cursor=cursor, limit=ROWS_AT_ONCE)
        (row,) = counted_topic_rows(user, [topic])
        return TopicWithIdeas(topic=told_topic(row), ideas=[told_idea(idea) for idea in page.rows], cursor=page.cursor)

    @_asks_database
    def read_since(self, since: Moment, until: Moment | None = None, cursor: Cursor = None) -> ToldIdeas:
        """Read the ideas that were spoken since a moment, in their order."""
        wanted = IdeaFilter(since=_with_offset(since), until=until and _with_offset(until))
        page = find_ideas(self._who_reads(), wanted, cursor=cursor, limit=ROWS_AT_ONCE, is_descending=False)
        return ToldIdeas(ideas=[told_idea(row) for row in page.rows], cursor=page.cursor)

    @_asks_database
    def read_changes(self, cursor: Cursor = None) -> ToldChanges:
        """Read what came, changed or went since an earlier answer's cursor; without one, all that is there."""
        rows, behind, has_more = changes_since(self._who_reads(), cursor, ROWS_AT_ONCE)
        return ToldChanges(changes=[told_change(row) for row in rows], cursor=behind, more=has_more)

    @_asks_database
    def read_idea(self, idea_id: UUID) -> ToldIdea:
        """Read one idea."""
        user = self._who_reads()
        idea = get_object_or_404(Idea.objects.of(user).for_reading(), pk=idea_id)
        return told_idea(idea_rows(user, [idea])[0])

    @_asks_database
    def read_memo(self, memo_id: UUID) -> ToldMemo:
        """Read one recording whole: its words and the ideas in it."""
        user = self._who_reads()
        memo = get_object_or_404(memos_with_device(user), pk=memo_id)
        return told_memo(memo_rows(user, [memo])[0], _all_ideas_of(user, memo.pk))

    def topic_text(self, topic_id: str) -> str:
        """Give a topic as Markdown: its ideas one a line, with their dates."""
        try:
            found = self.read_topic(UUID(topic_id))
        except (ToolError, ValueError) as error:
            raise ResourceNotFoundError("There is no such topic.") from error
        return topic_as_markdown(found.topic, found.ideas)

    def memo_text(self, memo_id: str) -> str:
        """Give the words of a recording."""
        try:
            return self.read_memo(UUID(memo_id)).text
        except (ToolError, ValueError) as error:
            raise ResourceNotFoundError("There is no such recording.") from error


def _all_ideas_of(user: User, memo: UUID) -> Iterator[Row]:
    cursor = None
    while True:
        page = find_ideas(user, IdeaFilter(memo=memo), cursor=cursor, limit=MAX_ROWS, is_descending=False)
        yield from page.rows
        if (cursor := page.cursor) is None:
            return


def _with_offset(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ToolError("Write the time with its offset, as in 2026-11-24T03:12:00+01:00.")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ToolError("No recording is of that time.") from error


def stdio_server(who_reads: WhoReads) -> "MCPServer[Any]":
    """Return the server of one person's things, for a program of this machine."""
    return _with_tools(MCPServer("stillnote", title="Stillnote", instructions=INSTRUCTIONS), who_reads)


def http_server() -> "MCPServer[Any]":
    """Return the server that each request tells by its token whose things are read."""
    auth = AuthSettings(
        issuer_url=AnyHttpUrl(settings.STILLNOTE_URL), required_scopes=["read"], resource_server_url=None
    )
    server: MCPServer[Any] = MCPServer(
        "stillnote", title="Stillnote", instructions=INSTRUCTIONS, auth=auth, token_verifier=PersonalTokens()
    )
    return _with_tools(server, who_asks)


def _with_tools(server: "MCPServer[Any]", who_reads: WhoReads) -> "MCPServer[Any]":
    tools = ReadingTools(who_reads)
    for tool in (
        tools.search,
        tools.list_topics,
        tools.read_topic,
        tools.read_since,
        tools.read_changes,
        tools.read_idea,
        tools.read_memo,
    ):
        server.add_tool(tool, annotations=READS)
    server.resource("stillnote://topics/{topic_id}", name="topic", mime_type="text/markdown")(tools.topic_text)
    server.resource("stillnote://memos/{memo_id}", name="recording", mime_type="text/plain")(tools.memo_text)
    return server
