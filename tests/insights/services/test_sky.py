"""The sky of a user: topics get their places once, and are read in a fixed number of queries."""

from typing import Any
from uuid import UUID

import pytest
from django.template import engines

from capture.models import Device, User
from config.pipeline import SKY
from insights.core.embedding.protocol import Unavailable
from insights.models import Idea, Topic
from insights.services import topic_places
from insights.services.ideas import move_idea
from insights.services.picture_rows import all_sizes
from insights.services.sky import sky_of
from insights.services.topic_places import count_due_topic_places, place_new_topics
from insights.services.topics import create_topic, hide_topic
from tests.support.old_migrations import taken_back_to
from tests.support.transcripts import place_texts

RIVER = ("The hippopotamus likes the river.", "A hippopotamus sleeps in the river.")
CAKE = ("The cake needs flour and eggs.", "Bake the cake with flour and more eggs.")
BEFORE = [("insights", "0015_review")]


@pytest.fixture
def topics(bedside: Device) -> list[Topic]:
    """Give topics that have ideas, and no places yet."""
    place_texts(bedside, *RIVER, *CAKE)
    return list(Topic.objects.order_by("created_at"))


def places() -> dict[str, tuple[float | None, float | None]]:
    return {str(key): (x, y) for key, x, y in Topic.objects.values_list("pk", "place_x", "place_y")}


def test_a_new_topic_gets_its_place_once(topics: list[Topic], bedside: Device) -> None:
    assert count_due_topic_places() == SKY.waiting() == len(topics) > 0
    assert place_new_topics() is True
    before = places()
    assert all(x is not None and y is not None for x, y in before.values())
    assert place_new_topics() is False
    place_texts(bedside, "My robot arm has a loose wrist.", "The robot arm needs another wrist.", RIVER[0])
    while place_new_topics():
        pass
    assert {key: places()[key] for key in before} == before


def test_a_topic_without_ideas_waits_for_its_first(alice: User, bedside: Device) -> None:
    empty = create_topic(alice, "Letters to my father")
    assert count_due_topic_places() == 0
    place_texts(bedside, "Nothing in particular.")
    move_idea(Idea.objects.get(), empty)
    assert count_due_topic_places() == 1
    assert place_new_topics() is True


def test_where_nearness_cannot_be_told_topics_wait(topics: list[Topic], monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable(_user: User) -> None:
        raise Unavailable("sentence_model_gone")

    monkeypatch.setattr(topic_places, "_topic_means", unavailable)
    assert place_new_topics() is False
    assert count_due_topic_places() == len(topics)


def test_the_sky_shows_topics_with_their_ideas(topics: list[Topic], alice: User, bob: User) -> None:
    assert sky_of(alice, all_sizes(alice.pk)).topics == []
    place_new_topics()
    sky = sky_of(alice, all_sizes(alice.pk))
    assert {one.name for one in sky.topics} == {topic.name for topic in topics}
    for one in sky.topics:
        keys = {str(key) for key in Idea.objects.filter(topic=UUID(one.key)).values_list("pk", flat=True)}
        assert {star.key for star in one.stars} == keys
        assert one.size == len(keys)
        assert {star.age for star in one.stars} == {0}
    assert sky_of(bob, all_sizes(bob.pk)) == ([], [])


def test_hidden_topics_are_not_in_it_and_unsorted_ideas_are_lone_stars(topics: list[Topic], alice: User) -> None:
    place_new_topics()
    hide_topic(topics[0], hidden=True)
    Idea.objects.filter(topic=topics[1]).update(topic=None)
    sky = sky_of(alice, all_sizes(alice.pk))
    assert not {str(topics[0].pk), str(topics[1].pk)} & {one.key for one in sky.topics}
    unsorted = Idea.objects.filter(topic=None).values_list("pk", flat=True)
    assert set(sky.lone) == {str(key) for key in unsorted}


def test_more_ideas_take_no_query_more(
    topics: list[Topic], alice: User, bedside: Device, django_assert_num_queries: Any
) -> None:
    place_new_topics()
    for texts in ((), [f"The hippopotamus number {number} likes the river." for number in range(20)]):
        place_texts(bedside, *texts)
        with django_assert_num_queries(5):
            sky_of(alice, all_sizes(alice.pk))


def test_a_page_draws_it(topics: list[Topic], alice: User) -> None:
    place_new_topics()
    drawn = engines["django"].from_string("{% load pictures %}{% sky sky.topics sky.lone %}")
    page = drawn.render({"sky": sky_of(alice, all_sizes(alice.pk))})
    assert page.count("<a ") == len(topics)
    assert f"/topics/{topics[0].pk}/" in page


@pytest.mark.django_db(transaction=True)
def test_the_places_can_be_taken_back_and_are_chosen_again(topics: list[Topic]) -> None:
    place_new_topics()
    with taken_back_to(BEFORE):
        pass
    assert Topic.objects.count() == len(topics)
    assert count_due_topic_places() == len(topics)
