"""The morning e-mail: when its reader said, only with something to say, never twice, ended by one click."""

import smtplib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.mail.backends.locmem import EmailBackend
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from capture.models import Device, User
from capture.services.deletion import delete_memo
from insights.models import Digest, DigestPlan, Idea
from insights.services import digests
from insights.services.digests import NoAddress, plan_of, preview_digest, save_plan, send_due, turn_off_digest
from tests.support.digest_mails import SEVEN, Mails, enable_digest
from tests.support.pages import TOMATOES
from tests.support.transcripts import place_texts


def test_it_comes_at_its_hour_and_not_before(reader: User, mailoutbox: Mails) -> None:
    assert send_due(SEVEN - timedelta(seconds=1)) == 0
    assert send_due(SEVEN) == 1
    assert [mail.to for mail in mailoutbox] == [[reader.email]]


def test_it_comes_once_a_day(reader: User, bedside: Device, mailoutbox: Mails) -> None:
    send_due(SEVEN)
    place_texts(bedside, "Water the garden and the tomatoes every evening.")
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
    enable_digest(reader, since=SEVEN + timedelta(hours=12))
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


def test_what_waits_stands_there_as_to_place(reader: User, mailoutbox: Mails) -> None:
    Idea.objects.update(topic=None)
    send_due(SEVEN)
    assert "\nTo place\n" in mailoutbox[0].body


def test_links_only_carries_no_word_of_what_was_said(reader: User, mailoutbox: Mails) -> None:
    enable_digest(reader, style="links")
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
    assert not turn_off_digest("another")
    assert turn_off_digest(token)
    Idea.objects.update(placed_at=SEVEN + timedelta(hours=20))
    assert send_due(SEVEN + timedelta(days=1)) == 0


def test_what_was_deleted_is_not_in_it(reader: User) -> None:
    for idea in Idea.objects.select_related("transcript__memo"):
        delete_memo(idea.memo)
    assert preview_digest(reader) is None
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
    assert (Digest.objects.get().problem, Digest.objects.get().problem_values) == (
        Digest.Problem.REFUSED,
        {"error": "ConnectionRefusedError"},
    )
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_due(SEVEN + timedelta(seconds=30)) == 0
    assert send_due(SEVEN + timedelta(minutes=2)) == 1
    assert "spring" in mailoutbox[0].body


def test_where_it_is_not_known_it_is_not_sent_again_but_told_tomorrow(
    reader: User, settings: Settings, mailoutbox: Mails
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Vanishing"
    assert send_due(SEVEN) == 0
    assert Digest.objects.get().problem == Digest.Problem.UNCERTAIN
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_due(SEVEN + timedelta(hours=1)) == 0
    assert send_due(SEVEN + timedelta(hours=24)) == 1
    assert "spring" in mailoutbox[0].body
