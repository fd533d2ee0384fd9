"""What a search is narrowed down to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.db.models.functions import ExtractHour

from capture.models import Context, User
from insights.core.classify import IdeaKind
from insights.core.review.choices import Decision
from insights.models import Idea, IdeaQuerySet


class WantedState(StrEnum):
    """What became of the ideas that are looked for."""

    OPEN = "open"
    """Kept, put off, to be acted on or never met: all that was not let go."""
    NEW = "new"
    """Nothing was decided yet."""
    KEPT = "kept"
    LATER = "later"
    ACT = "act"
    LET_GO = "let-go"
    ANY = "any"


_DECISIONS = {
    WantedState.KEPT: Decision.KEEP,
    WantedState.LATER: Decision.LATER,
    WantedState.ACT: Decision.ACT,
    WantedState.LET_GO: Decision.LET_GO,
}


@dataclass(frozen=True)
class SearchFilters:
    """Each narrows a search down; none does by default, but for ideas that were let go.

    topic: its key; unsorted: what waits for a place. since, until: when it was spoken, the end not included.
    archive: only what was imported, or only what was not.
    """

    topic: UUID | None = None
    unsorted: bool = False
    since: datetime | None = None
    until: datetime | None = None
    context: Context | None = None
    kind: IdeaKind | None = None
    state: WantedState = WantedState.OPEN
    archive: bool | None = None

    @property
    def are_narrow(self) -> bool:
        """Whether anything is left out beside what was let go."""
        return self != SearchFilters(state=self.state) or self.state not in {WantedState.OPEN, WantedState.ANY}


def narrow_ideas(user: User, filters: SearchFilters) -> IdeaQuerySet:
    """Return the ideas of a user that filters leave, and that are to be seen."""
    ideas = Idea.objects.of(user)
    if filters.topic is not None:
        ideas = ideas.filter(topic=filters.topic, topic__user=user)
    if filters.unsorted:
        ideas = ideas.unsorted()
    if filters.since is not None:
        ideas = ideas.filter(transcript__memo__recorded_at__gte=filters.since)
    if filters.until is not None:
        ideas = ideas.filter(transcript__memo__recorded_at__lt=filters.until)
    if filters.kind is not None:
        ideas = ideas.of_kind(filters.kind)
    if filters.archive is not None:
        ideas = ideas.filter(transcript__memo__archive=filters.archive)
    if filters.context is not None:
        ideas = _spoken_in(user, ideas, filters.context)
    return _in_state(ideas, filters.state)


def _in_state(ideas: IdeaQuerySet, state: WantedState) -> IdeaQuerySet:
    if state is WantedState.ANY:
        return ideas
    if state is WantedState.OPEN:
        return ideas.not_let_go()
    if state is WantedState.NEW:
        return ideas.never_met()
    return ideas.filter(review_state__decision=_DECISIONS[state])


def _spoken_in(user: User, ideas: IdeaQuerySet, context: Context) -> IdeaQuerySet:
    """Return ideas by where they were spoken, nearly as `capture.services.contexts` says it; hours are the user's."""
    by_hand, came_as = (f"transcript__memo__{name}" for name in ("context_by_hand", "context"))
    unsaid = Q(**{by_hand: None})
    is_it = Q(**{by_hand: context}) | unsaid & Q(**{came_as: context})
    if context is Context.SIT:
        return ideas.filter(is_it | Q(pk__in=Idea.objects.of(user).spoken_in_sits().values("pk")))
    if context is Context.NIGHT:
        hour = ExtractHour("transcript__memo__recorded_at", tzinfo=ZoneInfo(user.time_zone))
        ideas = ideas.alias(hour=hour)
        begin, end = Q(hour__gte=user.night_from), Q(hour__lt=user.night_until)
        is_night = begin & end if user.night_from <= user.night_until else begin | end
        is_it |= unsaid & Q(**{came_as: ""}) & is_night
    return ideas.filter(is_it)
