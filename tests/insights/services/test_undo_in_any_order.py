"""Whatever is said and undone in whatever order: what binds is what the rows say."""

from collections.abc import Callable
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest

from capture.models import User
from insights.core.topics import constraints
from insights.models import Author, Correction, Idea, Topic
from insights.services import kept_indexes
from insights.services.consolidate import consolidate_user
from insights.services.constraints import statements_of
from insights.services.ideas import bar_idea, confirm_idea, move_idea
from insights.services.topics import (
    create_topic,
    delete_topic,
    keep_apart,
    merge_topics,
    pin_topic,
    rename_topic,
    split_topic,
)
from tests.support.sorted_ideas import House, stands, undo_last


def random_word(user: User, chance: Random) -> None:
    """Say something, as a page would let one."""
    ideas, topics = list(Idea.objects.of(user).in_order()), list(Topic.objects.of(user).order_by("created_at"))
    idea, name = chance.choice(ideas), f"named {uuid4()}"
    one, other = chance.choice(topics), chance.choice(topics)
    said: list[Callable[[], object]] = [
        lambda: create_topic(user, name),
        lambda: rename_topic(one, name),
        lambda: move_idea(idea, chance.choice([one, None])),
        lambda: confirm_idea(idea),
        lambda: bar_idea(idea),
        lambda: merge_topics(one, other) if one != other else None,
        lambda: keep_apart(one, other) if one != other else None,
        lambda: split_topic(one, [mine for mine in ideas if mine.topic_id == one.pk][:1], name),
        lambda: delete_topic(one) if len(topics) > 1 else None,
        lambda: pin_topic(one, pinned=not one.pinned),
    ]
    chance.choice(said)()


def as_said(user: User) -> tuple[dict[Any, Any], Any, Any]:
    """Return what binds by the rows alone, told in order."""
    told = constraints.resolve_constraints(statements_of(user))
    return told.homes, {idea: topics for idea, topics in told.barred.items() if topics}, told.apart


def as_it_is(user: User) -> tuple[dict[Any, Any], Any, Any]:
    """Return what binds by where ideas stand, and by the map on which the next one is placed."""
    homes: dict[UUID, Any] = dict(Idea.objects.filter(placed_by=Author.PERSON).values_list("pk", "topic_id"))
    stood = stands(user)
    return homes, stood.barred, stood.apart


@pytest.mark.parametrize("seed", range(3))
def test_words_and_undoings_in_any_order_bind_what_the_rows_say(
    house: House, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_indexes, "KEPT_INDEXES", 0)
    chance, before = Random(seed), [as_it_is(house.user)]
    for _ in range(40):
        if len(before) > 1 and chance.random() < 0.35:
            assert undo_last(house.user)
            before.pop()
            assert as_it_is(house.user) == before[-1]
        else:
            count = Correction.objects.count()
            random_word(house.user, chance)
            if Correction.objects.count() > count:
                before.append(as_it_is(house.user))
        assert as_it_is(house.user) == as_said(house.user)
        in_none = Idea.objects.exclude(topic=None).exclude(topic__in=Topic.objects.of(house.user))
        assert not in_none.exists(), "in a topic that is gone"
        consolidate_user(house.user)
        assert as_it_is(house.user) == as_said(house.user)
