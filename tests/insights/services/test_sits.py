"""Sits as their page shows them: when, how long, what came up, and a retreat as one."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from capture.models import Device, Memo, Sit, User
from insights.services.sits import sit_days, sits_on
from tests.support.pages import text_of
from tests.support.transcripts import place_texts

SATURDAY = datetime(2026, 11, 28, 7, tzinfo=UTC)
CHAIR = "There is a room behind the noise and it has a chair."


def sit_at(user: User, began: datetime, minutes: int | None = 30) -> Sit:
    ended = None if minutes is None else began + timedelta(minutes=minutes)
    return Sit.objects.create(user=user, client_id=str(began), started_at=began, ended_at=ended)


def say_at(device: Device, at: datetime, text: str) -> None:
    (transcript,) = place_texts(device, text)
    Memo.objects.filter(pk=transcript.memo_id).update(recorded_at=at, received_at=at)


def came_up(user: User) -> list[list[str]]:
    """Return what came up in each sit, in order."""
    days = sit_days(user)[::-1]
    sat = sits_on(user, days)
    return [[idea.text for idea in one.ideas] for span in days for day in sat[span] for one in day.sits]


def test_what_was_said_within_a_sit_came_up_in_it(alice: User, bedside: Device) -> None:
    sit_at(alice, SATURDAY)
    sit_at(alice, SATURDAY + timedelta(hours=5))
    say_at(bedside, SATURDAY + timedelta(minutes=10), CHAIR)
    say_at(bedside, SATURDAY + timedelta(minutes=40), "Buy rye flour at the mill.")
    assert came_up(alice) == [[CHAIR], []]


def test_where_a_person_said_that_it_was_is_believed(alice: User, bedside: Device) -> None:
    sit_at(alice, SATURDAY)
    say_at(bedside, SATURDAY + timedelta(minutes=10), CHAIR)
    for said, expected in (("walk", [[]]), ("", [[]]), ("sit", [[CHAIR]]), (None, [[CHAIR]])):
        Memo.objects.update(context_by_hand=said)
        assert came_up(alice) == expected


def test_a_sit_whose_end_never_came_is_over_after_three_hours(alice: User, bedside: Device) -> None:
    sit = sit_at(alice, SATURDAY, None)
    say_at(bedside, SATURDAY + timedelta(hours=2), CHAIR)
    say_at(bedside, SATURDAY + timedelta(hours=4), "Buy rye flour at the mill.")
    assert came_up(alice) == [[CHAIR]]
    assert sit.minutes is None


def test_a_sit_that_may_still_last_is_not_called_one_whose_end_was_not_told(alice: User, alices: Client) -> None:
    sit_at(alice, timezone.now() - timedelta(minutes=5), None)
    assert "its end is not told yet" in text_of(alices.get("/sits/"))
    Sit.objects.update(started_at=timezone.now() - timedelta(hours=4))
    assert "its end was not told" in text_of(alices.get("/sits/"))


def test_it_takes_as_many_queries_however_many_sits(
    alice: User, bedside: Device, django_assert_num_queries: Any
) -> None:
    for day in range(5):
        sit_at(alice, SATURDAY - timedelta(days=day))
        say_at(bedside, SATURDAY + timedelta(minutes=10) - timedelta(days=day), CHAIR)
        with django_assert_num_queries(4):
            assert came_up(alice) == [[CHAIR]] * (day + 1)


def test_the_page_says_when_how_long_and_what_and_counts_nothing_together(
    alices: Client, alice: User, bedside: Device
) -> None:
    sit_at(alice, SATURDAY)
    say_at(bedside, SATURDAY + timedelta(minutes=10), CHAIR)
    page = text_of(alices.get("/sits/"))
    assert page.index("Saturday 28 November 2026") < page.index("7:00") < page.index("30 minutes") < page.index(CHAIR)


def test_a_retreat_is_one_page_of_its_days(alices: Client, alice: User, bedside: Device) -> None:
    for day in range(3):
        for hour in range(5):
            sit_at(alice, SATURDAY + timedelta(days=day, hours=hour))
    say_at(bedside, SATURDAY + timedelta(days=1, minutes=5), CHAIR)
    page = text_of(alices.get("/sits/"))
    assert "A retreat, from 28 November to 30 November 2026" in page
    assert CHAIR not in page
    retreat = text_of(alices.get("/sits/?retreat=2026-11-28"))
    assert retreat.index("Saturday 28 November") < retreat.index("Sunday 29 November") < retreat.index(CHAIR)


def test_nobody_meets_anothers_sits(alices: Client, bob: User) -> None:
    sit_at(bob, SATURDAY)
    assert "28 November" not in text_of(alices.get("/sits/"))
    for asked in ("2026-11-28", "never"):
        assert alices.get(f"/sits/?retreat={asked}").status_code == 404
