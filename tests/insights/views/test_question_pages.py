"""The question of the night on pages, without JavaScript: asked, told of elsewhere, met first in the morning."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from capture.models import Device, Memo, User
from insights.models import EveningQuestion, Idea
from insights.services.evening_questions import ask_question
from tests.support.pages import text_of
from tests.support.transcripts import place_texts

HAND = "How does a hand let go?"
ANSWER = "There is a tremble in the skin."
EVENING = datetime(2026, 11, 27, 22, 33, tzinfo=UTC)
MORNING = EVENING + timedelta(hours=9)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let it be a moment from now on; the log-in lasts."""

    def let_it_be(moment: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    let_it_be(EVENING)
    return let_it_be


def shown(client: Client, address: str = "/") -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text_of(client.get(address, follow=True))).split())


def sent(client: Client, address: str = "/questions/") -> str:
    """Return what the page's forms send along of the question that it shows first."""
    found = re.search(r'name="shown" value="([^"]*)"', text_of(client.get(address)))
    assert found
    return found[1]


def say_at(device: Device, at: datetime, *texts: str) -> None:
    for transcript in place_texts(device, *texts):
        Memo.objects.filter(pk=transcript.memo_id).update(recorded_at=at, received_at=at)


def test_today_asks_for_it_in_the_evening_and_not_in_the_morning(alices: Client, now: Any) -> None:
    assert "What do you take to sleep?" in shown(alices)
    now(MORNING)
    assert "What do you take to sleep?" not in shown(alices)
    assert "What do you take to sleep?" in shown(alices, "/questions/")


def test_it_is_asked_from_today_and_stands_there(alices: Client, now: Any) -> None:
    answer = alices.post("/questions/ask", {"question": HAND, "shown": "", "today": "yes"})
    assert answer.url == "/"  # type: ignore[attr-defined]
    assert HAND in shown(alices)
    assert "What do you take to sleep?" not in shown(alices)


def test_a_page_of_before_is_told_and_changes_nothing(alices: Client, now: Any) -> None:
    alices.post("/questions/ask", {"question": HAND, "shown": ""})
    page = text_of(alices.post("/questions/ask", {"question": "Where does the dark go?", "shown": ""}))
    assert "changed on another page" in page
    assert EveningQuestion.objects.get().said == HAND


@pytest.fixture
def asked(alices: Client, alice: User, bedside: Device, now: Any) -> None:
    """Asked at 22:33 and answered at 3:25; it is the morning after."""
    ask_question(alice, HAND, "")
    say_at(bedside, EVENING - timedelta(minutes=30), "Buy rye flour at the mill.")
    say_at(bedside, EVENING + timedelta(hours=5), ANSWER)
    now(MORNING)


def test_in_the_morning_its_answers_stand_under_it_first(asked: None, alices: Client) -> None:
    page = shown(alices)
    assert page.index("You asked at 22:33") < page.index(HAND) < page.index(ANSWER) < page.index("Buy rye flour")
    assert page.count(ANSWER) == 1
    assert "Two ideas from last night" in page


def test_many_answers_stand_topic_by_topic(asked: None, alices: Client, bedside: Device) -> None:
    more = [f"A thought that is number {number} of this night." for number in range(6)]
    say_at(bedside, EVENING + timedelta(hours=6), *more)
    page = shown(alices)
    assert page.index(HAND) < min(map(page.index, more)) < page.index("Buy rye flour")


@pytest.mark.parametrize(("outcome", "said"), [("answered", "Answered."), ("carried", "it is asked again tonight")])
def test_one_tap_settles_it_and_undo_brings_it_back(asked: None, alices: Client, outcome: str, said: str) -> None:
    alices.post("/questions/settle", {"shown": sent(alices, "/"), "outcome": outcome, "today": "yes"})
    assert said in shown(alices)
    alices.post("/questions/undo", {"shown": sent(alices, "/"), "today": "yes"})
    assert said not in shown(alices)
    assert "Carry it over" in shown(alices)


def test_what_was_carried_over_says_so_the_next_morning(asked: None, alices: Client, now: Any) -> None:
    alices.post("/questions/settle", {"shown": sent(alices, "/"), "outcome": "carried"})
    now(MORNING + timedelta(days=1))
    assert f"Carried over from Friday night {HAND}" in shown(alices)


def test_nothing_is_settled_by_accident(asked: None, alices: Client) -> None:
    alices.post("/questions/settle", {"shown": sent(alices, "/"), "outcome": "perhaps"})
    assert "Choose whether it is answered or carried over." in shown(alices)
    assert EveningQuestion.objects.get().outcome == ""


def test_a_review_begins_with_its_answers(asked: None, alices: Client) -> None:
    alices.post("/review/begin", {"ideas": "5"})
    page = shown(alices, "/review/")
    assert page.index("You asked at 22:33") < page.index(HAND) < page.index(ANSWER)
    assert "an answer, perhaps" in page
    assert "Buy rye flour" not in page


def test_nights_of_before_are_found_with_what_was_said(asked: None, alices: Client, now: Any) -> None:
    now(MORNING + timedelta(days=30))
    page = shown(alices, "/questions/")
    assert page.index("Friday 27 November 2026") < page.index(HAND) < page.index(ANSWER)


def test_it_takes_as_many_queries_however_many_nights(alices: Client, alice: User, bedside: Device, now: Any) -> None:
    counted = []
    for night in range(6):
        now(EVENING + timedelta(days=night))
        ask_question(alice, HAND, "")
        say_at(bedside, EVENING + timedelta(days=night, hours=3), f"{ANSWER} {night}")
        if night in {1, 5}:
            now(MORNING + timedelta(days=night))
            alices.get("/questions/")  # after days, when a browser was last seen is written
            with CaptureQueriesContext(
                connection,
            ) as asked_for:
                alices.get("/questions/")
            counted.append(len(asked_for))
    assert counted[0] == counted[1]
    assert Idea.objects.count() == 6


def test_what_was_typed_stays_where_it_was_asked_elsewhere_meanwhile(alices: Client, alice: User, now: Any) -> None:
    before = sent(alices)
    ask_question(alice, HAND, before)
    answer = alices.post("/questions/ask", {"question": "What of the left one?", "shown": before, "today": "yes"})
    page = text_of(answer)
    assert "note error" in page
    assert 'value="What of the left one?"' in page
    assert HAND in page
    found = re.search(r'<form[^>]*action="/questions/ask">.*?name="shown" value="([^"]*)"', page, re.DOTALL)
    assert found
    alices.post("/questions/ask", {"question": "What of the left one?", "shown": found[1]})
    assert EveningQuestion.objects.get().text == "What of the left one?"


def test_a_carried_question_worded_anew_is_no_longer_called_carried(alices: Client, alice: User, now: Any) -> None:
    ask_question(alice, HAND, "")
    now(MORNING)
    asked = EveningQuestion.objects.get()
    alices.post("/questions/settle", {"shown": asked.shown, "outcome": "carried"})
    assert "Carried over from Friday night" in shown(alices, "/questions/")
    ask_question(alice, "How does a foot let go?", EveningQuestion.objects.exclude(pk=asked.pk).get().shown)
    page = shown(alices, "/questions/")
    assert "Carried over from" not in page
    assert "How does a foot let go?" in page
