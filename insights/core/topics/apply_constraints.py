"""What a person said of ideas and topics: it binds all that comes later, and can be said again of any map.

Each of these can be replayed on a map in which the machine placed nothing: a topic that is not there is made. A later
word overrides an earlier one.
"""

from collections.abc import Iterable

from insights.core.topics.assign import put_where_it_belongs
from insights.core.topics.index import Key, Map, Thought, Topic


def create(here: Map, key: Key, seed: Thought | None = None) -> None:
    """Make a topic that a person asked for. seed: its name and what they said of it, to know its first ideas by."""
    _topic(here, key)
    if seed is not None:
        move(here, here.add(seed), key)


def touch(here: Map, key: Key) -> None:
    """Keep a topic that was renamed from being merged by the machine."""
    _topic(here, key)


def move(here: Map, index: int, key: Key | None) -> None:
    """Put an idea where a person says it belongs (there too: confirmed), or leave it unsorted as they say."""
    here.settled[index] = True
    if key is not None:
        _topic(here, key)
        here.barred.get(index, set()).discard(key)
    if here.topic_of[index] != key:
        here.put(index, key)
    here.waiting.pop(index, None)


def bar(here: Map, index: int, key: Key) -> None:
    """Take an idea out of a topic to which a person says it does not belong, and place it elsewhere if it fits."""
    _topic(here, key)
    here.barred.setdefault(index, set()).add(key)
    if here.topic_of[index] != key:
        return
    here.settled[index] = False
    here.put(index, None)
    put_where_it_belongs(here, index)


def merge(here: Map, kept: Key, gone: Key) -> None:
    """Let one topic take in another, and all that was said of it."""
    _topic(here, kept)
    for index in list(_topic(here, gone).members):
        here.put(index, kept)
    del here.topics[gone]
    _inherit(here, kept, gone)
    for index in [one for one in here.topics[kept].members if kept in here.barred.get(one, ())]:
        bar(here, index, kept)


def split(here: Map, key: Key, new: Key, indices: Iterable[int]) -> None:
    """Put some ideas into a topic of their own, which the machine never merges with the one they were in."""
    _topic(here, new)
    for index in indices:
        move(here, index, new)
    keep_apart(here, key, new)


def keep_apart(here: Map, one: Key, other: Key) -> None:
    """Never merge two topics, nor propose it."""
    _topic(here, one)
    _topic(here, other)
    here.apart.add(frozenset((one, other)))


def keep_whole(here: Map, key: Key) -> None:
    """Never propose to split a topic."""
    _topic(here, key)
    here.whole.add(key)


def delete(here: Map, key: Key) -> None:
    """Take a topic away. Its ideas are unsorted, and never found another by themselves: it would be the same again."""
    topic = _topic(here, key)
    members = list(topic.members)
    here.bury(members)
    for index in members:
        here.settled[index] = False
        here.put(index, None)
    del here.topics[key]
    here.apart = {pair for pair in here.apart if key not in pair}
    here.whole.discard(key)


def _topic(here: Map, key: Key) -> Topic:
    topic = here.topics.get(key) or here.make(key)
    topic.touched = True
    return topic


def _inherit(here: Map, kept: Key, gone: Key) -> None:
    """Let what was said of one topic hold for another, unless a person said otherwise since."""
    here.whole.discard(gone)
    here.apart.discard(frozenset((kept, gone)))
    here.apart = {frozenset(kept if key == gone else key for key in pair) for pair in here.apart}
    for index, barred in here.barred.items():
        if gone in barred:
            barred.remove(gone)
            if not (here.settled[index] and here.topic_of[index] == kept):
                barred.add(kept)
