"""Topics get their places in the sky, once each: when their first ideas come, and in the background from before."""

import logging
from uuid import UUID

from django.db import transaction

from capture.models import User
from insights.core.embedding.protocol import Unavailable
from insights.core.pictures.places import Means, choose_place
from insights.core.topics.index import TopicIndex
from insights.error_text import describe_problem
from insights.models import Arrangement, Topic
from insights.services.index_cache import give_back_unchanged, take_index
from insights.services.reembed import serving_embedder

log = logging.getLogger(__name__)


def count_due_topic_places() -> int:
    """Return how many topics have ideas, and no place yet."""
    return Topic.objects.without_place().count()


def place_new_topics() -> bool:
    """Choose the places of all topics of one user that have none. Returns whether there was such a user.

    Where it cannot be told what is near in meaning, they wait: a place is for good.
    """
    lacking = Topic.objects.without_place().select_related("user").order_by("?").first()
    if lacking is None:
        return False
    try:
        means = _topic_means(lacking.user)
    except Unavailable as reason:
        log.warning("Topics get no places in the sky yet: %s", describe_problem(reason.message))
        return False
    with transaction.atomic():
        # One at a time, so that no two topics are put into the same place.
        list(Arrangement.objects.select_for_update().filter(user=lacking.user))
        standing = Topic.objects.filter(user=lacking.user).live().values_list("pk", "place_x", "place_y")
        taken = [((x, y), means.get(key)) for key, x, y in standing if x is not None and y is not None]
        for topic in Topic.objects.filter(user=lacking.user).without_place():
            place = choose_place(str(topic.pk), means.get(topic.pk), taken)
            if Topic.objects.filter(pk=topic.pk, place_x=None).update(place_x=place[0], place_y=place[1]):
                taken.append((place, means.get(topic.pk)))
    return True


def _topic_means(user: User) -> dict[UUID, Means]:
    """Return what the ideas of each topic mean in sum; topics whose ideas cannot be compared are left out.

    Raises Unavailable.
    """
    state = take_index(user, serving_embedder(user))
    means = _means_of(state.index)
    give_back_unchanged(user, state)
    return means


def _means_of(index: TopicIndex) -> dict[UUID, Means]:
    return {
        key: index.total(topic).copy() for key, topic in index.topics.items() if isinstance(key, UUID) and topic.members
    }
