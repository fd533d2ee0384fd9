"""The morning e-mail as a real SMTP server receives it: the order of Today, its picture with it, times as on pages."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import Settings

from capture.models import Device, Memo, MemoPeaks, User
from insights.core.review.choices import Decision
from insights.models import Digest, EveningQuestion, Idea, ReviewState
from insights.services.digests import preview_digest, send_due
from insights.services.ideas import move_idea
from insights.services.review import begin_or_resume, decide
from insights.services.topics import create_topic
from tests.support.digest_mails import enable_digest
from tests.support.smtp_mailbox import SmtpMailbox, smtp_server
from tests.support.transcripts import place_texts

SEVEN = datetime(2026, 11, 28, 7, tzinfo=UTC)
BEFORE = SEVEN - timedelta(days=1)
EVENING = SEVEN - timedelta(hours=8, minutes=27)
HAND = "How does a hand let go?"
ANSWER, NOVEL, DAY, OLD = (
    "There is a tremble in the skin.",
    "The keeper counts the waves at night.",
    "Buy rye flour at the mill.",
    "A glove for a week.",
)


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[SmtpMailbox]:
    with smtp_server() as (port, received):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", port, False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        yield received


def say_at(device: Device, at: datetime, text: str, topic: str = "") -> Idea:
    (transcript,) = place_texts(device, text)
    Memo.objects.filter(pk=transcript.memo_id).update(recorded_at=at, received_at=at)
    MemoPeaks.objects.create(memo=transcript.memo, levels=bytes([200]) * 100)
    idea = Idea.objects.get(transcript=transcript)
    move_idea(idea, create_topic(device.user, topic) if topic else None)
    Idea.objects.filter(pk=idea.pk).update(placed_at=min(at, SEVEN) + timedelta(minutes=1))
    return idea


@pytest.fixture
def night(alice: User, bedside: Device) -> User:
    """Alice, who asked and slept: an answer, an idea of before, one of the day, and an old one that is back."""
    old = say_at(bedside, SEVEN - timedelta(days=40), OLD)
    session = begin_or_resume(alice)
    if session:
        decide(session.turns.get(idea=old), Decision.LATER, uuid4())
    ReviewState.objects.update_or_create(
        idea=old,
        defaults={"user": alice, "decision": Decision.LATER, "seen_at": timezone.now(), "due_at": SEVEN},
    )
    say_at(bedside, SEVEN - timedelta(hours=12), DAY)
    say_at(bedside, EVENING - timedelta(minutes=20), NOVEL, "The lighthouse")
    EveningQuestion.objects.create(user=alice, evening=EVENING.date(), text=HAND, asked_at=EVENING, former={})
    say_at(bedside, EVENING + timedelta(hours=4, minutes=52), ANSWER, "Grip")
    enable_digest(alice)
    return alice


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body
    return " ".join(str(body.get_content()).split())


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_it_has_the_order_of_today(night: User, mailbox: SmtpMailbox, kind: str) -> None:
    assert send_due(SEVEN) == 1
    told = part(mailbox.messages[0], kind)
    order = ["Two ideas from last night", "You asked at 22:33", HAND, ANSWER, "The lighthouse", NOVEL, "By day", DAY]
    places = [told.index(one) for one in (*order, "One come round again", OLD)]
    assert places == sorted(places)
    assert told.count(ANSWER) == 1


def test_times_are_written_as_on_pages(night: User, mailbox: SmtpMailbox) -> None:
    send_due(SEVEN)
    for kind in ("plain", "html"):
        told = part(mailbox.messages[0], kind)
        assert "3:25" in told
        assert "03:25" not in told
        assert "Fri 27 Nov, 19:00" in told


def test_its_picture_comes_with_it_and_nothing_is_fetched(night: User, mailbox: SmtpMailbox) -> None:
    send_due(SEVEN)
    (mail,) = mailbox.messages
    (image,) = [one for one in mail.walk() if one.get_content_type() == "image/png"]
    assert mail.get_content_type() == "multipart/related"
    assert image["Content-ID"] == "<night>"
    assert image.get_content().startswith(b"\x89PNG")
    html = part(mail, "html")
    assert 'src="cid:night"' in html
    assert "two recordings, at 22:13, 3:25" in html
    assert "<img" not in html.replace('<img src="cid:night"', "")
    assert "<script" not in html
    assert "<link" not in html


def test_links_alone_say_neither_question_nor_words_nor_voice(night: User, mailbox: SmtpMailbox) -> None:
    enable_digest(night, style="links")
    send_due(SEVEN)
    (mail,) = mailbox.messages
    whole = mail.as_string() + part(mail, "plain") + part(mail, "html")
    for secret in (HAND, ANSWER, NOVEL, DAY, OLD, "lighthouse", "image/png"):
        assert secret not in whole
    assert part(mail, "plain").count("/memos/") == part(mail, "html").count("/memos/") == 3


def test_a_day_without_a_night_says_how_many_are_new(alice: User, bedside: Device, mailbox: SmtpMailbox) -> None:
    Digest.objects.create(
        user=alice, day=SEVEN - timedelta(days=1), state=Digest.State.SENT, covers_until=BEFORE, tried_at=BEFORE
    )
    say_at(bedside, SEVEN - timedelta(hours=12), DAY)
    enable_digest(alice)
    send_due(SEVEN)
    told = part(mailbox.messages[0], "html")
    assert "One new idea since the last e-mail." in told
    assert "By day" not in told
    assert "image" not in [one.get_content_maintype() for one in mailbox.messages[0].walk()]


def test_the_first_one_speaks_of_none_before_it(alice: User, bedside: Device, mailbox: SmtpMailbox) -> None:
    say_at(bedside, SEVEN - timedelta(hours=12), DAY)
    enable_digest(alice)
    send_due(SEVEN)
    for kind in ("html", "plain"):
        told = part(mailbox.messages[0], kind)
        assert "One new idea." in told
        assert "last e-mail" not in told


def test_a_page_shows_it_with_its_picture_in_it(night: User, monkeypatch: Any) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: SEVEN)
    letter = preview_digest(night)
    assert letter
    assert "cid:" not in letter.html_by_itself
    assert "data:image/png;base64,iVBOR" in letter.html_by_itself
