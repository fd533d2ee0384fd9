"""An index that was brought up to date is the one that is built from the rows alone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from capture.models import Device, User
from insights.core.embedding.wordllama import default_embedder
from insights.core.topics.topic import about_text
from insights.models import Idea
from insights.services import index_cache, index_storage, process_state
from insights.services.ideas import bar_idea, move_idea
from insights.services.topics import create_topic, delete_topic, merge_topics, rename_topic
from tests.support.insights_process import begin_new_process
from tests.support.sorted_ideas import GARDEN, House
from tests.support.transcripts import place_texts

EMBEDDER = default_embedder()


def forget_all(user: User) -> None:
    """Let nothing be known but the rows."""
    begin_new_process()
    index_storage.remove_index_file(user.pk)


def looked_at(user: User) -> Any:
    """Return what an index says, and keep it for the next time."""
    state = index_cache.take_index(user, EMBEDDER)
    index_cache.give_back_unchanged(user, state)
    index = state.index
    return (
        dict(zip(index.keys, index.homes(), strict=True)),
        {key: sorted(topic.members) for key, topic in index.topics.items()},
        {
            key: (index.is_touched(topic), pytest.approx(topic.cohesion, abs=1e-5))
            for key, topic in index.topics.items()
        },
        (
            index.settled.all.tolist(),
            list(index.waiting),
            index.barred,
            index.apart,
            [topic.members for topic in index.deleted_topics],
        ),
        {key: name.tolist() for key, name in index.names.items()},
        {key: bool(index.is_named[topic.row]) for key, topic in index.topics.items()},
    )


def test_after_each_word_it_says_what_a_new_one_says(house: House) -> None:
    words: list[Callable[[], object]] = [
        lambda: rename_topic(house.garden, "Balcony"),
        lambda: create_topic(house.user, "Boat", "all that floats"),
        lambda: move_idea(house.ideas[1], house.office),
        lambda: bar_idea(house.ideas[2]),
        lambda: merge_topics(house.garden, house.office),
        lambda: delete_topic(house.garden),
    ]
    looked_at(house.user)
    for say in words:
        say()
        brought_up_to_date = looked_at(house.user)
        forget_all(house.user)
        assert brought_up_to_date == looked_at(house.user)


def test_a_topic_is_known_by_the_name_that_its_person_gave_and_has_now(house: House) -> None:
    before = looked_at(house.user)[-2]
    assert set(before) == {house.office.pk}, "the machine named the other"
    rename_topic(house.office, "Bureau")
    rename_topic(house.garden, "Balcony")
    after = looked_at(house.user)[-2]
    assert set(after) == {house.office.pk, house.garden.pk}
    assert after[house.office.pk] == EMBEDDER.embed([about_text("Bureau")])[0].tolist()


def test_what_is_known_of_ideas_is_not_read_again(house: House, bedside: Device) -> None:
    looked_at(house.user)
    mine = process_state.current.indexes.take(house.user, EMBEDDER.model)
    (fresh,) = place_texts(bedside, GARDEN)
    begin_new_process()
    assert mine
    process_state.current.indexes.keep(house.user, mine)  # as in another process than the one that placed
    move_idea(house.ideas[1], house.office)
    with CaptureQueriesContext(connection) as asked:
        ideas, *_ = looked_at(house.user)
    assert len(ideas) == Idea.objects.count()
    read = [query["sql"] for query in asked if '"vector"' in query["sql"].partition("FROM")[0]]
    assert len(read) == 1
    plain = read[0].replace("-", "")
    assert fresh.ideas.get().pk.hex in plain
    assert house.ideas[1].pk.hex not in plain


def test_what_was_deleted_is_kept_no_longer(house: House) -> None:
    looked_at(house.user)
    house.ideas[0].memo.delete()
    ideas, *_ = looked_at(house.user)
    assert house.ideas[0].pk not in ideas
