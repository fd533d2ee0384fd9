"""What hangs on when a memo was spoken follows a person who corrects that: pages, lists, topics and their index."""

import html
import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from pytest_django import Settings

from capture.models import Device, Memo, User
from insights.core.embedding.wordllama import default_embedder
from insights.models import Idea, Topic
from insights.services.index_cache import open_index, take_index
from insights.services.index_rows import NotAtHand
from insights.services.reembed import serving_model
from tests.support.insights_process import begin_new_process, open_prepared
from tests.support.sorted_ideas import House, make_house


@pytest.fixture
def house(bedside: Device, settings: Settings, tmp_path: Any) -> House:
    settings.HOME = tmp_path
    return make_house(bedside)


def indexed(user: User) -> list[UUID]:
    """Return the ideas in the order of the index that placing sees, as this process has it."""
    keys = take_index(user, default_embedder()).index.keys
    return [key for key in keys if isinstance(key, UUID)]


def spoken(user: User) -> list[UUID]:
    return list(Idea.objects.filter(user=user).in_order().values_list("pk", flat=True))


def correct(client: Client, memo: Memo, at: str) -> None:
    assert client.post(f"/memos/{memo.pk}/date", {"at": at}).status_code == 302


def text_of(client: Client, address: str) -> str:
    return " ".join(html.unescape(client.get(address).text).split())


def test_all_that_hangs_on_a_date_follows_it_and_back(house: House, alices: Client) -> None:
    user, (first, *_others) = house.user, house.ideas
    memo = first.memo
    before = indexed(user)
    assert before == spoken(user)
    assert next(topic.name for topic in Topic.objects.of(user).for_list()) == "Office"

    correct(alices, memo, "2020-07-14T03:05")
    assert spoken(user)[0] == first.pk
    (latest,) = (vars(topic)["latest"] for topic in Topic.objects.of(user).for_list() if topic == house.garden)
    assert latest == house.ideas[2].memo.recorded_at

    correct(alices, house.ideas[2].memo, "2019-07-14T03:05")
    assert spoken(user)[0] == house.ideas[2].pk
    assert indexed(user) == spoken(user) != before
    page = text_of(alices, f"/memos/{memo.pk}/")
    assert "the night that began on Monday" in page
    assert "2020" in page
    listed = re.findall(r"/memos/([0-9a-f-]{36})/[\"#]", alices.get(f"/topics/{house.garden.pk}/").text)
    newest_first = [str(idea.memo.pk) for idea in reversed(Idea.objects.filter(topic=house.garden).in_order())]
    assert list(dict.fromkeys(listed)) == newest_first

    for other in (memo, house.ideas[2].memo):
        correct(alices, other, "")
    assert indexed(user) == spoken(user) == before


def test_another_process_and_the_file_are_told_as_well(house: House, alices: Client) -> None:
    user = house.user
    model = serving_model(user)
    with open_prepared(user, model) as state:
        assert [*state.index.keys][: len(house.ideas)] == spoken(user)
    correct(alices, house.ideas[3].memo, "2018-01-01T12:00")
    with pytest.raises(NotAtHand), open_index(user, model):  # a page waits for a worker
        pass
    begin_new_process()
    with pytest.raises(NotAtHand), open_index(user, model):  # so it does with the file of before
        pass
    with open_prepared(user, model) as state:
        assert [*state.index.keys][: len(house.ideas)] == spoken(user)
        assert spoken(user)[0] == house.ideas[3].pk
    begin_new_process()
    with open_index(user, model) as state:  # the file is of the new date
        assert [*state.index.keys][: len(house.ideas)] == spoken(user)


def test_the_topic_spoken_of_last_is_that_of_the_latest_date(house: House, alices: Client) -> None:
    user, office = house.user, house.office
    correct(alices, house.ideas[3].memo, "2018-01-01T12:00")
    names = [topic.pk for topic in Topic.objects.of(user).for_list()]
    assert names.index(house.garden.pk) < names.index(office.pk)
    state = take_index(user, default_embedder())
    last = dict(zip(state.index.topics, state.index.latest.last_members().tolist(), strict=False))
    assert last[office.pk] < last[house.garden.pk]
