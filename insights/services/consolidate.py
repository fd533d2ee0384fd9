"""At night: what waits is tried again, and near-duplicates among topics that nobody touched become one."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from capture.models import User
from insights.core.topics.consolidate import consolidate_index
from insights.core.topics.idea_keys import Key
from insights.core.topics.suggest import assign_unsorted_near
from insights.models import Arrangement, Idea
from insights.services.doubts import renew_doubts
from insights.services.index_cache import give_back, give_back_unchanged, take_index
from insights.services.persist import ChangeSet, apply_changes, plan_changes
from insights.services.place_ideas import is_live_memo_waiting
from insights.services.proposals import store_proposals
from insights.services.reembed import embed_parts, serving_embedder
from insights.services.user_index import UserIndex


def consolidate_all() -> None:
    """Consolidate the topics of everybody who has ideas."""
    for user in User.objects.filter(pk__in=Idea.objects.values("user")):
        consolidate_user(user)


def consolidate_user(user: User) -> None:
    """Consolidate a user's topics. Ideas move only out of unsorted, or with their whole topic into an older one.

    All else is asked (`proposals`).
    """
    renew_doubts(user, Idea.objects.of(user))  # should an edit not have been followed
    embed_parts(user)
    done = False
    while not done:
        embedder = serving_embedder(user)
        state = take_index(user, embedder)
        tidied = consolidate_index(state.index)
        change = _plan_placed(user, state, tidied.placed)
        change.merged = tidied.merged  # type: ignore[assignment]  # the keys of this index are those of the rows
        done = _save_changes(user, state, change)
    state = take_index(user, embedder)
    store_proposals(user, state, _first_language(user))
    give_back_unchanged(user, state)


def count_due_looks() -> int:
    """Return of how many users it is still to be looked again near ideas that they corrected."""
    return _looks_due().count()


def _looks_due() -> QuerySet[Arrangement]:
    return Arrangement.objects.filter(look_near__isnull=False)


def look_again_for_one() -> bool:
    """Try the unsorted ideas near all that one user corrected, at once; not while somebody's new memo waits.

    Returns whether there was such a user.
    """
    due = None if is_live_memo_waiting() else _looks_due().select_related("user").order_by("?").first()
    if due is None:
        return False
    looked = due.look_near or []
    embed_parts(due.user)
    retry_unsorted_near(*map(UUID, looked))
    with transaction.atomic():
        now = Arrangement.objects.select_for_update().get(pk=due.pk)
        left = [key for key in now.look_near or () if key not in looked]
        Arrangement.objects.filter(pk=due.pk).update(look_near=left or None)
    return True


def retry_unsorted_near(*idea_ids: UUID) -> None:
    """Try the unsorted ideas near some of a user's that a person corrected."""
    user = User.objects.filter(pk__in=Idea.objects.filter(pk__in=idea_ids).values("user")).first()
    done = user is None
    while user is not None and not done:
        state = take_index(user, serving_embedder(user))
        found: dict[int, Key] = {}
        places = [place for place in map(state.index.keys.find, idea_ids) if place is not None]
        for position in places:
            found |= assign_unsorted_near(state.index, position, state.ranker)
        done = _save_changes(user, state, _plan_placed(user, state, found))


def _plan_placed(user: User, state: UserIndex, found: Mapping[int, Key]) -> ChangeSet:
    waited = [state.index.keys[position] for position in found]
    return plan_changes(user, state, [], waited, _first_language(user))


def _first_language(user: User) -> str:
    return user.languages.split(",")[0].strip() or "en"


def _save_changes(user: User, state: UserIndex, change: ChangeSet) -> bool:
    """Write a change, if there is any. Returns False where the user's ideas were arranged meanwhile."""
    if not (change.placed or change.merged):
        give_back_unchanged(user, state)
        return True
    now = apply_changes(user, state, change, lambda: True)
    if now is not None:
        give_back(user, state, 0)
    return now is not None
