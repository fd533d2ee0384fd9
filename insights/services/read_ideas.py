"""What programs read of ideas and topics: which are asked for, and what is told of each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q

from capture.core.nights import clock_at
from capture.models import Context, Memo, User
from capture.services.context_queries import spoken_in
from capture.services.contexts import contexts_of
from capture.services.paging import Order, Position, RowPage, page_of_rows, read_cursor, write_cursor
from capture.services.read_memos import audio_path_of
from insights.models import Idea, IdeaQuerySet, ReviewState, Topic
from insights.models.review import ReviewStateQuerySet
from insights.services.picture_rows import topic_sizes
from insights.services.search import MeaningState, search_ideas
from insights.services.search_filters import SearchFilters

Row = dict[str, Any]
NEVER_MET = "new"
"""The state of an idea of which nothing was decided in a review."""
UNSORTED = "unsorted"
"""What is asked for in the place of a topic's id."""
IDEAS = "ideas"
"""The listing of which cursors of ideas are."""
SPOKEN = ("transcript__memo__recorded_at", "audio_start", "id")
CREATED = ("created_at", "id")
SEARCH = "search"
"""The listing of cursors that tell how many hits went before: ranks have no other place to go on from."""
MEMOS_A_PAGE = 1_000
"""So many memos' ideas a page looks at, where no index finds the ideas that are asked for: few may fit."""
FEW_DECIDED = 2_000
"""So many ideas of a state are found by their keys; where there are more, they are met on the way through the memos."""


class IdeaFilter(NamedTuple):
    """Which ideas are asked for. None: whichever.

    topic: a topic's key, or UNSORTED. state: a decision, or NEVER_MET. since, until: when they were spoken.
    """

    topic: UUID | str | None = None
    memo: UUID | None = None
    kind: str | None = None
    state: str | None = None
    context: Context | None = None
    since: datetime | None = None
    until: datetime | None = None
    archive: bool | None = None

    def of(self, user: User, *, by_keys: bool) -> IdeaQuerySet:
        """Return a user's ideas that fit. by_keys: `has_few`.

        What stands in a hidden topic is there only for who asks for that topic, what was let go only for who asks for
        that or for its memo.
        """
        # By the memo's user: in the order of memos, ideas are found by an index of these; of a topic, by their own.
        ideas = Idea.objects.shown().filter(self._condition(), transcript__memo__user=user)
        if self.context is not None:
            ideas = ideas.filter(spoken_in(user, self.context, "transcript__memo__"))
        if self.topic is None and self.memo is None:
            ideas = ideas.exclude(topic__hidden=True)
        else:
            ideas = ideas.filter(user=user)
        if self.state == NEVER_MET:
            return ideas.never_met()
        if self.state:
            decided = self._decided(user).values("pk")
            return ideas.filter(Q(pk__in=decided) if by_keys else Exists(decided.filter(pk=OuterRef("pk"))))
        return ideas if self.memo else ideas.not_let_go()

    def edge(self, user: User, order: Order, behind: Position | None) -> datetime | None:
        """Return when the last memo was spoken to which a page gets that begins behind a position; None for the end."""
        if self.topic or self.memo:
            return None
        memos = Memo.objects.of(user).spoken_between(self.since, self.until)
        if self.archive is not None:
            memos = memos.filter(archive=self.archive)
        passed = Order(("recorded_at",), is_descending=order.is_descending)
        if behind:
            memos = memos.filter(passed.after(behind[:1]))
        spoken = memos.order_by(*passed.terms).values_list("recorded_at", flat=True)
        return next(iter(spoken[MEMOS_A_PAGE - 1 : MEMOS_A_PAGE]), None)

    def has_few(self, user: User) -> bool:
        """Return whether there are so few ideas of the state that they are found by their keys."""
        return self.state not in {None, NEVER_MET} and self._decided(user)[:FEW_DECIDED].count() < FEW_DECIDED

    def _decided(self, user: User) -> ReviewStateQuerySet:
        return ReviewState.objects.filter(user=user, decision=self.state)

    def _condition(self) -> Q:
        asked = {
            "topic": None if self.topic == UNSORTED else self.topic,
            "transcript__memo": self.memo,
            "kind": self.kind,
            "transcript__memo__recorded_at__gte": self.since,
            "transcript__memo__recorded_at__lt": self.until,
            "transcript__memo__archive": self.archive,
        }
        condition = Q(**{name: value for name, value in asked.items() if value is not None})
        if self.topic == UNSORTED:
            condition &= Q(topic=None)
        return condition


def find_ideas(
    user: User, wanted: IdeaFilter, *, cursor: str | None, limit: int, is_descending: bool = True
) -> RowPage:
    """Return a page of what is told of ideas, by when they were spoken. Raises Refusal (400) for a foreign cursor.

    A page may hold fewer than its limit, and yet not be the last.
    """
    order, few = Order(SPOKEN, is_descending=is_descending), wanted.has_few(user)
    ideas = wanted.of(user, by_keys=few).for_reading()
    edge = None if few else wanted.edge(user, order, read_cursor(user, IDEAS, cursor) if cursor else None)
    if edge:
        ideas = ideas.filter(**{f"{SPOKEN[0]}__{'gte' if is_descending else 'lte'}": edge})
    page = page_of_rows(
        user,
        IDEAS,
        ideas,
        order,
        cursor=cursor,
        limit=limit,
        place_of=lambda idea: (idea.memo.recorded_at, idea.audio_start, idea.pk),
        is_few=few or wanted.topic is not None or wanted.memo is not None,
    )
    if edge and page.cursor is None:
        page = page._replace(cursor=write_cursor(user, IDEAS, [edge.isoformat()]))
    return page._replace(rows=idea_rows(user, page.rows))


def idea_rows(user: User, ideas: Sequence[Idea]) -> list[Row]:
    """Return what is told of some of a user's ideas, in their order. ideas: `for_reading`."""
    zone = ZoneInfo(user.time_zone)
    contexts = contexts_of(user, list({idea.memo.pk: idea.memo for idea in ideas}.values()))
    return [_idea_row(idea, contexts[idea.memo.pk], zone) for idea in ideas]


def _idea_row(idea: Idea, context: Context | None, zone: ZoneInfo) -> Row:
    memo, topic = idea.memo, idea.topic
    state: ReviewState | None = getattr(idea, "review_state", None)
    return {
        "id": idea.pk,
        "recorded_at": clock_at(memo.recorded_at, memo.utc_offset, zone),
        "date_assumed": memo.date_assumed,
        "archive": memo.archive,
        "context": context,
        "kind": idea.kind,
        "topic": topic and {"id": topic.pk, "name": topic.name, "hidden": topic.hidden},
        "placed_by": idea.placed_by,
        "placed_at": idea.placed_at.astimezone(zone),
        "state": state.decision if state else NEVER_MET,
        "done": bool(state and state.done_at),
        "due_at": state and state.due_at and state.due_at.astimezone(zone),
        "text": idea.said,
        "verbatim": idea.text,
        "doubtful": idea.doubtful_spans,
        "memo": memo.pk,
        "start": idea.audio_start,
        "end": idea.audio_end,
        "audio": f"{audio_path_of(memo.pk)}#t={idea.audio_start:g},{idea.audio_end:g}",
    }


def find_topics(user: User, *, is_hidden: bool, cursor: str | None, limit: int) -> RowPage:
    """Return a page of what is told of topics, the oldest first. Raises Refusal (400) for a foreign cursor."""
    page = page_of_rows(
        user,
        "topics",
        Topic.objects.of(user).in_use().filter(hidden=is_hidden),
        Order(CREATED),
        cursor=cursor,
        limit=limit,
        place_of=lambda topic: (topic.created_at, topic.pk),
    )
    return page._replace(rows=counted_topic_rows(user, page.rows))


def topic_row(user: User, topic: Topic) -> Row:
    """Return what is told of a topic by itself."""
    return {
        "id": topic.pk,
        "name": topic.name,
        "named_by": topic.named_by,
        "sentence": topic.sentence,
        "hidden": topic.hidden,
        "pinned": topic.pinned,
        "created_at": topic.created_at.astimezone(ZoneInfo(user.time_zone)),
    }


def counted_topic_rows(user: User, topics: Sequence[Topic]) -> list[Row]:
    """Return what is told of some of a user's topics, and how many ideas stand in each: two queries."""
    sizes = topic_sizes(user.pk, [topic.pk for topic in topics])
    return [{**topic_row(user, topic), "ideas": sizes.get(topic.pk, 0)} for topic in topics]


class FoundIdeas(NamedTuple):
    """What a search found, the best first. cursor: of what follows. The rest is as `SearchResults` says it."""

    rows: list[Row]
    cursor: str | None
    is_partial: bool
    is_behind: bool
    meaning: MeaningState


def find_hits(user: User, text: str, filters: SearchFilters, *, cursor: str | None, limit: int) -> FoundIdeas:
    """Return what is told of ideas that a text asks for: as of others, and where the words stand that it asks for.

    What stands in a hidden topic is there only for who asks for that topic, so that a page may hold fewer than its
    limit. Raises Refusal (400) for a foreign cursor.
    """
    (skipped,) = read_cursor(user, SEARCH, cursor) if cursor else (0,)
    found = search_ideas(user, text, filters, most=limit, skipped=skipped)
    ideas = Idea.objects.of(user).for_reading().in_bulk([hit.idea.pk for hit in found.hits])
    hits = [hit for hit in found.hits if hit.idea.pk in ideas]
    if filters.topic is None:
        hits = [hit for hit in hits if not (hit.idea.topic and hit.idea.topic.hidden)]
    told = idea_rows(user, [ideas[hit.idea.pk] for hit in hits])
    rows = [
        {"idea": row, "matches": hit.spans, "by_words": hit.by_words, "by_meaning": hit.by_meaning}
        for row, hit in zip(told, hits, strict=True)
    ]
    following = write_cursor(user, SEARCH, [skipped + limit]) if found.has_more else None
    return FoundIdeas(rows, following, found.is_partial, found.is_behind, found.meaning)
