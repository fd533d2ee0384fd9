"""A mailbox on a real server, Dovecot's, is read: what becomes of each mail."""

import errno
import logging
import os
from typing import Any

import pytest
from django.conf import settings as current

from capture.models import Memo, User
from capture.sources.mail import imap as reading
from capture.sources.mail.addresses import create_mail_address
from capture.sources.mail.imap import count_mailbox
from capture.sources.mail.ingest import MailOutcome, ingest_mail
from capture.tasks import read_mailbox
from tests.support.data_folder import failing
from tests.support.dovecot import Mailbox
from tests.support.mails import M4A, OGG, POISON, TEXT, forwarded, from_android, from_ios, mail

ADDRESS = "memos+{secret}@example.org"
KEPT, ASIDE, LEFT, NEW = {"Stillnote", r"\Seen"}, {"StillnoteAside"}, {"StillnoteLeft"}, set[str]()


@pytest.fixture(autouse=True)
def _mail_comes_in(settings: Any, request: pytest.FixtureRequest) -> None:
    settings.MAILIN_ADDRESS = ADDRESS
    if "mailbox" in request.fixturenames:
        settings.MAILIN_URL = request.getfixturevalue("mailbox").url


@pytest.fixture
def to_alice(alice: User) -> str:
    return create_mail_address(alice)


def test_what_is_mailed_becomes_memos_and_is_marked(mailbox: Mailbox, to_alice: str, alice: User) -> None:
    several = mail(to_alice, OGG + b"1", OGG + b"2", message_id="<several@phone>")
    for raw in (from_ios(to_alice, M4A), from_android(to_alice, OGG), forwarded(to_alice, OGG + b"3"), bytes(several)):
        mailbox.deliver(raw)
    assert read_mailbox() is False
    assert Memo.objects.filter(user=alice, source="mail").count() == 5
    assert mailbox.flags() == [KEPT] * 4
    assert count_mailbox() == (4, 0, 0)


def test_what_is_not_ours_stays_as_it_is_unread(mailbox: Mailbox, to_alice: str) -> None:
    mailbox.deliver(bytes(mail(to_alice)))
    mailbox.deliver(from_ios("somebody@example.org", M4A))
    mailbox.deliver(from_ios(ADDRESS.format(secret="a" * 24), M4A))
    read_mailbox()
    assert mailbox.flags() == [LEFT] * 3
    assert not Memo.objects.exists()
    assert count_mailbox() == (0, 0, 3)


def test_a_mail_that_cannot_be_taken_is_put_aside_and_the_next_one_taken(
    mailbox: Mailbox, to_alice: str, settings: Any
) -> None:
    settings.MAX_UPLOAD = 4000
    mailbox.deliver(from_ios(to_alice, M4A * 2))
    mailbox.deliver(from_ios(to_alice, M4A))
    read_mailbox()
    assert mailbox.flags() == [ASIDE, KEPT]


def test_a_mail_that_nobody_can_take_apart_holds_no_other_up(mailbox: Mailbox, to_alice: str) -> None:
    """Whoever sent it need not know any address: the mailbox's own is enough."""
    mailbox.deliver(POISON + b"\r\n")
    mailbox.deliver(f"To: {to_alice}\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n".encode() + POISON)
    mailbox.deliver(from_ios(to_alice, M4A))
    read_mailbox()
    assert mailbox.flags() == [ASIDE, ASIDE, KEPT]


def test_too_large_a_mail_is_not_even_fetched(mailbox: Mailbox, to_alice: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "is_too_large", lambda size: size > 3000)
    monkeypatch.setattr(reading, "_fetch_mail", lambda *_: pytest.fail("it was fetched"))
    mailbox.deliver(from_ios(to_alice, M4A))
    read_mailbox()
    assert mailbox.flags() == [ASIDE]


def test_a_mail_that_comes_empty_is_read_again(
    mailbox: Mailbox, to_alice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox.deliver(from_ios(to_alice, M4A))
    with monkeypatch.context() as hiccup:
        hiccup.setattr(reading, "_fetch_mail", lambda *_: b"")
        read_mailbox()
    assert mailbox.flags() == [NEW]
    read_mailbox()
    assert mailbox.flags() == [KEPT]


def test_without_room_mails_wait_unmarked_and_are_fetched_once_a_round(
    mailbox: Mailbox, to_alice: str, bob: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[str] = []
    whole = reading._fetch_mail

    def counting(box: Any, uid: str) -> bytes:
        fetched.append(uid)
        return whole(box, uid)

    monkeypatch.setattr(reading, "_fetch_mail", counting)
    settings.DISK_RESERVE = 10**18
    for number in range(3):
        mailbox.deliver(bytes(mail(to_alice, OGG + bytes([number]), message_id=f"<{number}@phone>")))
    mailbox.deliver(bytes(mail(create_mail_address(bob), OGG, message_id="<4@phone>")))
    read_mailbox()
    assert mailbox.flags() == [NEW] * 4
    assert len(fetched) == 2
    settings.DISK_RESERVE = 0
    read_mailbox()
    assert mailbox.flags() == [KEPT] * 4
    assert Memo.objects.count() == 4


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_a_disk_that_fails_leaves_mails_unmarked_and_the_next_round_takes_them(
    code: int, mailbox: Mailbox, to_alice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox.deliver(from_ios(to_alice, M4A))
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing(code))
        read_mailbox()
    assert mailbox.flags() == [NEW]
    assert not Memo.objects.exists()
    read_mailbox()
    assert mailbox.flags() == [KEPT]
    assert Memo.objects.count() == 1


def test_killed_between_receipt_and_mark_a_mail_is_read_again_and_nothing_is_double(
    mailbox: Mailbox, to_alice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what is marked is not read again, so that the second reading is the killed one's."""
    outcomes: list[MailOutcome] = []

    def killed_after(raw: bytes) -> MailOutcome:
        outcomes.append(ingest_mail(raw))
        raise KeyboardInterrupt

    def counting(raw: bytes) -> MailOutcome:
        outcomes.append(ingest_mail(raw))
        return outcomes[-1]

    mailbox.deliver(from_ios(to_alice, M4A))
    monkeypatch.setattr(reading, "ingest_mail", killed_after)
    with pytest.raises(KeyboardInterrupt):
        read_mailbox()
    assert Memo.objects.count() == 1
    assert mailbox.flags() == [NEW]
    monkeypatch.setattr(reading, "ingest_mail", counting)
    for _ in range(2):
        read_mailbox()
        assert mailbox.flags() == [KEPT]
    assert Memo.objects.count() == 1
    assert outcomes == [MailOutcome.KEPT] * 2


def test_many_mails_are_read_round_by_round(mailbox: Mailbox, to_alice: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "ROUND_MAILS", 2)
    for number in range(3):
        mailbox.deliver(bytes(mail(to_alice, OGG + bytes([number]), message_id=f"<{number}@phone>")))
    assert read_mailbox() is True
    assert mailbox.flags() == [KEPT, KEPT, NEW]
    assert read_mailbox() is False
    assert mailbox.flags() == [KEPT] * 3


def test_two_readers_at_once_do_not_meet(mailbox: Mailbox, to_alice: str, monkeypatch: pytest.MonkeyPatch) -> None:
    inner: list[bool] = []

    def meanwhile(raw: bytes) -> MailOutcome:
        inner.append(read_mailbox())
        return ingest_mail(raw)

    monkeypatch.setattr(reading, "ingest_mail", meanwhile)
    mailbox.deliver(from_ios(to_alice, M4A))
    read_mailbox()
    assert inner == [False]


def test_what_others_mean_to_delete_is_not_deleted_by_us(mailbox: Mailbox, to_alice: str) -> None:
    mailbox.deliver(from_ios("somebody@example.org", M4A))
    with mailbox.opened() as client:
        client.store("1", "+FLAGS", r"(\Deleted)")
    mailbox.deliver(from_ios(to_alice, M4A))
    read_mailbox()
    assert mailbox.flags() == [{r"\Deleted"}, KEPT]


def test_nothing_of_a_mail_is_logged(mailbox: Mailbox, to_alice: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for raw in (from_ios(to_alice, M4A), bytes(mail(to_alice)), from_ios(f"{to_alice}x", M4A)):
            mailbox.deliver(raw)
        read_mailbox()
    assert len(mailbox.flags()) == 3
    for shown in (TEXT, to_alice, "hippopotamus", "Aufnahme", "icloud", current.MAILIN_URL, "ssword"):
        assert shown not in caplog.text
