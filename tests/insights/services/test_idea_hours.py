"""When ideas came, by the clock of their phones, and in which context."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client

from capture.models import Device, Memo, Sit, User
from insights.services.idea_hours import moments_since
from tests.support.pages import text_of
from tests.support.transcripts import place_texts

SATURDAY = datetime(2026, 11, 28, tzinfo=UTC)
SINCE = SATURDAY - timedelta(days=7)


def say_at(device: Device, at: datetime, **known: Any) -> None:
    (transcript,) = place_texts(device, "A small thought.")
    Memo.objects.filter(pk=transcript.memo_id).update(recorded_at=at, received_at=at, **known)


def test_the_hour_is_that_of_the_phone_and_the_context_that_which_holds(alice: User, bedside: Device) -> None:
    say_at(bedside, SATURDAY + timedelta(hours=3, minutes=30))
    say_at(bedside, SATURDAY + timedelta(hours=3), utc_offset=-300)
    say_at(bedside, SATURDAY + timedelta(hours=17), context="walk")
    say_at(bedside, SATURDAY + timedelta(hours=18), context="walk", context_by_hand="")
    say_at(bedside, SATURDAY + timedelta(hours=23), context="question")
    Sit.objects.create(user=alice, client_id="s", started_at=SATURDAY + timedelta(hours=7))
    say_at(bedside, SATURDAY + timedelta(hours=8))
    assert sorted(moments_since(alice, SINCE)) == [
        (4, 22.0, "night"),
        (5, 3.5, "night"),
        (5, 8.0, "sit"),
        (5, 17.0, "walk"),
        (5, 18.0, "other"),
        (5, 23.0, "night"),
    ]


def test_what_is_old_or_has_no_time_is_left_out(alice: User, bedside: Device, django_assert_num_queries: Any) -> None:
    say_at(bedside, SINCE - timedelta(hours=1))
    say_at(bedside, SATURDAY, date_assumed=True)
    with django_assert_num_queries(2):
        assert moments_since(alice, SINCE) == []


def test_the_page_has_sentence_picture_and_table(alices: Client, bedside: Device) -> None:
    assert "Nothing to show yet." in text_of(alices.get("/when/"))
    place_texts(bedside, "A small thought.")
    page = text_of(alices.get("/when/"))
    assert "too few yet" in page
    assert '<svg class="hours"' in page
    assert '<th scope="row">Monday</th>' in page


def test_nobody_meets_anothers_hours(alices: Client, bob: User) -> None:
    place_texts(Device.objects.create(user=bob, name="his", token_hash="x"), "A small thought.")
    assert "Nothing to show yet." in text_of(alices.get("/when/"))
