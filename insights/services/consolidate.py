"""At night: what waits is tried again, and near-duplicates among topics that nobody touched become one."""

from collections.abc import Mapping
from uuid import UUID

from capture.models import User
from insights.core.embedding import Embedder
from insights.core.topics import suggest
from insights.core.topics.consolidate import tidy
from insights.core.topics.index import Key
from insights.models import Idea
from insights.services.index_cache import Ground, give_back, give_back_unchanged, take
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
        ground = take(user, embedder)
        tidied = tidy(ground.here)
        change = _placed(user, ground, tidied.placed)
        change.merged = tidied.merged  # type: ignore[assignment]  # the keys of this map are those of the rows
        done = _kept(user, embedder, ground, change)
    ground = take(user, embedder)
    propose(user, ground, _language(user))
    give_back_unchanged(user, embedder, ground)


def look_again(idea_id: UUID) -> None:
    """Try the unsorted ideas near one that a person corrected."""
    idea = Idea.objects.select_related("user").filter(pk=idea_id).first()
    done = idea is None
    while idea is not None and not done:
        embedder = serving(idea.user)
        ground = take(idea.user, embedder)
        index = ground.here.index.get(idea.pk)
        found = {} if index is None else suggest.look_again(ground.here, index, ground.pupil)
        done = _kept(idea.user, embedder, ground, _placed(idea.user, ground, found))


def _placed(user: User, ground: Ground, found: Mapping[int, Key]) -> Change:
    waited = [ground.here.thoughts[index].key for index in found]
    return changed(user, ground, [], waited, _language(user))


def _language(user: User) -> str:
    return user.languages.split(",")[0].strip() or "en"


def _kept(user: User, embedder: Embedder, ground: Ground, change: Change) -> bool:
    """Write a change, if there is any. Returns False where the user's ideas were arranged meanwhile."""
    if not (change.placed or change.merged):
        give_back_unchanged(user, embedder, ground)
        return True
    now = written(user, ground, change, lambda: True)
    if now is not None:
        give_back(user, embedder, ground, 0, now)
    return now is not None
