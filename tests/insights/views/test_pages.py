"""What a person reads, and does there by hand."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from capture.models import Device, Memo, User
from insights.models import Author, Correction, DigestPlan, Idea, Topic
from insights.services.place_ideas import place_next_transcript
from tests.support.pages import LECTURE, TOMATOES, idea, text_of
from tests.support.transcripts import place_texts, write_transcript
from transcription.models import State, Transcript


def test_today_shows_what_came_in_and_what_is_under_way(alices: Client, garden: Topic, bedside: Device) -> None:
    under_way = write_transcript(bedside, "later")
    Transcript.objects.filter(pk=under_way.pk).update(state=State.WAITING)
    silent = write_transcript(bedside, "")
    Transcript.objects.filter(pk=silent.pk).update(state=State.NO_SPEECH)
    page = text_of(alices.get("/"))
    assert page.index(garden.name) < page.index(TOMATOES)
    assert LECTURE in page
    assert "One recording is still being written down." in page
    assert "One recording in which nobody speaks" in page


def test_each_idea_has_a_menu_of_its_own_in_the_language_of_its_person(alices: Client, garden: Topic) -> None:
    for language, hear_it in (("en", "Hear it"), ("de", "Anhören")):
        User.objects.update(page_language=language)
        page = text_of(alices.get("/?q=1&amp"))
        assert hear_it in page
        for one in Idea.objects.all():
            row = page[page.index(f'id="idea-{one.pk}"') :].split("</li>")[0]
            keys = set(re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", row))
            assert keys <= {str(one.pk), str(one.transcript.memo_id), str(one.topic_id)}
            assert f"/ideas/{one.pk}/move?back=/%3Fq%3D1%26amp" in row
            assert f'href="/memos/{one.transcript.memo_id}/"' in row


def test_a_memo_without_a_transcript_is_under_way_as_well(alices: Client, bedside: Device) -> None:
    memo = write_transcript(bedside, "x").memo
    Transcript.objects.all().delete()
    assert "One recording is still being written down." in text_of(alices.get("/"))
    assert "It is being written down." in text_of(alices.get(f"/memos/{memo.pk}/"))


def test_a_memo_whose_ideas_have_no_place_yet_is_under_way_as_well(alices: Client, bedside: Device) -> None:
    write_transcript(bedside, TOMATOES)
    page = text_of(alices.get("/"))
    assert "One recording is still being written down." in page
    assert 'hx-trigger="every 3s"' in page
    place_next_transcript()
    assert 'hx-trigger="every 3s"' not in text_of(alices.get("/"))


def test_a_missing_model_is_named_with_what_to_type(alices: Client, settings: Any, tmp_path: Any) -> None:
    settings.WHISPER_MODEL = str(tmp_path)
    assert f"There is no Whisper model in {tmp_path}" in text_of(alices.get("/"))


def test_a_person_makes_a_topic_and_moves_an_idea_there(alices: Client, garden: Topic) -> None:
    made = alices.post("/topics/new", {"name": "Teaching"})["Location"]
    teaching = Topic.objects.get(name="Teaching")
    assert made == f"/topics/{teaching.pk}/"
    lecture = idea("Begin")
    assert "Teaching" in text_of(alices.get(f"/ideas/{lecture.pk}/move"))
    moved = alices.post(f"/ideas/{lecture.pk}/move", {"topic": str(teaching.pk), "back": made})
    assert moved["Location"] == made
    assert LECTURE in text_of(alices.get(made))
    assert list(Correction.objects.values_list("kind", flat=True).order_by("pk")) == ["created", "moved"]


def test_where_it_goes_back_to_is_one_of_our_own_pages(alices: Client, garden: Topic) -> None:
    lecture = idea("Begin")
    for elsewhere in ("https://example.org/", "//example.org", "javascript:alert(1)", ""):
        moved = alices.post(f"/ideas/{lecture.pk}/move", {"topic": "none", "back": elsewhere})
        assert moved["Location"] == f"/memos/{lecture.transcript.memo_id}/"


def test_htmx_gets_the_idea_alone(alices: Client, garden: Topic) -> None:
    lecture = idea("Begin")
    part = text_of(alices.post(f"/ideas/{lecture.pk}/move", {"topic": str(garden.pk)}, headers={"HX-Request": "true"}))
    assert part.startswith("<li")
    assert garden.name in part


@pytest.mark.parametrize("topic", ["nonsense", "7c1bc771-8ce1-4cdd-8f73-c6ab03162652"])
def test_a_topic_that_is_not_there_is_not_moved_to(alices: Client, garden: Topic, topic: str) -> None:
    lecture = idea("Begin")
    assert alices.post(f"/ideas/{lecture.pk}/move", {"topic": topic}).status_code == 404
    assert not Correction.objects.exists()


def test_the_likeliest_topics_are_offered_first_and_one_tap_confirms(alices: Client, garden: Topic) -> None:
    shown = idea("The tomatoes")
    page = text_of(alices.get(f"/ideas/{shown.pk}/move"))
    assert f'<button class="yes" name="topic" value="{garden.pk}">Yes, {garden.name}</button>' in page
    alices.post(f"/ideas/{shown.pk}/move", {"topic": str(garden.pk)})
    assert Correction.objects.get().kind == "confirmed"
    assert idea("The tomatoes").placed_by == Author.PERSON


def test_an_idea_is_moved_to_a_topic_that_is_made_for_it(alices: Client, garden: Topic) -> None:
    lecture = idea("Begin")
    alices.post(f"/ideas/{lecture.pk}/move", {"topic": "", "new": "Lectures"})
    assert idea("Begin").topic == Topic.objects.get(name="Lectures")
    refused = alices.post(f"/ideas/{lecture.pk}/move", {"topic": "", "new": garden.name}, follow=True)
    assert "note error" in text_of(refused)
    htmx = {"HX-Request": "true"}
    address = f"/ideas/{lecture.pk}/move"
    refused = alices.post(address, {"topic": "", "new": garden.name}, headers=htmx)
    assert refused["HX-Redirect"] == address, "the form would stand in the place of the idea, and say nothing"
    assert "note error" in text_of(alices.get(address))


@pytest.mark.parametrize("form", [{}, {"topic": ""}, {"topic": "", "new": "  "}])
def test_a_move_with_nothing_chosen_changes_nothing_and_says_so(
    alices: Client, garden: Topic, form: dict[str, str]
) -> None:
    lecture = idea("Begin")
    Idea.objects.filter(pk=lecture.pk).update(topic=None, placed_by=Author.MACHINE)
    address = f"/ideas/{lecture.pk}/move"
    assert '<option value="">choose one</option>' in text_of(alices.get(address))
    assert "Choose a topic, or name a new one." in text_of(alices.post(address, form, follow=True))
    assert alices.post(address, form, headers={"HX-Request": "true"})["HX-Redirect"] == address
    assert not Correction.objects.exists()
    assert idea("Begin").placed_by != Author.PERSON
    alices.post(address, {"topic": "none"})
    assert idea("Begin").placed_by == Author.PERSON


def test_an_idea_is_taken_out_of_where_it_does_not_belong(alices: Client, garden: Topic) -> None:
    shown = idea("The tomatoes")
    alices.post(f"/ideas/{shown.pk}/not-here")
    assert idea("The tomatoes").topic is None
    assert Correction.objects.get().kind == "not-this"


def test_an_idea_is_not_taken_out_of_where_it_was_moved_meanwhile(alices: Client, garden: Topic) -> None:
    shown = idea("The tomatoes")
    alices.post(f"/ideas/{shown.pk}/move", {"new": "Balcony"})
    answer = alices.post(f"/ideas/{shown.pk}/not-here", {"topic": str(garden.pk)}, follow=True)
    assert "It was moved meanwhile." in text_of(answer)
    balcony = idea("The tomatoes").topic
    assert balcony is not None
    assert balcony.name == "Balcony"
    alices.post(f"/ideas/{shown.pk}/not-here", {"topic": str(balcony.pk)})
    assert idea("The tomatoes").topic is None


def test_topics_are_merged_and_deleted_by_hand(alices: Client, garden: Topic) -> None:
    alices.post("/topics/new", {"name": "Balcony", "sentence": "All that grows there."})
    balcony = Topic.objects.get(name="Balcony")
    assert "All that grows there." in text_of(alices.get(f"/topics/{balcony.pk}/"))
    alices.post(f"/topics/{balcony.pk}/merge", {"other": str(garden.pk)})
    assert idea("The tomatoes").topic == balcony
    assert alices.get(f"/topics/{garden.pk}/").status_code == 404
    assert alices.post(f"/topics/{balcony.pk}/merge", {"other": "nonsense"}).status_code == 404
    alices.post(f"/topics/{balcony.pk}/delete")
    assert idea("The tomatoes").topic is None
    assert f"/topics/{balcony.pk}/" not in text_of(alices.get("/topics/"))


def test_a_name_that_a_person_gave_stays(alices: Client, garden: Topic, bedside: Device) -> None:
    alices.post(f"/topics/{garden.pk}/rename", {"name": "Balcony"})
    place_texts(bedside, "Water the tomatoes in the garden every evening.")
    garden.refresh_from_db()
    assert (garden.name, garden.named_by) == ("Balcony", Author.PERSON)
    assert "Balcony" in text_of(alices.get("/topics/"))


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_a_name_that_cannot_be_is_refused_in_a_sentence(alices: Client, garden: Topic, name: str) -> None:
    for address in ("/topics/new", f"/topics/{garden.pk}/rename"):
        page = alices.post(address, {"name": name}, follow=True)
        assert page.status_code == 200
        assert "note error" in text_of(page)
    assert Topic.objects.get().name == garden.name


def test_a_name_that_is_taken_is_refused(alices: Client, garden: Topic) -> None:
    page = alices.post("/topics/new", {"name": garden.name.upper()}, follow=True)
    assert "note error" in text_of(page)
    assert Topic.objects.count() == 1


def test_a_memo_is_read_word_for_word_with_its_times(alices: Client, garden: Topic) -> None:
    shown = idea("The tomatoes")
    page = text_of(alices.get(f"/memos/{shown.transcript.memo_id}/"))
    assert 'data-start="0.00"' in page
    assert f"/memos/{shown.transcript.memo_id}/audio#t=0.00," in page
    assert garden.name in page


def test_an_idea_of_another_year_says_so(alices: Client, garden: Topic) -> None:
    memo = idea("The tomatoes").memo
    page = f"/topics/{garden.pk}/"
    this_year = timezone.localtime().replace(month=1, day=1, hour=3, minute=12)
    Memo.objects.filter(pk=memo.pk).update(recorded_at=this_year)
    assert f"{this_year:%a} 1 Jan, 3:12" in text_of(alices.get(page))
    Memo.objects.filter(pk=memo.pk).update(recorded_at=this_year.replace(year=2021))
    assert "Fri 1 Jan 2021, 3:12" in text_of(alices.get(page))


def test_a_deleted_memo_is_gone_from_every_page_and_can_be_brought_back(alices: Client, garden: Topic) -> None:
    memo = idea("The tomatoes").transcript.memo
    assert "Bring it back" in text_of(alices.post(f"/memos/{memo.pk}/delete"))
    for address in ("/", f"/topics/{garden.pk}/", f"/memos/{memo.pk}/", "/digest/"):
        assert TOMATOES not in text_of(alices.get(address))
    assert alices.post(f"/memos/{memo.pk}/restore")["Location"] == f"/memos/{memo.pk}/"
    assert TOMATOES in text_of(alices.get(f"/topics/{garden.pk}/"))


def test_what_is_deleted_is_asked_for_first_and_what_goes_is_said(alices: Client, garden: Topic) -> None:
    memo = idea("The tomatoes").transcript.memo
    page = text_of(alices.get(f"/memos/{memo.pk}/"))
    assert f'<a class="danger" href="/memos/{memo.pk}/delete" data-asks>' in page
    asked = text_of(alices.get(f"/memos/{memo.pk}/delete"))
    assert '<dialog open class="dialog"' in asked
    assert "Delete this recording?" in asked
    assert "Its sound, its words and its idea go. For 10 minutes you can bring it back" in asked
    assert f'href="/memos/{memo.pk}/" data-keeps autofocus' in asked
    assert f"Delete “{garden.name}”?" in text_of(alices.get(f"/topics/{garden.pk}/delete"))
    assert Memo.objects.get(pk=memo.pk).deleted_at is None
    assert Topic.objects.live().filter(pk=garden.pk).exists()


def test_one_that_failed_is_tried_again_by_hand(alices: Client, bedside: Device) -> None:
    failed = write_transcript(bedside, "x")
    Transcript.objects.filter(pk=failed.pk).update(state=State.FAILED, error="It cannot be read.")
    assert "It cannot be read." in text_of(alices.get(f"/memos/{failed.memo_id}/"))
    alices.post(f"/memos/{failed.memo_id}/retry")
    failed.refresh_from_db()
    assert failed.state == State.WAITING


def test_the_mail_is_turned_on_by_one_line_and_off_by_one_click(alices: Client, alice: User, client: Client) -> None:
    alices.post("/digest/settings", {"enabled": "on", "hour": "6", "style": "links"})
    plan = DigestPlan.objects.get(user=alice)
    assert (plan.enabled, plan.hour, plan.style) == (True, 6, "links")
    address = f"/digest/unsubscribe/{plan.unsubscribe_token}/"
    assert client.get(address).status_code == 200
    plan.refresh_from_db()
    assert plan.enabled, "a mail program that looks at links must not end it"
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    plan.refresh_from_db()
    assert not plan.enabled


@pytest.mark.parametrize("wrong", [{"hour": "24"}, {"hour": "six"}, {"style": "songs"}])
def test_a_time_that_is_none_is_refused(alices: Client, alice: User, wrong: dict[str, str]) -> None:
    answer = alices.post("/digest/settings", {"enabled": "on", "hour": "6", "style": "links"} | wrong, follow=True)
    assert "note error" in text_of(answer)
    assert not DigestPlan.objects.filter(enabled=True).exists()


def test_pages_ask_the_database_the_same_number_of_questions_however_many_ideas(
    alices: Client, garden: Topic, bedside: Device, django_assert_max_num_queries: Any
) -> None:
    place_texts(bedside, *(f"Water the tomatoes in the garden on day {number}." for number in range(12)))
    memo = Memo.objects.order_by("received_at").first()
    assert memo
    alices.get("/health/")  # the first page of a log-in, and one an hour, writes down the browser
    for address in ("/", "/topics/", f"/topics/{garden.pk}/", f"/memos/{memo.pk}/"):
        with django_assert_max_num_queries(18):
            alices.get(address)


def test_the_preview_shows_the_mail_itself(alices: Client, alice: User, garden: Topic) -> None:
    alices.post("/digest/settings", {"enabled": "on", "hour": "6", "style": "words"})
    frames: list[str] = []

    class Frames(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            frames.extend(value or "" for name, value in attrs if name == "srcdoc")

    Frames().feed(text_of(alices.get("/digest/")))
    (mail,) = frames
    assert TOMATOES in mail
    assert mail.rstrip().endswith("</html>")


def test_the_mail_that_stays_off_is_not_called_turned_off(alices: Client) -> None:
    """On Today, whoever opens "Have this sent to you each morning" finds it ticked."""
    assert re.search(r'name="enabled" checked', text_of(alices.get("/")))
    assert not re.search(r'name="enabled" checked', text_of(alices.get("/settings/")))
    off = {"hour": "6", "style": "links"}
    assert "stays off: tick “Send it”" in text_of(alices.post("/digest/settings", off, follow=True))
    assert "The e-mail is on." in text_of(alices.post("/digest/settings", off | {"enabled": "on"}, follow=True))
    assert "The e-mail is off." in text_of(alices.post("/digest/settings", off, follow=True))


@pytest.mark.parametrize("address", ["/", "/settings/", "/digest/"])
def test_a_mail_that_reaches_nobody_is_told_where_it_is_turned_on(
    alices: Client, settings: Settings, address: str, tmp_path: Path
) -> None:
    settings.EMAIL_FILE_PATH = tmp_path
    page = text_of(alices.get(address))
    assert "No mail server is set yet (EMAIL_URL)" in page
    assert str(tmp_path) not in page
    settings.EMAIL_FILE_PATH = None
    assert "No mail server" not in text_of(alices.get(address))
