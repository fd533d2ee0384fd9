"""Undoing: the latest click is taken back, all that it changed is as it was, and nothing that was said is lost."""

from collections.abc import Callable

import pytest
from django.test import Client

from capture.models import Memo, User
from insights.core.topics import constraints
from insights.models import Author, Correction, Idea, Topic
from insights.services.constraints import statements_of
from insights.services.ideas import bar_idea, confirm_idea, move_idea, move_to_new_topic
from insights.services.topics import (
    BadName,
    create_topic,
    delete_forgettable_topics,
    delete_topic,
    hide_topic,
    keep_apart,
    keep_whole,
    merge_topics,
    pin_topic,
    rename_topic,
    split_topic,
)
from insights.services.undo import last_corrections, undo_batch
from tests.support.sorted_ideas import House, stands, undo_last

SAYINGS: dict[str, Callable[[House], object]] = {
    "create": lambda house: create_topic(house.user, "Boat"),
    "rename": lambda house: rename_topic(house.garden, "Balcony"),
    "move": lambda house: move_idea(house.ideas[0], house.office),
    "move to a new one": lambda house: move_to_new_topic(house.ideas[4], "Lectures"),
    "unsort": lambda house: move_idea(house.ideas[0], None),
    "confirm": lambda house: confirm_idea(house.ideas[1]),
    "not this": lambda house: bar_idea(house.ideas[0]),
    "merge": lambda house: merge_topics(house.office, house.garden),
    "apart": lambda house: keep_apart(house.office, house.garden),
    "whole": lambda house: keep_whole(house.garden),
    "split": lambda house: split_topic(house.garden, house.ideas[:2], "Tomatoes"),
    "delete": lambda house: delete_topic(house.garden),
    "hide": lambda house: hide_topic(house.garden, hidden=True),
    "pin": lambda house: pin_topic(house.garden, pinned=True),
}


@pytest.mark.parametrize("said", SAYINGS)
def test_what_was_said_is_undone_and_said_no_longer(house: House, said: str) -> None:
    before, rows = stands(house.user), list(Correction.objects.order_by("pk").values())
    SAYINGS[said](house)
    assert stands(house.user) != before
    assert undo_last(house.user)
    assert stands(house.user) == before
    after = list(Correction.objects.order_by("pk").values())
    assert after[: len(rows)] == rows
    news = after[len(rows) :]
    assert [row["kind"] == "undone" for row in news] == [False] * (len(news) - 1) + [True]
    assert len({row["batch"] for row in news}) == 1


def test_what_is_undone_twice_is_undone_once(house: House) -> None:
    move_idea(house.ideas[0], house.office)
    rename_topic(house.office, "Bureau")
    (shown,) = last_corrections(house.user)
    assert undo_batch(house.user, shown.batch)
    before = stands(house.user)
    assert not undo_batch(house.user, shown.batch)
    assert stands(house.user) == before
    assert last_corrections(house.user)[0].kind == "moved"


def test_another_persons_word_is_not_undone(house: House, bob: User) -> None:
    (said,) = last_corrections(house.user)
    assert not undo_batch(bob, said.batch)


def test_all_is_undone_back_to_the_beginning(house: House) -> None:
    while undo_last(house.user):
        pass
    assert set(Idea.objects.values_list("placed_by", flat=True)) == {Author.MACHINE}
    assert not constraints.resolve_constraints(statements_of(house.user)).homes
    assert list(Topic.objects.of(house.user)) == [house.garden]


def test_what_was_said_before_that_was_kept_is_not_undone(house: House) -> None:
    Correction.objects.update(former=None)
    assert last_corrections(house.user) == []


def test_a_topic_comes_back_by_its_name_though_the_machine_gave_that_away(house: House) -> None:
    delete_topic(house.office)
    newer = Topic.objects.create(user=house.user, name="office")
    undo_last(house.user)
    house.office.refresh_from_db()
    newer.refresh_from_db()
    assert (house.office.name, newer.name) == ("Office", "Office 2")


def test_what_the_machine_put_into_a_topic_that_was_never_made_is_unsorted(house: House) -> None:
    boat = create_topic(house.user, "Boat")
    Idea.objects.filter(pk=house.ideas[4].pk).update(topic=boat)
    undo_last(house.user)
    assert Idea.objects.get(pk=house.ideas[4].pk).topic is None
    assert boat not in Topic.objects.of(house.user)
    create_topic(house.user, "Boat")


def test_an_idea_goes_back_into_what_took_in_its_topic_at_night(house: House) -> None:
    older, newer = (Topic.objects.create(user=house.user, name=name) for name in ("One", "Two"))
    idea = house.ideas[4]
    Idea.objects.filter(pk=idea.pk).update(topic=newer)
    idea.refresh_from_db()
    move_idea(idea, house.garden)
    Topic.objects.filter(pk=newer.pk).update(merged_into=older)
    undo_last(house.user)
    assert Idea.objects.get(pk=idea.pk).topic == older


def test_a_deletion_is_undone_though_a_memo_went_for_good(house: House) -> None:
    delete_topic(house.garden)
    Memo.objects.filter(pk=house.ideas[0].memo.pk).delete()
    delete_forgettable_topics(house.user.pk)
    assert undo_last(house.user)
    assert Idea.objects.filter(topic=house.garden).count() == 2
    assert house.garden in Topic.objects.of(house.user)


def test_a_topic_of_which_something_was_said_is_not_forgotten(house: House) -> None:
    machines = Topic.objects.create(user=house.user, name="One")
    empty = Topic.objects.create(user=house.user, name="Two")
    idea = house.ideas[4]
    Idea.objects.filter(pk=idea.pk).update(topic=machines)
    idea.refresh_from_db()
    move_idea(idea, house.office)
    delete_forgettable_topics(house.user.pk)
    assert set(Topic.objects.filter(pk__in=[machines.pk, empty.pk])) == {machines}
    undo_last(house.user)
    assert Idea.objects.get(pk=idea.pk).topic == machines


def test_what_does_not_belong_is_not_taken_in_by_a_merge(house: House) -> None:
    bar_idea(house.ideas[0])
    house.ideas[0].refresh_from_db()
    move_idea(house.ideas[0], house.office)
    merge_topics(house.garden, house.office)
    assert Idea.objects.get(pk=house.ideas[0].pk).topic is None
    undo_last(house.user)
    moved = Idea.objects.get(pk=house.ideas[0].pk)
    assert (moved.topic, moved.placed_by) == (house.office, Author.PERSON)


def test_what_was_said_of_a_topic_that_went_a_moment_ago_is_not_said(house: House) -> None:
    stale = Topic.objects.get(pk=house.garden.pk)
    delete_topic(house.garden)
    before, count = stands(house.user), Correction.objects.count()
    delete_topic(stale)
    merge_topics(house.office, stale)
    with pytest.raises(BadName):
        move_idea(house.ideas[0], stale)
    assert (stands(house.user), Correction.objects.count()) == (before, count)


def test_a_page_undoes_what_it_shows(alices: Client, house: House) -> None:
    rename_topic(house.garden, "Balcony")
    page = alices.get("/topics/").content.decode()
    assert "You named a topic Balcony." in page
    batch = last_corrections(house.user)[0].batch
    assert str(batch) in page
    assert "Undone." in alices.post("/topics/undo", {"batch": str(batch)}, follow=True).content.decode()
    assert "note error" in alices.post("/topics/undo", {"batch": str(batch)}, follow=True).content.decode()
    assert Topic.objects.get(pk=house.garden.pk).name != "Balcony"
