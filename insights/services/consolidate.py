"""At night: what waits is tried again, and near-duplicates among topics that nobody touched become one."""

from collections.abc import Mapping
from uuid import UUID

from capture.models import User
from insights.core.topics import suggest
from insights.core.topics.consolidate import tidy
from insights.core.topics.index import Key
from insights.models import Idea
from insights.services.index_cache import UserIndex, give_back, give_back_unchanged, take
from insights.services.persist import Change, changed, written
from insights.services.proposals import propose
from insights.services.reembed import serving


def tidy_all() -> None:
    """Tidy the topics of everybody who has ideas."""
    for user in User.objects.filter(pk__in=Idea.objects.values("user")):
        tidy_topics(user)


def tidy_topics(user: User) -> None:
    """Tidy a user's topics. Ideas move only out of unsorted, or with their whole topic into an older one.

    All else is asked (`proposing`).
    """
    done = False
    while not done:
        embedder = serving(user)
        state = take(user, embedder)
        tidied = tidy(state.index)
        change = _placed(user, state, tidied.placed)
        change.merged = tidied.merged  # type: ignore[assignment]  # the keys of this index are those of the rows
        done = _kept(user, state, change)
    state = take(user, embedder)
    propose(user, state, _language(user))
    give_back_unchanged(user, state)


def look_again(idea_id: UUID) -> None:
    """Try the unsorted ideas near one that a person corrected."""
    idea = Idea.objects.select_related("user").filter(pk=idea_id).first()
    done = idea is None
    while idea is not None and not done:
        embedder = serving(idea.user)
        state = take(idea.user, embedder)
        position = state.index.keys.find(idea.pk)
        found = {} if position is None else suggest.look_again(state.index, position, state.ranker)
        done = _kept(idea.user, state, _placed(idea.user, state, found))


def _placed(user: User, state: UserIndex, found: Mapping[int, Key]) -> Change:
    waited = [state.index.keys[position] for position in found]
    return changed(user, state, [], waited, _language(user))


def _language(user: User) -> str:
    return user.languages.split(",")[0].strip() or "en"


def _kept(user: User, state: UserIndex, change: Change) -> bool:
    """Write a change, if there is any. Returns False where the user's ideas were arranged meanwhile."""
    if not (change.placed or change.merged):
        give_back_unchanged(user, state)
        return True
    now = written(user, state, change, lambda: True)
    if now is not None:
        give_back(user, state, 0)
    return now is not None
