"""Reviews on pages, without JavaScript: begun, decided, undone, told what happened elsewhere, and ended."""

import re
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from capture.models import Device, User
from insights.core.review.choices import Decision
from insights.models import ReviewSession, ReviewState, Topic
from insights.review_text import describe_acts, describe_decisions, describe_moment, describe_offer, describe_wait
from insights.services.review import begin_or_resume, decide
from insights.views import acts
from tests.support.pages import TOMATOES, text_of
from tests.support.sorted_ideas import House
from tests.support.transcripts import place_texts


def shown(client: Client, address: str = "/review/") -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text_of(client.get(address, follow=True))).split())


def hidden_fields(client: Client) -> dict[str, str]:
    page = text_of(client.get("/review/"))
    return dict(re.findall(r'<input type="hidden" name="(turn|nonce)" value="([^"]+)">', page))


def press(client: Client, decision: str, **fields: str) -> str:
    """Decide on the idea that is shown. Returns where one is sent."""
    sent: Any = client.post("/review/decide", {**hidden_fields(client), "decision": decision, **fields})
    assert sent.status_code == 302
    return str(sent.url)


def test_one_idea_at_a_time_to_its_end(alices: Client, house: House) -> None:
    assert "Five new ideas." in shown(alices)
    assert alices.post("/review/begin", {"ideas": "5"}).status_code == 302
    assert "1 of 5" in shown(alices)
    assert TOMATOES in shown(alices)
    assert text_of(alices.get("/review/")).count('class="words') == 1
    for decision in ("keep", "keep", "later", "act"):
        assert press(alices, decision) == "/review/"
    assert "The one before is on your list." in shown(alices)
    assert press(alices, "let-go") == "/review/ended/"
    end = shown(alices, "/review/ended/")
    assert "That was last night." in end
    assert "You kept two, put one off for later, let one go. One is on your list to act on:" in end
    assert 'href="/"' in text_of(alices.get("/review/ended/"))
    assert "another" not in end.lower()


def test_today_begins_one_where_there_are_ideas(alices: Client, bedside: Device) -> None:
    assert "How much to review" not in text_of(alices.get("/"))
    place_texts(bedside, TOMATOES)
    assert "How much to review" in text_of(alices.get("/"))


def test_what_was_let_go_is_out_of_sight_and_is_found_again(alices: Client, house: House) -> None:
    alices.post("/review/begin")
    press(alices, "let-go")
    gone = ReviewState.objects.get().idea
    assert gone.text not in text_of(alices.get("/"))
    assert gone.text in text_of(alices.get("/let-go/"))
    alices.post(f"/ideas/{gone.pk}/take-back")
    assert gone.text in text_of(alices.get("/"))
    assert gone.text not in text_of(alices.get("/let-go/"))


def test_what_was_let_go_before_is_on_the_next_page(
    alices: Client, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acts, "LET_GO_SHOWN", 1)
    alices.post("/review/begin")
    for _ in range(2):
        press(alices, "let-go")
    before, last = (state.idea.text for state in ReviewState.objects.order_by("seen_at"))
    page, older = text_of(alices.get("/let-go/")), text_of(alices.get("/let-go/?page=2"))
    assert (last in page, before in page, last in older, before in older) == (True, False, False, True)
    assert "?page=2" in page


def test_the_topic_is_said_in_the_same_click(alices: Client, house: House) -> None:
    alices.post("/review/begin")
    press(alices, "keep", topic=str(house.office.pk))
    press(alices, "keep", new="Balcony", topic=str(house.office.pk))
    topics = [state.idea.topic.name for state in ReviewState.objects.order_by("seen_at") if state.idea.topic]
    assert topics == ["Office", "Balcony"]


@pytest.mark.parametrize("topic", ["none", "00000000-0000-4000-8000-000000000000"])
def test_a_topic_that_is_gone_is_told_and_nothing_is_decided(alices: Client, house: House, topic: str) -> None:
    alices.post("/review/begin")
    press(alices, "keep", topic=topic)
    page = shown(alices)
    assert "That topic is not there any more. Nothing is decided yet." in page
    assert "1 of 5" in page
    assert not ReviewState.objects.exists()


def test_a_click_that_says_nothing_decides_nothing(alices: Client, house: House) -> None:
    alices.post("/review/begin")
    for fields in ({"decision": ""}, {"decision": "keep", "nonce": "guessed"}, {"decision": "keep", "turn": "²"}):
        alices.post("/review/decide", {**hidden_fields(alices), **fields})
    assert not ReviewState.objects.exists()
    assert "1 of 5" in shown(alices)


def test_the_second_page_is_told_what_was_decided(alices: Client, house: House) -> None:
    alices.post("/review/begin")
    two = [hidden_fields(alices) for _ in range(2)]
    assert two[0]["nonce"] != two[1]["nonce"]
    alices.post("/review/decide", {**two[0], "decision": "act"})
    alices.post("/review/decide", {**two[0], "decision": "act"})
    assert "another page" not in shown(alices)
    alices.post("/review/decide", {**two[1], "decision": "let-go"})
    page = shown(alices)
    assert "It was decided on another page already: it is on your list." in page
    assert "2 of 5" in page


def test_undone_to_the_beginning(alices: Client, house: House) -> None:
    alices.post("/review/begin", {"ideas": "5"})
    for decision in ("keep", "later", "act", "let-go", "keep"):
        press(alices, decision)
    made = ""
    for number in (5, 4, 3, 2, 1):
        page = text_of(alices.get("/review/ended/", follow=True))
        (made,) = re.findall(r'name="made" value="(\d+)"', page)
        alices.post("/review/undo", {"made": made})
        assert f"{number} of 5" in shown(alices)
    assert "Undo" not in shown(alices).replace("undo the one before", "")
    assert not ReviewState.objects.exists()
    alices.post("/review/undo", {"made": made})
    assert "Something was decided since, or it is undone already." in shown(alices)


def test_stopped_it_says_what_was_decided_and_the_rest_is_new(alices: Client, house: House) -> None:
    alices.post("/review/begin")
    press(alices, "keep")
    stale = hidden_fields(alices)
    assert "You kept one." in text_of(alices.post("/review/stop", follow=True))
    alices.post("/review/decide", {**stale, "decision": "act"})
    page = shown(alices)
    assert "This review was ended on another page. The idea is as it was." in page
    assert "Four new ideas." in page


def test_stopped_at_once_it_says_nothing(alices: Client, house: House) -> None:
    alices.post("/review/begin")
    answer: Any = alices.post("/review/stop", follow=True)
    assert answer.redirect_chain[-1][0] == "/"


def test_where_nothing_waits_it_is_quiet(alices: Client) -> None:
    assert "Nothing waits. It is quiet." in shown(alices)
    answer: Any = alices.post("/review/begin", {"minutes": "5"}, follow=True)
    assert "Nothing waits" in text_of(answer)


def test_many_at_once_are_offered_by_topic_and_by_day_or_to_rest(alices: Client, house: House, bedside: Device) -> None:
    place_texts(bedside, *(f"Plant more tomatoes in the garden in week {week}." for week in range(20)))
    page = text_of(alices.get("/review/"))
    assert "Much came in at once" in page
    alices.post("/review/begin", {"day": timezone.localdate().isoformat(), "ideas": "20"})
    assert "1 of 20" in shown(alices)
    alices.post("/review/begin", {"topic": str(house.office.pk)})
    assert "1 of 1" in shown(alices)
    alices.post("/review/stop")
    alices.post("/review/rest")
    assert "Nothing waits" in shown(alices)


def test_how_soon_and_how_often_is_said_in_its_menu(alices: Client, house: House) -> None:
    alices.post("/review/begin")
    assert "back in 8 days" in shown(alices)
    alices.post("/review/dial", {"dial": "sooner"})
    assert "back in 3 days" in shown(alices)
    alices.post(f"/topics/{house.garden.pk}/pace", {"pace": "seldom", "review": "yes"})
    assert "back in 6 days" in shown(alices)
    assert "Ask for this topic as often as for others" in shown(alices)
    for address in ("/review/dial", f"/topics/{house.garden.pk}/pace"):
        assert alices.post(address, {"dial": "never", "pace": "never"}).status_code == 302
    assert Topic.objects.get(pk=house.garden.pk).review_pace == "seldom"


def test_the_list_to_act_on_is_ticked_and_taken_along(alices: Client, house: House) -> None:
    alices.post("/review/begin")
    press(alices, "act", topic=str(house.office.pk))
    press(alices, "act")
    first = ReviewState.objects.order_by("seen_at")[0].idea
    assert "2 ideas to act on" in text_of(alices.get("/act/"))
    alices.post(f"/ideas/{first.pk}/done", {"done": "yes"})
    assert "One idea to act on" in text_of(alices.get("/act/"))
    saved = alices.get("/act/export", {"as": "md"})
    assert saved["Content-Type"] == "text/markdown; charset=utf-8"
    assert saved["Content-Disposition"] == 'attachment; filename="act.md"'
    lines = saved.content.decode().splitlines()
    assert lines[0] == "# To act on"
    assert lines[2].startswith("- [ ] ")
    assert lines[3].startswith(f"- [x] {first.text} (Office, ")
    assert alices.get("/act/export").content.decode().startswith("- ")
    alices.post(f"/ideas/{first.pk}/done", {"done": "no"})
    assert "2 ideas to act on" in text_of(alices.get("/act/"))


def test_an_idea_that_is_gone_meanwhile_is_told(alices: Client, house: House) -> None:
    alices.post("/review/begin")
    fields = hidden_fields(alices)
    session = ReviewSession.objects.get()
    turn = session.turns.get(pk=fields["turn"])
    turn.idea.memo.delete()
    alices.post("/review/decide", {**fields, "decision": "keep"})
    page = shown(alices)
    assert "That idea is not there any more." in page
    assert "1 of 4" in page


def test_bobs_review_and_what_became_of_his_ideas_are_his(alices: Client, alice: User, his_device: Device) -> None:
    place_texts(his_device, "The hippopotamus likes the river.", "Another hippopotamus sleeps in the river.")
    session = begin_or_resume(his_device.user)
    assert session
    first, second = session.turns.all()
    made = decide(first, Decision.ACT, uuid4()).made
    decide(second, Decision.LET_GO, uuid4())
    for address in ("/review/", "/review/ended/", "/act/", "/act/export", "/let-go/"):
        assert "hippopotamus" not in text_of(alices.get(address, follow=True)), address
    alices.post("/review/undo", {"made": str(made.pk)})
    alices.post("/review/decide", {"turn": str(first.pk), "nonce": str(uuid4()), "decision": "keep"})
    assert sorted(ReviewState.objects.values_list("decision", flat=True)) == ["act", "let-go"]


@pytest.fixture
def his_device(bob: User) -> Device:
    return Device.objects.create(user=bob, name="his", token_hash="0" * 64)


def test_moments_are_told_as_they_are_said() -> None:
    today = date(2026, 3, 7)
    assert describe_moment(datetime(2026, 3, 7, 4, 40), date(2026, 3, 6), today) == "Friday night, 4:40"
    assert describe_moment(datetime(2026, 3, 5, 14, 5), None, today) == "Thursday, 14:05"
    assert describe_moment(datetime(2026, 1, 5, 14, 5), None, today) == "5 January, 14:05"
    assert describe_moment(datetime(2025, 1, 5, 3, 5), date(2025, 1, 4), today) == "the night of 4 January 2025, 3:05"


def test_waits_and_ends_are_told_in_one_sentence() -> None:
    waits = [describe_wait(days) for days in (1, 8, 28, 48, 180, 365)]
    assert waits == [
        "back tomorrow",
        "back in 8 days",
        "back in about 4 weeks",
        "back in about 7 weeks",
        "back in about 6 months",
        "back in about 12 months",
    ]
    counts = {Decision.KEEP: 5, Decision.LATER: 2, Decision.LET_GO: 1, Decision.ACT: 1}
    assert describe_decisions(counts) == "You kept five, put two off for later, let one go."
    assert describe_decisions({Decision.ACT: 13}) == ""
    assert describe_acts(13) == "13 are on your list to act on:"
    assert describe_offer(1, 0) == "One new idea."
    assert describe_offer(0, 2) == "Two that have come round again."
    assert describe_offer(0, 0) == ""


def test_a_review_asks_the_database_as_often_whatever_there_is(alices: Client, house: House, bedside: Device) -> None:
    asked = []
    for more in (0, 12):
        place_texts(bedside, *(f"Plant more tomatoes in the garden in week {week}." for week in range(more)))
        alices.post("/review/stop")
        alices.post("/review/begin", {"ideas": "20"})
        alices.get("/review/")
        with CaptureQueriesContext(connection) as queries:
            alices.get("/review/")
        asked.append(len(queries))
    assert asked[0] == asked[1]
