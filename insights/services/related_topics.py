"""What is near to a topic, and why: from the user's index, which a worker made ready."""

from typing import NamedTuple
from uuid import UUID

from insights.core.topics.related import latest_members, near_topics, spelled
from insights.models import Idea, Topic
from insights.services.index_cache import open_index
from insights.services.reembed import serving_model

NEAR_TOPICS = 3
"""So many are told; a few more are asked for, for hidden ones are not shown."""
SPARE_TOPICS = 5


class RelatedTopic(NamedTuple):
    """A topic that is near to another, and the words that both share, if there are any."""

    topic: Topic
    words: list[str]


def related_topics(topic: Topic) -> list[RelatedTopic]:
    """Return the topics that are nearest to one, the nearest first. Raises NotAtHand."""
    with open_index(topic.user, serving_model(topic.user)) as state:
        near = near_topics(state.index, topic.pk, NEAR_TOPICS + SPARE_TOPICS)
        members = {one.key: latest_members(state.index, one.key) for one in near}
        here = latest_members(state.index, topic.pk) if near else []
    shown = Topic.objects.of(topic.user).in_sight().in_bulk([one.key for one in near if isinstance(one.key, UUID)])
    kept = [one for one in near if one.key in shown][:NEAR_TOPICS]
    keys = [key for keys in (here, *(members[one.key] for one in kept)) for key in keys if isinstance(key, UUID)]
    texts = Idea.objects.of(topic.user).not_let_go().filter(pk__in=keys).as_said() if kept else []
    return [RelatedTopic(shown[one.key], spelled(one.shared, texts)) for one in kept if isinstance(one.key, UUID)]
