"""What a search is narrowed down to."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from capture.models import Context, User
from capture.services.context_queries import spoken_at_night, spoken_in
from insights.core.classify import IdeaKind
from insights.core.review.choices import Decision
from insights.models import Idea, IdeaQuerySet


class WantedState(StrEnum):
    """What became of the ideas that are looked for."""

    OPEN = "open"
    """Kept, put off, to be acted on or never met: all that was not let go."""
    NEW = "new"
    """Nothing was decided yet."""
    KEPT = Decision.KEEP.value
    LATER = Decision.LATER.value
    ACT = Decision.ACT.value
    LET_GO = Decision.LET_GO.value
    ANY = "any"


@dataclass(frozen=True)
class SearchFilters:
    """Each narrows a search down; none does by default, but for ideas that were let go.

    topic: its key; unsorted: what waits for a place. since, until: when it was spoken, the end not included.
    evening: on which the night began in which it was spoken. archive: only what was imported, or only what was not.
    """

    topic: UUID | None = None
    unsorted: bool = False
    since: datetime | None = None
    until: datetime | None = None
    evening: date | None = None
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
        ideas = ideas.filter(spoken_in(user, filters.context, "transcript__memo__"))
    if filters.evening is not None:
        ideas = ideas.filter(spoken_at_night(user, filters.evening, "transcript__memo__"))
    return _in_state(ideas, filters.state)


def _in_state(ideas: IdeaQuerySet, state: WantedState) -> IdeaQuerySet:
    if state is WantedState.ANY:
        return ideas
    if state is WantedState.OPEN:
        return ideas.not_let_go()
    if state is WantedState.NEW:
        return ideas.never_met()
    return ideas.filter(review_state__decision=state.value)
