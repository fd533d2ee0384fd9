"""What is near to a topic, and why: told from a file that a worker made, by words that are said in both."""

from typing import Any

import pytest
from django.test import Client

from capture.models import Device, User
from insights.models import Idea, Topic
from insights.services.ideas import move_idea
from insights.services.index_cache import prepare_index_file
from insights.services.index_rows import NotAtHand
from insights.services.related_topics import related_topics
from insights.services.topics import create_topic, hide_topic
from tests.support.pages import text_of
from tests.support.transcripts import place_texts

SAID = {
    "Bread": ["Let the dough rest in the cold oven overnight.", "The rye dough needs a hotter oven."],
    "Cake": ["The cake dough wants butter and a warm oven.", "Bake the cake with rye flour in the oven."],
    "Taxes": ["Send the invoice to the tax office.", "The tax office wants the invoice by Friday."],
}


@pytest.fixture
def topics(alice: User, bedside: Device) -> dict[str, Topic]:
    made = {}
    for name, texts in SAID.items():
        made[name] = create_topic(alice, name)
        for transcript in place_texts(bedside, *texts):
            move_idea(Idea.objects.get(transcript=transcript), made[name])
    return made


def test_the_nearest_is_told_with_the_words_that_both_share(topics: dict[str, Topic], alice: User) -> None:
    prepare_index_file(alice.pk)
    nearest = related_topics(topics["Bread"])[0]
    assert nearest.topic == topics["Cake"]
    assert {"dough", "oven"} <= set(nearest.words)
    assert topics["Taxes"] not in [one.topic for one in related_topics(topics["Bread"])]


def test_hidden_topics_are_not_told(topics: dict[str, Topic], alice: User) -> None:
    hide_topic(topics["Cake"], hidden=True)
    prepare_index_file(alice.pk)
    assert related_topics(topics["Bread"]) == []


def test_a_page_builds_no_index_but_asks_for_it_and_looks_again(
    topics: dict[str, Topic], alices: Client, insights_state: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_at_hand(topic: Topic) -> list[object]:
        raise NotAtHand

    monkeypatch.setattr("insights.views.related.related_topics", not_at_hand)
    address = f"/topics/{topics['Bread'].pk}/near"
    fragment = text_of(alices.get(address, headers={"HX-Request": "true"}))
    assert f"{address}?asked=1" in fragment
    assert "delay:1s" in fragment
    assert "asked=" not in text_of(alices.get(f"{address}?asked=7", headers={"HX-Request": "true"}))


def test_the_page_of_a_topic_says_where_to_look(topics: dict[str, Topic], alices: Client, alice: User) -> None:
    prepare_index_file(alice.pk)
    assert f"/topics/{topics['Bread'].pk}/near" in text_of(alices.get(f"/topics/{topics['Bread'].pk}/"))
    page = text_of(alices.get(f"/topics/{topics['Bread'].pk}/near"))
    assert "Cake" in page
    assert "dough" in page


def test_a_topic_in_which_nothing_is_yet_is_near_by_its_name(topics: dict[str, Topic], alice: User) -> None:
    empty = create_topic(alice, "Dough for the oven")
    prepare_index_file(alice.pk)
    assert empty in [one.topic for one in related_topics(topics["Bread"])]
