"""The read API of ideas and topics: for programs of the person whose they are. config lets in who has a token."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router

from capture.services.access_tokens import reader_of
from capture.services.read_routes import PageAsked, name_next_page, read_route
from insights.http.read_schemas import (
    CountedTopicOut,
    HitsOut,
    IdeaOut,
    IdeasAsked,
    IdeasOut,
    SearchAsked,
    TopicsAsked,
    TopicsOut,
)
from insights.models import Idea, Topic
from insights.services.read_ideas import (
    UNSORTED,
    IdeaFilter,
    counted_topic_rows,
    find_hits,
    find_ideas,
    find_topics,
    idea_rows,
)
from insights.services.search_filters import SearchFilters, WantedState

router = Router()


@read_route(router, "/ideas", IdeasOut)
def list_ideas(request: HttpRequest, response: HttpResponse, asked: Query[IdeasAsked]) -> dict[str, Any]:
    """List ideas, the last spoken first.

    Left out are those of hidden topics, unless that topic is asked for, and those that were let go, unless the state or
    the memo is.
    """
    wanted = IdeaFilter(**{name: getattr(asked, name) for name in IdeaFilter._fields})
    return _idea_page(request, response, wanted, asked, is_descending=asked.order == "newest")


@read_route(router, "/ideas/{uuid:idea_id}", IdeaOut)
def read_idea(request: HttpRequest, idea_id: UUID) -> dict[str, Any]:
    """Tell of one idea."""
    user = reader_of(request)
    idea = get_object_or_404(Idea.objects.of(user).for_reading(), pk=idea_id)
    return idea_rows(user, [idea])[0]


@read_route(router, "/search", HitsOut)
def list_hits(request: HttpRequest, response: HttpResponse, asked: Query[SearchAsked]) -> dict[str, Any]:
    """Search ideas by words and by meaning, the best first."""
    narrowed = {name: getattr(asked, name) for name in ("kind", "context", "since", "until", "archive")}
    filters = SearchFilters(
        **narrowed,
        topic=None if isinstance(asked.topic, str) else asked.topic,
        unsorted=asked.topic == UNSORTED,
        state=WantedState(asked.state or WantedState.OPEN),
    )
    found = find_hits(reader_of(request), asked.q, filters, cursor=asked.cursor, limit=asked.limit)
    return {
        "hits": found.rows,
        "next": name_next_page(request, response, found.cursor),
        "partial": found.is_partial,
        "behind": found.is_behind,
        "meaning": found.meaning,
    }


@read_route(router, "/topics", TopicsOut)
def list_topics(request: HttpRequest, response: HttpResponse, asked: Query[TopicsAsked]) -> dict[str, Any]:
    """List topics, the oldest first; hidden ones where they are asked for, and those alone then."""
    page = find_topics(reader_of(request), is_hidden=asked.hidden, cursor=asked.cursor, limit=asked.limit)
    return {"topics": page.rows, "next": name_next_page(request, response, page.cursor)}


@read_route(router, "/topics/{uuid:topic_id}", CountedTopicOut)
def read_topic(request: HttpRequest, topic_id: UUID) -> dict[str, Any]:
    """Tell of one topic."""
    user = reader_of(request)
    return counted_topic_rows(user, [get_object_or_404(Topic.objects.of(user), pk=topic_id)])[0]


@read_route(router, "/topics/{uuid:topic_id}/ideas", IdeasOut)
def list_topic_ideas(
    request: HttpRequest, response: HttpResponse, topic_id: UUID, asked: Query[PageAsked]
) -> dict[str, Any]:
    """List the ideas that stand in a topic, the last spoken first."""
    topic = get_object_or_404(Topic.objects.of(reader_of(request)), pk=topic_id)
    return _idea_page(request, response, IdeaFilter(topic=topic.pk), asked)


def _idea_page(
    request: HttpRequest, response: HttpResponse, wanted: IdeaFilter, asked: PageAsked, *, is_descending: bool = True
) -> dict[str, Any]:
    page = find_ideas(reader_of(request), wanted, cursor=asked.cursor, limit=asked.limit, is_descending=is_descending)
    return {"ideas": page.rows, "next": name_next_page(request, response, page.cursor)}
