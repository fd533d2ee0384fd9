"""What a process keeps of people's indexes, and how long a page waits for one."""

import gc
import re
import weakref
from collections import Counter
from collections.abc import Callable
from html import unescape
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from capture.models import Device, User
from capture.services.deletion import delete_memo
from insights import tasks
from insights.models import Idea
from insights.services import embedders, index_cache, kept_indexes, process_state, user_index
from insights.services.consolidate import retry_unsorted_near
from insights.services.ideas import move_idea, move_to_new_topic
from insights.services.index_cache import open_index
from insights.services.index_storage import index_path, remove_index_file
from insights.services.kept_indexes import KeptIndexes
from insights.services.reembed import serving_model
from insights.services.topics import create_topic, rename_topic
from insights.signals import index_wanted
from insights.views.ideas import LOOK_AGAIN_SECONDS
from tests.support.insights_process import begin_new_process, suggest_prepared
from tests.support.sorted_ideas import House
from tests.support.transcripts import place_texts


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Settings) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def unbuilt(house: House) -> House:
    """Return a house of which a process holds nothing, without an index file."""
    remove_index_file(house.user.pk)
    begin_new_process()
    return house


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count what only a worker may do: build an index, load an embedder, read what ideas say."""
    counted = Counter[str]()

    def count(module: ModuleType, name: str) -> None:
        real = getattr(module, name)

        def counting(*given: Any, **named: Any) -> Any:
            counted[name] += 1
            return real(*given, **named)

        monkeypatch.setattr(module, name, counting)

    count(index_cache, "build_index")
    count(user_index, "read_features")
    count(embedders, "load_embedder")
    return counted


def move_page(client: Client, idea: Idea, asked: str = "") -> str:
    return str(client.get(f"/ideas/{idea.pk}/move{asked}").text)


def test_no_page_builds_an_index_and_the_suggestions_come_when_a_worker_has(
    unbuilt: House, alices: Client, web: Counter[str], django_capture_on_commit_callbacks: Any
) -> None:
    announced = list[int]()

    def hear(**announcement: Any) -> None:
        announced.append(announcement["id"])

    index_wanted.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            page = move_page(alices, unbuilt.ideas[4])
            later = f"/ideas/{unbuilt.ideas[4].pk}/suggested"
            assert f'hx-get="{later}?asked=1' in page
            assert f'hx-get="{later}?asked=2' in alices.get(f"{later}?asked=1").text
    finally:
        index_wanted.disconnect(hear)
    assert announced == [unbuilt.user.pk] * 2
    assert not web
    prepare_in_a_worker(unbuilt.user)
    assert web["build_index"] == 1
    web.clear()
    assert "Office</button>" in alices.get(later).text
    page = move_page(alices, unbuilt.ideas[4])
    assert "hx-get" not in page.partition('class="line"')[2].partition("</form>")[0]
    assert "Office</button>" in page
    assert not web


def prepare_in_a_worker(user: User) -> None:
    """Do as another process does: what it holds stays its own."""
    ours = process_state.current
    begin_new_process()
    tasks.prepare_index_file(user.pk)
    process_state.current = ours


AFTERWARDS: list[Callable[[House, Device], object]] = [
    lambda house, device: place_texts(device, "Plant the tomatoes in the garden."),
    lambda house, _: create_topic(house.user, "Boat", "all that floats"),
    lambda house, _: rename_topic(house.garden, "Outside"),
    lambda house, _: move_idea(house.ideas[1], house.office),
    lambda house, _: delete_memo(house.ideas[1].memo),
    lambda house, _: house.ideas[0].memo.delete(),
]


@pytest.mark.parametrize("number", range(len(AFTERWARDS)))
def test_whatever_happens_no_page_loads_an_embedder(
    unbuilt: House, alices: Client, bedside: Device, web: Counter[str], number: int
) -> None:
    prepare_in_a_worker(unbuilt.user)
    move_page(alices, unbuilt.ideas[4])
    AFTERWARDS[number](unbuilt, bedside)
    begin_new_process()  # what was placed by this one is another's
    web.clear()
    newest = Idea.objects.of(unbuilt.user).in_order().last()
    assert newest is not None
    page = move_page(alices, newest)
    assert not web
    if "hx-get" in page.rpartition("<h1>")[2].partition("</form>")[0]:
        prepare_in_a_worker(unbuilt.user)
        web.clear()
        page = move_page(alices, newest)
    assert "hx-get" not in page.partition("It belongs to")[0].rpartition("<h1>")[2]
    assert "Office</button>" in page
    assert not web


def test_what_a_web_process_keeps_of_before_is_replaced_by_a_newer_file(
    unbuilt: House, alices: Client, bedside: Device, web: Counter[str]
) -> None:
    prepare_in_a_worker(unbuilt.user)
    move_page(alices, unbuilt.ideas[4])
    ours = process_state.current
    begin_new_process()
    (transcript,) = place_texts(bedside, "Plant the tomatoes in the garden.")
    process_state.current = ours
    prepare_in_a_worker(unbuilt.user)
    web.clear()
    page = move_page(alices, transcript.ideas.get())
    assert f"{unbuilt.garden.name}</button>" in page
    assert "Office</button>" in page
    assert not web


def test_a_name_is_told_to_pages_as_soon_as_a_worker_has_looked_again(
    unbuilt: House, alices: Client, web: Counter[str]
) -> None:
    prepare_in_a_worker(unbuilt.user)
    move_page(alices, unbuilt.ideas[4])
    move_to_new_topic(unbuilt.ideas[1], "Evenings in the garden")
    ours = process_state.current
    begin_new_process()
    retry_unsorted_near(unbuilt.ideas[1].pk)
    process_state.current = ours
    web.clear()
    assert "Evenings in the garden</button>" in move_page(alices, unbuilt.ideas[0])
    assert not web


def test_a_file_that_a_page_can_use_is_not_written_again(unbuilt: House) -> None:
    prepare_in_a_worker(unbuilt.user)
    before = index_path(unbuilt.user.pk).stat()
    prepare_in_a_worker(unbuilt.user)
    move_idea(unbuilt.ideas[1], unbuilt.office)  # which a page carries out by itself
    prepare_in_a_worker(unbuilt.user)
    after = index_path(unbuilt.user.pk).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_while_another_thread_has_the_index_none_is_held_up(unbuilt: House) -> None:
    with process_state.current.indexes.lock_of(unbuilt.user):
        tasks.prepare_index_file(unbuilt.user.pk)
    assert not index_path(unbuilt.user.pk).exists()
    tasks.prepare_index_file(unbuilt.user.pk)
    assert index_path(unbuilt.user.pk).exists()
    tasks.prepare_index_file(unbuilt.user.pk + 1)  # who is gone


def test_a_page_does_not_ask_for_ever(unbuilt: House, alices: Client) -> None:
    looks = len(LOOK_AGAIN_SECONDS)
    later = f"/ideas/{unbuilt.ideas[4].pk}/suggested"
    for asked in (looks - 1, looks - 2, "", "x", -1, "9" * 5000, "²"):
        assert "hx-get" in alices.get(later, {"asked": asked}).text
    last = alices.get(later, {"asked": looks}).text
    assert "hx-get" not in last
    assert "Choose a topic from the list." in last


def test_a_page_without_scripts_comes_again(unbuilt: House, alices: Client) -> None:
    page = move_page(alices, unbuilt.ideas[4], "?back=/topics/")
    again = re.search(r'<noscript><meta http-equiv="refresh" content="1;url=([^"]+)">', page)
    assert again, "there is no way to the suggestions without scripts"
    prepare_in_a_worker(unbuilt.user)
    page = move_page(alices, unbuilt.ideas[4], unescape(again[1]))
    assert "Office</button>" in page
    assert 'name="back" value="/topics/"' in page
    assert "<noscript>" not in page


def test_of_large_indexes_few_are_kept(unbuilt: House, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for ideas, kept in ((9, 2), (8, 1)):
        monkeypatch.setattr(kept_indexes, "KEPT_IDEAS", ideas)
        indexes = KeptIndexes[Any]()
        for user, size in ((bob, 4), (unbuilt.user, 5)):
            indexes.keep(user, SimpleNamespace(model="a", size=size))
        assert [indexes.take(user, "a") is not None for user in (bob, unbuilt.user)] == [kept == 2, True]


def test_an_index_that_is_dropped_lets_go_of_its_file_at_once(unbuilt: House) -> None:
    gc.disable()
    try:
        suggest_prepared(unbuilt.ideas[4])
        with open_index(unbuilt.user, serving_model(unbuilt.user)) as state:
            index = weakref.ref(state.index)
        del state
        begin_new_process()
        assert index() is None
    finally:
        gc.enable()
