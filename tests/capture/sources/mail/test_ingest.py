"""Recordings that come by mail: to whom, once, with which date, and what becomes of the others."""

import fcntl
import logging
import multiprocessing
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pytest
from django.test import Client

from capture.models import MailAddress, Memo, Source, User
from capture.services.deletion import delete_memo, purge_deleted
from capture.services.sealing import KEY_FILE
from capture.sources.mail import ingest
from capture.sources.mail.addresses import create_mail_address, users_addressed
from capture.sources.mail.ingest import MailOutcome, ingest_mail
from capture.sources.mail.poison import mark_as_begun
from tests.support.data_folder import nothing_stored
from tests.support.mails import M4A, OGG, POISON, TEXT, forwarded, from_android, from_ios, mail
from tests.support.recordings import audio_path
from tests.support.sealing import seal, service_key

ADDRESS = "memos+{secret}@example.org"


@pytest.fixture(autouse=True)
def _mail_comes_in(settings: Any) -> None:
    settings.MAILIN_ADDRESS = ADDRESS


@pytest.fixture
def to_alice(alice: User) -> str:
    return create_mail_address(alice)


def test_a_recording_becomes_a_memo_of_the_day_it_was_mailed(alice: User, to_alice: str) -> None:
    assert ingest_mail(from_ios(to_alice, M4A)) is MailOutcome.KEPT
    memo = Memo.objects.get()
    assert (memo.user, memo.device, memo.source, memo.kind) == (alice, None, Source.MAIL, "mp4")
    assert (memo.recorded_at.isoformat(), memo.utc_offset) == ("2026-11-24T02:12:00+00:00", 60)
    assert audio_path(memo).read_bytes() == M4A


@pytest.mark.parametrize("wrapped", [from_android, forwarded, lambda to, audio: bytes(mail(to, audio))])
def test_read_again_it_makes_nothing_double(wrapped: Any, to_alice: str) -> None:
    for _ in range(3):
        assert ingest_mail(wrapped(to_alice, OGG)) is MailOutcome.KEPT
    assert Memo.objects.count() == 1


def test_every_recording_of_a_mail_is_kept(to_alice: str) -> None:
    assert ingest_mail(bytes(mail(to_alice, M4A, OGG))) is MailOutcome.KEPT
    assert sorted(Memo.objects.values_list("kind", flat=True)) == ["mp4", "ogg"]


def test_what_a_phone_saved_sealed_is_opened_whatever_a_mail_calls_it(to_alice: str) -> None:
    enclosing = mail(to_alice)
    sealed = seal(service_key(), [OGG])
    enclosing.add_attachment(sealed, maintype="application", subtype="octet-stream", filename="a.sealed")
    for _ in range(2):
        assert ingest_mail(bytes(enclosing)) is MailOutcome.KEPT
    assert audio_path(Memo.objects.get()).read_bytes() == OGG


@pytest.mark.parametrize("key", [None, b"no key at all"])
def test_what_cannot_be_opened_for_want_of_its_key_is_laid_aside(to_alice: str, home: Path, key: bytes | None) -> None:
    enclosing, sealed = mail(to_alice, OGG), seal(service_key(), [M4A])
    (home / KEY_FILE).unlink()
    if key:
        (home / KEY_FILE).write_bytes(key)
    enclosing.add_attachment(sealed, maintype="application", subtype="octet-stream", filename="a.sealed")
    assert ingest_mail(bytes(enclosing)) is MailOutcome.ASIDE
    assert audio_path(Memo.objects.get()).read_bytes() == OGG


def test_one_message_id_for_many_mails_hides_none(to_alice: str) -> None:
    for recording in (M4A, OGG):
        assert ingest_mail(bytes(mail(to_alice, recording, message_id="<always@the.same>"))) is MailOutcome.KEPT
    assert Memo.objects.count() == 2


def test_a_mail_without_a_date_is_dated_by_its_arrival(to_alice: str) -> None:
    assert ingest_mail(from_ios(to_alice, M4A).replace(b"Date:", b"X-Date:")) is MailOutcome.KEPT
    assert Memo.objects.get().date_assumed


def test_what_was_deleted_does_not_come_back_by_being_read_again(to_alice: str, settings: Any) -> None:
    settings.UNDO_SECONDS = -1
    ingest_mail(from_ios(to_alice, M4A))
    memo = Memo.objects.get()
    delete_memo(memo)
    memo.refresh_from_db()
    assert memo.deleted_at
    purge_deleted(memo.deleted_at)
    assert ingest_mail(from_ios(to_alice, M4A)) is MailOutcome.KEPT
    assert not Memo.objects.exists()


@pytest.mark.parametrize(
    "written",
    ["{}", "Memos <{}>", '"Alice, Memos" <{}>, bob@example.org', "bob@example.org,\r\n {}", "<{}>;", "MEMOS+{}"],
)
def test_an_address_is_found_however_it_is_written(written: str, alice: User, to_alice: str) -> None:
    header = written.format(to_alice).replace("MEMOS+memos+", "MEMOS+").upper()
    assert users_addressed([header]) == [alice]


@pytest.mark.parametrize("written", ["x{}", "not+{}", "{}.net", "{}x", "memos+@example.org", ""])
def test_another_address_is_nobodys(written: str, to_alice: str) -> None:
    assert users_addressed([written.format(to_alice)]) == []


def test_a_mail_to_nobody_here_is_left(home: Path, to_alice: str, alice: User) -> None:
    stranger = ADDRESS.format(secret="a" * 24)
    assert ingest_mail(from_ios(stranger, M4A)) is MailOutcome.NOBODY
    create_mail_address(alice)
    assert ingest_mail(from_ios(to_alice, M4A)) is MailOutcome.NOBODY
    to_alice = create_mail_address(alice)
    User.objects.update(is_active=False)
    assert ingest_mail(from_ios(to_alice, M4A)) is MailOutcome.NOBODY
    assert nothing_stored(home)


def test_without_mailin_address_everybody_is_nobody(to_alice: str, settings: Any) -> None:
    settings.MAILIN_ADDRESS = ""
    assert ingest_mail(from_ios(to_alice, M4A)) is MailOutcome.NOBODY


def test_a_mail_to_two_people_makes_a_memo_of_each(to_alice: str, bob: User) -> None:
    assert ingest_mail(bytes(mail(f"{to_alice}, {create_mail_address(bob)}", OGG))) is MailOutcome.KEPT
    assert sorted(Memo.objects.values_list("user__username", flat=True)) == ["alice", "bob"]


def test_a_mail_without_a_recording_is_left(home: Path, to_alice: str) -> None:
    assert ingest_mail(bytes(mail(to_alice))) is MailOutcome.NO_RECORDING
    assert nothing_stored(home)


def test_what_is_no_recording_though_said_to_be_one_is_put_aside(home: Path, to_alice: str) -> None:
    assert ingest_mail(bytes(mail(to_alice, b"broken"))) is MailOutcome.ASIDE
    assert nothing_stored(home)
    assert ingest_mail(bytes(mail(to_alice, b"broken", OGG))) is MailOutcome.ASIDE
    assert Memo.objects.count() == 1


def test_parts_within_parts_without_end_are_put_aside(home: Path, to_alice: str) -> None:
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000))
    assert ingest_mail(f"To: {to_alice}\n".encode() + deep) is MailOutcome.ASIDE
    assert nothing_stored(home)


@pytest.mark.parametrize(
    "within", [b"", b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"], ids=["outermost", "within"]
)
def test_what_the_parser_fails_by_is_put_aside(within: bytes, home: Path, to_alice: str) -> None:
    assert ingest_mail(f"To: {to_alice}\r\n".encode() + within + POISON + b"\r\n") is MailOutcome.ASIDE
    assert nothing_stored(home)


def test_without_room_a_mail_waits(home: Path, to_alice: str, settings: Any) -> None:
    settings.DISK_RESERVE = 10**18
    assert ingest_mail(from_ios(to_alice, M4A)) is MailOutcome.LATER
    assert nothing_stored(home)
    settings.DISK_RESERVE = 0
    assert ingest_mail(from_ios(to_alice, M4A)) is MailOutcome.KEPT


def test_too_large_a_recording_is_put_aside(home: Path, to_alice: str, settings: Any) -> None:
    settings.MAX_UPLOAD = 1000
    assert ingest_mail(from_ios(to_alice, M4A)) is MailOutcome.ASIDE
    assert nothing_stored(home)


def test_the_address_is_nowhere_to_be_read_again(to_alice: str) -> None:
    secret = to_alice.removeprefix("memos+").removesuffix("@example.org")
    row = MailAddress.objects.values().get()
    assert re.fullmatch(r"[2-9a-hj-km-np-z]{24}", secret)
    assert re.fullmatch(r"[0-9a-f]{64}", row["secret_hash"])
    assert secret not in str(row)


def test_nothing_of_a_mail_is_logged(to_alice: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for raw in (from_ios(to_alice, M4A), bytes(mail(to_alice)), from_ios(to_alice + "x", M4A)):
            ingest_mail(raw)
    for shown in (TEXT, to_alice, "hippopotamus", "Aufnahme", "icloud"):
        assert shown not in caplog.text


def test_the_page_shows_an_address_once(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert "Make my address" in client.get("/settings/mail").content.decode()
    shown = client.post("/settings/mail").content.decode()
    address = re.search(r"mailto:(memos\+\w+@example\.org)", shown)
    assert address is not None
    assert users_addressed([address[1]]) == [alice]
    again = client.get("/settings/mail").content.decode()
    assert address[1] not in again
    assert "Make a new address" in again


def test_the_page_says_when_there_is_no_mailbox(client: Client, alice: User, settings: Any) -> None:
    settings.MAILIN_ADDRESS = ""
    client.force_login(alice)
    assert "MAILIN_URL" in client.get("/settings/mail").content.decode()
    assert client.post("/settings/mail").status_code == 302
    assert not MailAddress.objects.exists()


def test_one_mail_makes_so_many_memos_and_not_one_more(
    to_alice: str, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "MAX_MAIL_MEMOS", 7)
    recordings = [OGG + bytes([number]) for number in range(20)]
    assert ingest_mail(bytes(mail(f"{to_alice}, {create_mail_address(bob)}", *recordings))) is MailOutcome.ASIDE
    assert Memo.objects.count() == 6


def test_a_mail_that_ended_its_process_is_laid_aside_unread(
    home: Path, to_alice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = from_ios(to_alice, M4A)
    process = multiprocessing.get_context("fork").Process(target=die_while_parsing, args=(raw,))
    process.start()
    process.join(30)
    assert process.exitcode == 9
    with monkeypatch.context() as patch:
        patch.setattr(ingest, "parse_mail", lambda _raw: pytest.fail("it was looked into"))
        assert ingest_mail(raw) is MailOutcome.ASIDE
    assert ingest_mail(bytes(mail(to_alice, OGG))) is MailOutcome.KEPT
    assert list((home / "mailin").iterdir()) == []


def die_while_parsing(raw: bytes) -> None:
    def die(_raw: bytes) -> None:
        os._exit(9)

    vars(ingest)["parse_mail"] = die
    ingest_mail(raw)


def test_a_mail_that_another_process_takes_in_waits(to_alice: str) -> None:
    raw = from_ios(to_alice, M4A)
    with mark_as_begun(raw):
        assert ingest_mail(raw) is MailOutcome.LATER
    assert ingest_mail(raw) is MailOutcome.KEPT


def test_a_mail_that_another_process_has_just_taken_in_is_not_laid_aside(
    to_alice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = from_ios(to_alice, M4A)
    lock = fcntl.flock

    def lock_late(file: IO[str], how: int) -> None:
        monkeypatch.setattr(fcntl, "flock", lock)
        with pytest.raises(OSError, match="held up"), mark_as_begun(raw):
            raise OSError("held up")
        lock(file, how)

    monkeypatch.setattr(fcntl, "flock", lock_late)
    assert ingest_mail(raw) is MailOutcome.LATER
    assert ingest_mail(raw) is MailOutcome.KEPT


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_a_mail_whose_reading_fails_is_read_again(
    error: type[BaseException], to_alice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = from_ios(to_alice, M4A)
    with monkeypatch.context() as patch:
        patch.setattr(ingest, "open_incoming", raising(error))
        with pytest.raises(error):
            ingest_mail(raw)
    assert ingest_mail(raw) is MailOutcome.KEPT


def raising(error: type[BaseException]) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail
