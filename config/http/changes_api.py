"""The read API of all rooms at once: what came, changed or went since a program last asked."""

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from capture.http.auth import ReadToken
from capture.http.read_schemas import MemoOut, ReadSitOut
from capture.services.access_tokens import reader_of
from capture.services.paging import DEFAULT_ROWS, MAX_ROWS
from capture.services.read_routes import read_route
from insights.http.read_schemas import IdeaOut, TopicOut
from insights.models import ChangedKind
from insights.services.changes import changes_since

router = Router(auth=ReadToken())


class ChangesAsked(Schema):
    """Since when, and how many at once."""

    since: str | None = Field(
        None, max_length=1000, description="the cursor of the answer before; left out: since ever"
    )
    limit: int = Field(DEFAULT_ROWS, ge=1, le=MAX_ROWS, description="how many changes at most")


class ChangeOut(Schema):
    """One thing that changed: as it is now. What is gone, or in a hidden topic, is told by its id alone."""

    kind: ChangedKind
    id: UUID
    change: Literal["new", "changed", "gone"] = Field(description="since the cursor")
    content: IdeaOut | MemoOut | TopicOut | ReadSitOut | None = Field(description="null where it is gone")


class ChangesOut(Schema):
    """What changed, each thing once, in the order of its last change."""

    changes: list[ChangeOut]
    cursor: str = Field(description="what to ask with next time, now or in a year")
    more: bool = Field(description="whether there is more to ask for at once")


@read_route(router, "/changes", ChangesOut)
def list_changes(request: HttpRequest, asked: Query[ChangesAsked]) -> dict[str, Any]:
    """Tell what came, changed or went since a cursor. No change is passed over, whatever is written meanwhile."""
    rows, cursor, has_more = changes_since(reader_of(request), asked.since, asked.limit)
    return {"changes": rows, "cursor": cursor, "more": has_more}
