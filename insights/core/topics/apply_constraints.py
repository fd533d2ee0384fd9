"""A person's word on where an idea belongs, applied to an index."""

from insights.core.topics.idea_keys import Key
from insights.core.topics.index import TopicIndex


def settle_idea(index: TopicIndex, position: int, key: Key | None) -> None:
    """Put an idea where a person says it belongs, or leave it unsorted as they say. A topic that is not there is made.

    position: the idea's, in the index. key: of the topic, which the machine merges no more; None: unsorted.
    """
    index.settle(position, by_person=True)
    if key is not None:
        topic = index.topics.get(key) or index.add_topic(key)
        index.touch(topic)
        index.barred.get(position, set()).discard(key)
    if index.topic_of(position) != key:
        index.put(position, key)
    index.waiting.pop(position, None)
