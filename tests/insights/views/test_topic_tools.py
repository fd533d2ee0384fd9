"""A topic's tools stand in one menu; what was let go is counted nowhere."""

from uuid import uuid4

import pytest
from django.test import Client

from insights.core.review.choices import Decision
from insights.models import Idea, Topic
from insights.services.picture_rows import all_sizes, ideas_a_week, set_sizes, topic_stars
from insights.services.review import begin_or_resume, decide
from insights.services.review_queue import ReviewScope
from insights.services.sky import sky_of
from insights.services.undo import last_corrections, undo_batch
from tests.support.pages import text_of
from tests.support.sorted_ideas import House


def let_go(topic: Topic, number: int) -> None:
    """Let some ideas of a topic go."""
    session = begin_or_resume(topic.user, scope=ReviewScope(topic=topic))
    assert session
    for turn in list(session.turns.shown())[:number]:
        decide(turn, Decision.LET_GO, uuid4())


def test_what_was_let_go_is_counted_in_no_list(house: House, alices: Client) -> None:
    let_go(house.garden, 2)
    set_sizes([house.garden])
    assert vars(house.garden)["size"] == 1
    assert sum(ideas_a_week(2, [house.garden.pk])[house.garden.pk]) == 1
    assert len(topic_stars(house.garden)) == 1
    Topic.objects.update(place_x=0.5, place_y=0.5)
    sizes = all_sizes(house.user.pk)
    assert sizes == {house.garden.pk: 1, house.office.pk: 1, None: 1}
    assert {topic.key: topic.size for topic in sky_of(house.user, sizes).topics}[str(house.garden.pk)] == 1


def test_a_sign_asks_for_no_more_ideas_than_it_has_points(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = Topic.objects.create(user=house.user, name="Nothing yet")
    sizes = {house.garden.pk: 3, house.office.pk: 1, empty.pk: 0}
    assert Topic.objects.of(house.user).sign_sizes() == sizes
    monkeypatch.setattr("insights.models.topics.SIGN_POINTS", 2)
    assert Topic.objects.of(house.user).sign_sizes() == {**sizes, house.garden.pk: 2}


def test_a_topic_of_the_machine_of_which_all_was_let_go_is_out_of_sight(garden: Topic) -> None:
    assert garden in Topic.objects.of(garden.user).for_list()
    let_go(garden, 2)
    assert garden not in Topic.objects.of(garden.user).for_list()


def test_ideas_have_their_places_by_when_they_were_spoken(house: House) -> None:
    ideas = Idea.objects.of(house.user)
    keys = list(ideas.newest_first().values_list("pk", flat=True))
    assert ideas.newest_keys(1, len(keys)) == keys
    assert ideas.newest_keys(2, 3) == keys[1:3]
    assert ideas.filter(text="").newest_keys(0, 0) == []


@pytest.mark.parametrize(
    ("tool", "says"),
    [
        ("rename", 'id="topic-sentence"'),
        ("merge", "Never these two"),
        ("split", "topic of their own"),
        ("delete", "be placed"),
    ],
)
def test_each_tool_has_its_page(house: House, alices: Client, tool: str, says: str) -> None:
    address = f"/topics/{house.garden.pk}/" + ("delete" if tool == "delete" else f"change?tool={tool}")
    assert address in text_of(alices.get(f"/topics/{house.garden.pk}/"))
    assert says in text_of(alices.get(address))


def test_its_sentence_is_changed_with_its_name_and_both_are_undone(house: House, alices: Client) -> None:
    alices.post(f"/topics/{house.office.pk}/rename", {"name": "Desk", "sentence": "What the office wants of me."})
    changed = Topic.objects.get(pk=house.office.pk)
    assert (changed.name, changed.sentence) == ("Desk", "What the office wants of me.")
    undo_batch(house.user, last_corrections(house.user)[-1].batch)
    changed.refresh_from_db()
    assert (changed.name, changed.sentence) == ("Office", "")


def test_a_topic_is_asked_for_less_often_from_its_menu(house: House, alices: Client) -> None:
    page = text_of(alices.get(f"/topics/{house.office.pk}/"))
    assert 'name="pace" value="usual" aria-pressed="true"' in page
    alices.post(f"/topics/{house.office.pk}/pace", {"pace": "rarely"})
    assert 'name="pace" value="rarely" aria-pressed="true"' in text_of(alices.get(f"/topics/{house.office.pk}/"))
    assert Idea.objects.filter(topic=house.office).exists()
