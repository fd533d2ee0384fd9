"""What a person says, applied to an index: the oracle to which the constraints read from rows are held.

Each of these can be replayed on an index in which the machine placed nothing: a topic that is not there is made. A
later word overrides an earlier one.
"""

from collections.abc import Callable, Iterable
from typing import Any

from insights.core.topics.apply_constraints import settle_idea
from insights.core.topics.assign import assign_unsorted
from insights.core.topics.idea_keys import Key
from insights.core.topics.index import TopicIndex
from insights.core.topics.topic import Topic


def touch(index: TopicIndex, key: Key) -> Topic:
    """Keep a topic that a person made or named from being merged by the machine."""
    topic = index.topics.get(key) or index.add_topic(key)
    index.touch(topic)
    return topic


def bar(index: TopicIndex, position: int, key: Key) -> None:
    """Take an idea out of a topic to which a person says it does not belong, and place it elsewhere if it fits."""
    touch(index, key)
    index.barred.setdefault(position, set()).add(key)
    if index.topic_of(position) != key:
        return
    index.settle(position, by_person=False)
    index.put(position, None)
    assign_unsorted(index, position)


def merge(index: TopicIndex, kept: Key, gone: Key) -> None:
    """Let one topic take in another, and all that was said of it."""
    touch(index, kept)
    for position in list(touch(index, gone).members):
        index.put(position, kept)
    del index.topics[gone]
    _inherit(index, kept, gone)
    for position in [one for one in index.topics[kept].members if kept in index.barred.get(one, ())]:
        bar(index, position, kept)


def split(index: TopicIndex, key: Key, new: Key, positions: Iterable[int]) -> None:
    """Put some ideas into a topic of their own, which the machine never merges with the one they were in."""
    touch(index, new)
    for position in positions:
        settle_idea(index, position, new)
    keep_apart(index, key, new)


def keep_apart(index: TopicIndex, one: Key, other: Key) -> None:
    """Never merge two topics, nor propose it."""
    touch(index, one)
    touch(index, other)
    index.apart.add(frozenset((one, other)))


def keep_whole(index: TopicIndex, key: Key) -> None:
    """Never propose to split a topic."""
    touch(index, key)
    index.whole.add(key)


def delete(index: TopicIndex, key: Key) -> None:
    """Take a topic away. Its ideas are unsorted, and never found another by themselves: it would be the same again."""
    topic = touch(index, key)
    members = list(topic.members)
    index.add_deleted_topic(members)
    for position in members:
        index.settle(position, by_person=False)
        index.put(position, None)
    del index.topics[key]
    index.apart = {pair for pair in index.apart if key not in pair}
    index.whole.discard(key)


def _inherit(index: TopicIndex, kept: Key, gone: Key) -> None:
    """Let what was said of one topic hold for another, unless a person said otherwise since."""
    index.whole.discard(gone)
    index.apart.discard(frozenset((kept, gone)))
    index.apart = {frozenset(kept if key == gone else key for key in pair) for pair in index.apart}
    for position, barred in index.barred.items():
        if gone in barred:
            barred.remove(gone)
            if not (index.settled[position] and index.topic_of(position) == kept):
                barred.add(kept)


CORRECTIONS: dict[str, Callable[..., Any]] = {
    "touch": touch,
    "move": settle_idea,
    "bar": bar,
    "merge": merge,
    "split": split,
    "keep_apart": keep_apart,
    "delete": delete,
}
"""What a person can say, by the name that the tests give it."""
