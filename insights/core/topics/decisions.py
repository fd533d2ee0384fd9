"""What people decided since an index was made, carried out on it; the ranker learns from that.

The service does so when it brings a user's index up to date, and the simulated review after each answer.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple, TypeVar

from insights.core.topics.idea_keys import Key
from insights.core.topics.index import TopicIndex
from insights.core.topics.suggest import Ranker

IdeaKey = TypeVar("IdeaKey", bound=Key)


class IdeaPlace(NamedTuple):
    """Where an idea stands: in a topic, or in none. by_person: whether a person put it there, or the machine."""

    topic: Key | None
    by_person: bool


def apply_decisions(
    index: TopicIndex, ranker: Ranker, places: Mapping[IdeaKey, IdeaPlace], listed: Collection[Key]
) -> None:
    """Put ideas where they stand now, and keep the listed topics alone; what a person decided teaches the ranker.

    places: of the ideas that came to stand there since, by their keys. listed: all topics there are now, in order.
    """
    new = dict.fromkeys(key for key in listed if key not in index.topics)
    for key in new:
        index.add_topic(key)
    grown = set[Key | None]()
    is_taken_back = False
    for idea, (topic, by_person) in places.items():
        if (position := index.keys.find(idea)) is None:
            continue
        home = topic if topic in index.topics else None
        before = index.topic_of(position)
        if not by_person or home is None:
            is_taken_back |= ranker.forget(idea)
        elif not index.settled[position] or (before != home and (before is None or before in listed)):
            # Where it stood before was merged into where it stands now: nobody decided anew.
            is_first = index.topics[home].members in ([], [position])
            if not is_first or home in new:
                ranker.note(index, position, None if is_first else home)
        index.restore(position, home, by_person=by_person)
        if before != home:
            grown.add(home)
    index.keep_topics(listed)
    index.restore_order(grown)
    _note_second_members(index, ranker, grown)
    if is_taken_back or ranker.is_due:
        ranker.fit()


def _note_second_members(index: TopicIndex, ranker: Ranker, grown: Collection[Key | None]) -> None:
    """Learn from what was put into an empty topic, now that there is something else to compare it to."""
    for key in index.topics.keys() & grown:
        members = index.topics[key].members
        if len(members) == 2:  # noqa: PLR2004 - the first, and something else
            for position in members:
                if index.settled[position] and index.keys[position] not in ranker.lessons:
                    ranker.note(index, position, key)
