"""A person's decisions on made-up ideas, and what they teach."""

from collections.abc import Sequence

from insights.core.topics.apply_constraints import settle_idea
from insights.core.topics.decisions import IdeaPlace, apply_decisions
from insights.core.topics.idea_keys import Key
from insights.core.topics.index import TopicIndex
from insights.core.topics.ranker import Lesson, Prior, Weights, believed, fitted
from insights.core.topics.suggest import Ranker


def decide(index: TopicIndex, ranker: Ranker, position: int, topic: Key) -> None:
    """Put an idea where a person says it belongs, and learn from that."""
    apply_decisions(
        index, ranker, {index.keys[position]: IdeaPlace(topic, by_person=True)}, dict.fromkeys([*index.topics, topic])
    )
    settle_idea(index, position, topic)


def taught(lessons: Sequence[Lesson], start: Prior) -> Weights:
    """Return a person's own weights, nearer to those of others the fewer decisions there are."""
    return believed(fitted(lessons, start), len(lessons), start)
