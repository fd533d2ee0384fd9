"""What hinders the service: one calm sentence each, where it is looked for, and one mail to whoever asked."""

import shutil
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from capture.models import Device, Memo, User
from config.ops.alert_mail import MIN_DURATION, send_alert_mails
from config.ops.alert_text import alert_text
from config.ops.alerts import user_alerts
from tests.support.transcripts import write_transcript
from transcription.models import State, Transcript

GB = 10**9


def kinds(user: User) -> list[str]:
    return [str(alert.code) for alert in user_alerts(user, timezone.now())]


@pytest.fixture
def waiting(bedside: Device) -> Memo:
    """A memo that nobody has written down for ten minutes."""
    transcript = write_transcript(bedside, "later")
    long_ago = timezone.now() - timedelta(minutes=10)
    Transcript.objects.filter(pk=transcript.pk).update(state=State.WAITING, due=long_ago, finished_at=None)
    return transcript.memo


def free(monkeypatch: pytest.MonkeyPatch, left: int) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr("config.ops.alerts.shutil.disk_usage", lambda _path: usage._replace(free=left))


def test_where_all_is_well_nothing_is_said(alice: User, bedside: Device) -> None:
    write_transcript(bedside, "done")
    assert kinds(alice) == []


def test_memos_that_wait_for_nobody_are_spoken_of(alice: User, waiting: Memo) -> None:
    (alert,) = user_alerts(alice, timezone.now())
    assert alert.code == "worker"
    assert "10\xa0minutes" in alert_text(alert)


def test_a_memo_without_a_transcript_waits_as_well(alice: User, waiting: Memo) -> None:
    Transcript.objects.all().delete()
    Memo.objects.update(received_at=timezone.now() - timedelta(minutes=6))
    assert kinds(alice) == ["worker"]
    Memo.objects.update(received_at=timezone.now() - timedelta(minutes=4))
    assert kinds(alice) == []


@pytest.mark.parametrize("others", [{"archive": True}, {"deleted_at": timezone.now()}])
def test_what_may_wait_is_no_trouble(alice: User, waiting: Memo, others: dict[str, Any]) -> None:
    Memo.objects.update(**others)
    assert kinds(alice) == []


def test_while_somebody_is_at_work_others_may_wait(alice: User, bedside: Device, waiting: Memo) -> None:
    at_work = write_transcript(bedside, "long")
    lease = timezone.now() + timedelta(minutes=1)
    Transcript.objects.filter(pk=at_work.pk).update(state=State.CLAIMED, lease=lease, finished_at=None)
    assert kinds(alice) == []
    Transcript.objects.filter(pk=at_work.pk).update(lease=timezone.now() - timedelta(minutes=1))
    assert kinds(alice) == ["worker"]


def test_a_missing_model_is_the_one_thing_said_of_memos_that_wait(alice: User, waiting: Memo, settings: Any) -> None:
    settings.WHISPER_MODEL = "/nowhere"
    assert kinds(alice) == ["model"]


@pytest.mark.parametrize(
    ("left", "says"), [(GB // 2, "refused below 1.0 GB"), (3 * GB // 2, "nearly full"), (3 * GB, "")]
)
def test_the_disk_is_spoken_of_before_it_is_full(
    alice: User, left: int, says: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DISK_RESERVE = GB
    free(monkeypatch, left)
    found = user_alerts(alice, timezone.now())
    assert bool(found) is bool(says)
    assert all(says in alert_text(alert) for alert in found)


def use_daily(device: Device, until: int) -> None:
    """Let a device have sent a memo a day, the last of them so many days ago."""
    now = timezone.now()
    for day in range(until, until + 10):
        memo = write_transcript(device, "daily").memo
        Memo.objects.filter(pk=memo.pk).update(received_at=now - timedelta(days=day))
    Device.objects.filter(pk=device.pk).update(last_seen=now - timedelta(days=until))


def test_a_phone_that_is_silent_for_unusually_long_is_named_to_its_user_alone(
    alice: User, bob: User, bedside: Device
) -> None:
    use_daily(bedside, until=5)
    Device.objects.update(held=3)
    (alert,) = user_alerts(alice, timezone.now())
    assert (alert.code, alert.about) == ("phone", str(bedside.pk))
    assert "“bedside”" in alert_text(alert)
    assert "It held 3 recordings then." in alert_text(alert)
    assert kinds(bob) == []
    Device.objects.update(revoked_at=timezone.now())
    assert kinds(alice) == []


def test_the_today_page_and_the_health_page_say_it(client: Client, alice: User, waiting: Memo) -> None:
    client.force_login(alice)
    for page in ("/", "/health/"):
        said = client.get(page).content.decode()
        assert said.count("Recordings have waited for") == 1
        assert said.count('id="trouble-worker"') == 1
        assert "All is well." not in said


def test_only_the_health_page_says_that_nothing_hinders_the_service(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert "All is well." in client.get("/health/").content.decode()
    assert "All is well." not in client.get("/").content.decode()


@pytest.fixture
def asked(alice: User) -> User:
    alice.trouble_mail = True
    alice.save()
    return alice


def test_one_mail_tells_of_what_lasts_and_one_more_when_it_comes_again(
    asked: User, bob: User, waiting: Memo, mailoutbox: list[Any]
) -> None:
    now = timezone.now()
    assert send_alert_mails(now) == 0
    assert [send_alert_mails(now + MIN_DURATION * n) for n in (1, 2, 3)] == [1, 0, 0]
    (letter,) = mailoutbox
    assert letter.to == [asked.email]
    assert "Recordings have waited for" in letter.body
    Transcript.objects.update(state=State.READY)
    assert send_alert_mails(now + MIN_DURATION * 4) == 0
    Transcript.objects.update(state=State.WAITING)
    assert [send_alert_mails(now + MIN_DURATION * n) for n in (5, 6, 7)] == [0, 1, 0]


def test_the_mail_is_in_the_language_of_its_reader(asked: User, waiting: Memo, mailoutbox: list[Any]) -> None:
    User.objects.filter(pk=asked.pk).update(page_language="de")
    now = timezone.now()
    assert [send_alert_mails(now + MIN_DURATION * n) for n in (0, 1)] == [0, 1]
    (letter,) = mailoutbox
    assert letter.subject == "Stillnote braucht einen Blick"
    assert "Aufnahmen warten seit" in letter.body


def test_what_passes_by_itself_is_no_mail(asked: User, waiting: Memo, mailoutbox: list[Any]) -> None:
    now = timezone.now()
    send_alert_mails(now)
    Transcript.objects.update(state=State.READY)
    send_alert_mails(now + MIN_DURATION)
    assert not mailoutbox


def test_a_mail_that_could_not_be_sent_is_sent_later(
    asked: User, waiting: Memo, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    send_alert_mails(now)
    with monkeypatch.context() as away:

        def refuse(*_arguments: Any, **_named: Any) -> None:
            raise ConnectionRefusedError

        away.setattr(mail.EmailMessage, "send", refuse)
        assert send_alert_mails(now + MIN_DURATION) == 0
    assert [send_alert_mails(now + MIN_DURATION * n) for n in (1.5, 2)] == [0, 1]


def test_nobody_who_did_not_ask_is_written_to(alice: User, waiting: Memo, mailoutbox: list[Any]) -> None:
    now = timezone.now()
    send_alert_mails(now)
    send_alert_mails(now + MIN_DURATION)
    assert not mailoutbox
