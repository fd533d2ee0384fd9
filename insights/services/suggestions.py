"""For an idea, the likeliest topics, each with its probability, or a new one."""

from typing import NamedTuple

from insights.core.topics.suggest import suggest
from insights.models import Idea, Topic
from insights.services.index_cache import open_index
from insights.services.reembed import serving_model


class Suggested(NamedTuple):
    """topic: None for a new one. probability: over all topics and a new one these add up to 1."""

    topic: Topic | None
    probability: float


def suggestions(idea: Idea) -> list[Suggested]:
    """Return the likeliest topics of an idea, at most three, and a new one, the likeliest first.

    None where the idea has no vector of the present model yet: what cannot be compared is not guessed. Raises NotAtHand
    where a worker has to make the index ready first.
    """
    with open_index(idea.user, serving_model(idea.user)) as state:
        position = state.index.keys.find(idea.pk)
        likeliest = [] if position is None else suggest(state.index, position, state.ranker.weights)
    topics = Topic.objects.of(idea.user).in_bulk([one.topic for one in likeliest if one.topic is not None])
    return [
        Suggested(topics.get(one.topic), one.probability)
        for one in likeliest
        if one.topic is None or one.topic in topics
    ]
