"""The morning e-mail: when its reader said, only with something to say, never twice, ended by one click."""

import smtplib
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from capture.models import Device, User
from capture.services import delete_memo
from insights.models import Digest, DigestPlan, Idea
from insights.services import digests, place_next
from insights.services.digests import NoAddress, plan_of, preview, save_plan, send_due, unsubscribe
from tests.transcripts import placed, told

TOMATOES = "The tomatoes in the garden need more water."
MORE_TOMATOES = "Plant more tomatoes in the garden next spring."
BERLIN = ZoneInfo("Europe/Berlin")
SEVEN = datetime(2026, 7, 1, 7, 0, tzinfo=BERLIN)
Mails = list[EmailMultiAlternatives]


@pytest.fixture
def reader(alice: User, bedside: Device) -> User:
    """Alice, who wants the e-mail at seven in Berlin and has two new ideas."""
    User.objects.filter(pk=alice.pk).update(time_zone="Europe/Berlin")
    alice.refresh_from_db()
    placed(bedside, TOMATOES, MORE_TOMATOES)
    Idea.objects.update(placed_at=SEVEN - timedelta(hours=4))
    plan(alice)
    return alice


def plan(user: User, style: str = "words", since: datetime | None = None) -> DigestPlan:
    return DigestPlan.objects.update_or_create(
        user=user, defaults={"enabled": True, "hour": 7, "style": style, "since": since}
    )[0]


def test_it_comes_at_its_hour_and_not_before(reader: User, mailoutbox: Mails) -> None:
    assert send_due(SEVEN - timedelta(seconds=1)) == 0
    assert send_due(SEVEN) == 1
    assert [mail.to for mail in mailoutbox] == [[reader.email]]


def test_it_comes_once_a_day(reader: User, bedside: Device, mailoutbox: Mails) -> None:
    send_due(SEVEN)
    placed(bedside, "Water the garden and the tomatoes every evening.")
    Idea.objects.filter(text__startswith="Water").update(placed_at=SEVEN + timedelta(minutes=1))
    assert send_due(SEVEN + timedelta(hours=3)) == 0
    assert send_due(SEVEN + timedelta(days=1)) == 1
    first, second = mailoutbox
    assert "spring" in first.body
    assert "spring" not in second.body
    assert "every evening" in second.body


def test_with_nothing_to_say_nothing_is_sent(reader: User, mailoutbox: Mails) -> None:
    send_due(SEVEN)
    assert send_due(SEVEN + timedelta(days=1)) == 0
    assert len(mailoutbox) == 1
    assert Digest.objects.get(day=(SEVEN + timedelta(days=1)).date()).state == Digest.State.EMPTY


def test_nobody_gets_it_who_did_not_ask(reader: User, mailoutbox: Mails) -> None:
    DigestPlan.objects.all().delete()
    assert not plan_of(reader).enabled
    assert send_due(SEVEN) == 0
    assert mailoutbox == []


def test_a_machine_that_slept_sends_late(reader: User) -> None:
    assert send_due(SEVEN + timedelta(hours=9)) == 1


def test_turned_on_in_the_evening_it_waits_for_the_morning(reader: User) -> None:
    plan(reader, since=SEVEN + timedelta(hours=12))
    assert send_due(SEVEN + timedelta(hours=12)) == 0
    Idea.objects.update(placed_at=SEVEN + timedelta(hours=20))
    assert send_due(SEVEN + timedelta(days=1)) == 1


@given(day=st.dates(datetime(2026, 1, 1).date(), datetime(2027, 1, 1).date()), hour=st.integers(0, 23))
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"])
def test_through_the_year_the_slot_opens_once_a_day_at_its_hour(zone: str, day: object, hour: int) -> None:
    """Across both changes of the clocks: open at the end of the hour, shut a minute before it, ever after open."""
    here = ZoneInfo(zone)
    user = User(time_zone=zone)
    wanted = DigestPlan(user=user, hour=hour)
    midnight = datetime(day.year, day.month, day.day, tzinfo=here)  # type: ignore[attr-defined]
    steps = [midnight.astimezone(UTC) + timedelta(minutes=10 * n) for n in range(6 * 26)]
    today = [at for at in steps if at.astimezone(here).date() == day]
    is_open = [digests._slot_has_come(wanted, at) for at in today]
    assert is_open == sorted(is_open)
    assert is_open[-1]
    first = today[is_open.index(True)].astimezone(here)
    assert abs(first.hour - hour) <= 1


def test_text_and_html_hold_the_ideas_under_their_topic_with_links(reader: User, mailoutbox: Mails) -> None:
    send_due(SEVEN)
    (mail,) = mailoutbox
    html, kind = mail.alternatives[0]
    idea = Idea.objects.select_related("topic", "transcript").get(text=TOMATOES)
    assert kind == "text/html"
    for body in (mail.body, str(html)):
        assert TOMATOES in " ".join(body.split())
        assert idea.topic is not None
        assert idea.topic.name in body
        assert f"http://127.0.0.1:8000/memos/{idea.transcript.memo_id}/#idea-{idea.pk}" in body
    assert mail.subject == "2 new ideas"


def test_links_only_carries_no_word_of_what_was_said(reader: User, mailoutbox: Mails) -> None:
    plan(reader, style="links")
    topics = [idea.topic.name for idea in Idea.objects.select_related("topic") if idea.topic]
    assert topics
    send_due(SEVEN)
    (mail,) = mailoutbox
    whole = f"{mail.message().as_string()} {mail.body!s} {mail.alternatives[0][0]!s}".lower()
    for secret in ("tomato", "garden", "spring", *(name.lower() for name in topics)):
        assert secret not in whole
    assert str(Idea.objects.all()[0].pk) in whole


def test_one_click_ends_it(reader: User, mailoutbox: Mails) -> None:
    send_due(SEVEN)
    headers = mailoutbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    token = plan_of(reader).unsubscribe_token
    assert token in headers["List-Unsubscribe"]
    assert not unsubscribe("another")
    assert unsubscribe(token)
    Idea.objects.update(placed_at=SEVEN + timedelta(hours=20))
    assert send_due(SEVEN + timedelta(days=1)) == 0


def test_what_was_deleted_is_not_in_it(reader: User) -> None:
    for idea in Idea.objects.select_related("transcript__memo"):
        delete_memo(idea.memo)
    assert preview(reader) is None
    assert send_due(SEVEN) == 0


def test_hostile_words_stay_words(reader: User, mailoutbox: Mails) -> None:
    Idea.objects.filter(text=TOMATOES).update(text="<script>alert(1)</script> & co")
    send_due(SEVEN)
    assert "<script>" not in str(mailoutbox[0].alternatives[0][0])
    assert "<script>alert(1)</script> & co" in mailoutbox[0].body


def test_a_plan_needs_an_address(alice: User) -> None:
    alice.email = ""
    with pytest.raises(NoAddress):
        save_plan(alice, enabled=True, hour=7, style="links")
    assert not save_plan(alice, enabled=False, hour=7, style="links").enabled


class Refusing(EmailBackend):
    """A mail server that takes nothing."""

    def open(self) -> bool:
        """Refuse the connection."""
        raise ConnectionRefusedError


class Vanishing(EmailBackend):
    """A mail server that goes away while it is spoken to: it may have taken the mail."""

    def send_messages(self, messages: object) -> int:
        """Vanish."""
        raise smtplib.SMTPServerDisconnected


def test_a_mail_server_that_refuses_is_asked_again_and_nothing_is_lost(
    reader: User, settings: Settings, mailoutbox: Mails
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    assert send_due(SEVEN) == 0
    assert Digest.objects.get().state == Digest.State.FAILED
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_due(SEVEN + timedelta(seconds=30)) == 0
    assert send_due(SEVEN + timedelta(minutes=2)) == 1
    assert "spring" in mailoutbox[0].body


def test_where_it_is_not_known_it_is_not_sent_again_but_told_tomorrow(
    reader: User, settings: Settings, mailoutbox: Mails
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Vanishing"
    assert send_due(SEVEN) == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_due(SEVEN + timedelta(hours=1)) == 0
    assert send_due(SEVEN + timedelta(hours=24)) == 1
    assert "spring" in mailoutbox[0].body


@pytest.mark.django_db(transaction=True)
def test_two_clocks_that_ring_at_once_send_one(reader: User, mailoutbox: Mails) -> None:
    start = threading.Barrier(4)
    sent: list[int] = []

    def ring() -> None:
        start.wait()
        sent.append(send_due(SEVEN))
        connection.close()

    clocks = [threading.Thread(target=ring) for _ in range(4)]
    for clock in clocks:
        clock.start()
    for clock in clocks:
        clock.join()
    assert sum(sent) == len(mailoutbox) == 1


def test_what_is_placed_while_a_mail_is_written_stands_in_the_next_one_and_in_no_other(
    reader: User, bedside: Device, mailoutbox: Mails
) -> None:
    placed(bedside, "Water the garden and the tomatoes every evening.")
    Idea.objects.filter(text__startswith="Water").update(placed_at=SEVEN + timedelta(microseconds=1))
    send_due(SEVEN)
    send_due(SEVEN + timedelta(days=1))
    first, second = mailoutbox
    assert "every evening" not in first.body
    assert "every evening" in second.body
    assert "spring" in first.body
    assert "spring" not in second.body


@pytest.mark.django_db(transaction=True)
def test_a_mail_waits_for_a_placement_that_is_being_written(
    reader: User, bedside: Device, mailoutbox: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(bedside, "Water the garden and the tomatoes every evening.")
    inside, mail_began = threading.Event(), threading.Event()
    update = Idea.objects.bulk_update

    def slow(*arguments: Any, **named: Any) -> Any:
        inside.set()
        mail_began.wait(5)
        time.sleep(0.2)
        return update(*arguments, **named)

    def place_it() -> None:
        monkeypatch.setattr(type(Idea.objects), "bulk_update", lambda _self, *a, **n: slow(*a, **n))
        place_next()
        connection.close()

    placing = threading.Thread(target=place_it)
    placing.start()
    assert inside.wait(10)
    now = timezone.now()
    User.objects.filter(pk=reader.pk).update(time_zone="UTC")
    DigestPlan.objects.update(hour=0)
    mail_began.set()
    send_due(now)
    placing.join()
    assert "every evening" in mailoutbox[0].body
