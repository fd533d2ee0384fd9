"""The search page: what it shows, and what an address may ask of it."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from capture.models import Device, User
from capture.services.devices import create_device
from insights.models import SearchEntry, Topic
from insights.services import search
from insights.services.index_rows import NotAtHand
from insights.services.topics import create_topic
from tests.support.pages import text_of
from tests.support.transcripts import place_texts


@pytest.fixture(autouse=True)
def _spoken(bedside: Device) -> None:
    place_texts(bedside, "Drop the <second> act entirely.", "When she drops the spoon it is research.")


def test_words_are_marked_and_told(alices: Client) -> None:
    page = text_of(alices.get("/search/", {"q": "drop"}))
    assert "Two ideas" in page
    assert "<mark>Drop</mark> the &lt;second&gt; act" in page
    assert "she <mark>drops</mark> the spoon" in page
    assert page.count("data-play") >= 2


def test_what_is_found_goes_on_by_more(alices: Client, bedside: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    place_texts(bedside, *(f"Drop the {what}." for what in ("piano", "curtain", "plates")))
    assert 'class="row end more"' not in text_of(alices.get("/search/", {"q": "drop"}))
    monkeypatch.setattr(search, "SHOWN_HITS", 2)
    with CaptureQueriesContext(connection) as asked:
        pages = [text_of(alices.get("/search/", {"q": "drop", "state": "any"}))]
    while more := re.search(r'<nav class="row end more"[^>]*><a href="([^"]+)"', pages[-1]):
        with CaptureQueriesContext(connection) as for_more:
            pages.append(text_of(alices.get(f"/search/{unescape(more[1])}")))
        assert len(for_more) <= len(asked)
    assert "back=/search/%3Fq%3Ddrop%26state%3Dany" in pages[0]
    found = [re.findall(r'id="idea-([^"]+)"', page) for page in pages]
    assert [len(page) for page in found] == [2, 2, 1]
    assert len({key for page in found for key in page}) == 5
    for wrong in ("0", "-1", "x", "99999", "٣"):
        assert text_of(alices.get("/search/", {"q": "drop", "page": wrong})).count('id="idea-') == 2
    assert "Nothing that you said is like that" in text_of(alices.get("/search/", {"q": "drop", "page": "999"}))


def test_what_has_some_of_the_words_goes_on_too(
    alices: Client, bedside: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    place_texts(bedside, *(f"Drop the {what}." for what in ("piano", "curtain", "plates")))
    monkeypatch.setattr(search, "SHOWN_NEAR", 3)
    asked = {"q": "drop xyzzyx "}
    pages = [text_of(alices.get("/search/", asked | {"page": page})) for page in ("1", "2", "3")]
    assert [page.count('id="idea-') for page in pages] == [3, 2, 0]
    assert ["page=2" in pages[0], "page=3" in pages[1]] == [True, False]


def test_nothing_found_and_nothing_asked_are_calm(alices: Client) -> None:
    assert "No idea has these words" in text_of(alices.get("/search/", {"q": "xyzzyx"}))
    assert "Any word that you said" in text_of(alices.get("/search/"))


def test_an_index_that_is_behind_says_so(alices: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def not_at_hand(*_asked: object) -> list[object]:
        raise NotAtHand

    SearchEntry.objects.all()[:1].get().delete()
    monkeypatch.setattr(search, "find_by_meaning", not_at_hand)
    page = text_of(alices.get("/search/", {"q": "drop"}))
    assert "cannot be found by their words yet" in page
    assert "&amp;again=1" in page
    assert "load delay:3s" not in text_of(alices.get("/search/", {"q": "drop", "again": "1"}))


def test_where_a_filter_leaves_nothing_the_whole_is_one_tap_away(alices: Client) -> None:
    narrow = text_of(alices.get("/search/", {"q": "hippopotamus", "state": "act"}))
    assert '<a href="?q=hippopotamus">' in narrow
    assert '<a href="?q=hippopotamus">' not in text_of(alices.get("/search/", {"q": "hippopotamus"}))


def test_filters_are_addresses_and_wrong_ones_narrow_nothing(alices: Client, alice: User, bob: User) -> None:
    topic, his = create_topic(alice, "Theatre"), create_topic(bob, "Hippopotamus")
    page = text_of(alices.get("/search/", {"q": "drop", "state": "act"}))
    assert f"?q=drop&amp;topic={topic.pk}&amp;state=act" in page
    assert "Hippopotamus" not in page
    for name, wrong in (
        ("topic", str(his.pk)),
        ("topic", "x"),
        ("time", "2026-99"),
        ("time", "9999-12"),
        ("kind", "x"),
    ):
        answer = alices.get("/search/", {"q": "drop", name: wrong})
        assert answer.status_code == 200
    assert "Two ideas" in text_of(alices.get("/search/", {"q": "drop", "topic": str(his.pk)}))
    for name, value in (
        ("time", "night"),
        ("time", "week"),
        ("time", "month"),
        ("where", "night"),
        ("from", "live"),
        ("topic", "none"),
    ):
        assert alices.get("/search/", {"q": "drop", name: value}).status_code == 200
    assert "No idea has these words" in text_of(alices.get("/search/", {"q": "drop", "topic": str(topic.pk)}))


def test_nobody_is_shown_what_another_one_said(client: Client, bob: User) -> None:
    place_texts(create_device(bob, "his")[0], "Drop the hippopotamus.")
    client.force_login(bob)
    page = text_of(client.get("/search/", {"q": "drop"}))
    assert "One idea" in page
    assert "spoon" not in page
    assert not Topic.objects.of(bob).exists()
