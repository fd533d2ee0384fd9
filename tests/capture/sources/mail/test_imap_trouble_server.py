"""A mailbox whose server is in trouble: one calm line, and nobody is held up."""

import logging
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from capture.sources.mail import imap as reading
from capture.sources.mail.imap import UnusableMailbox, count_mailbox
from config.ops.doctor import Finding
from config.ops.doctor_text import finding_text
from tests.support.dovecot import Mailbox
from tests.support.service import free_port

ADDRESS = "memos+{secret}@example.org"


@contextmanager
def silent_server() -> Iterator[int]:
    """Give the port of a server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield int(listening.getsockname()[1])


def wrong_password(url: str) -> str:
    return url.replace("p%C3%A4ssword", "hippopotamus")


def other_folder(url: str) -> str:
    return url.replace("/INBOX", "/Hippopotamus")


def nobody_there(url: str) -> str:
    return f"imap://hippopotamus:hippopotamus@127.0.0.1:{free_port()}/INBOX"


def without_tls(url: str) -> str:
    return url.replace("imap://", "imaps://")


@pytest.mark.parametrize(
    ("elsewhere", "sentence"),
    [
        (wrong_password, "does not let us in: check the user and the password in MAILIN_URL"),
        (other_folder, "has no such folder as the one at the end of MAILIN_URL"),
        (nobody_there, r"cannot be reached (ConnectionRefusedError): see MAILIN_URL"),
        (without_tls, r"cannot be reached (SSLError): see MAILIN_URL"),
    ],
)
def test_trouble_is_one_calm_line_and_said_by_the_doctor(
    elsewhere: Callable[[str], str], sentence: str, mailbox: Mailbox, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.MAILIN_ADDRESS, settings.MAILIN_URL = ADDRESS, elsewhere(mailbox.url)
    reader = reading.MailboxReader()
    with caplog.at_level(logging.DEBUG):
        for _ in range(3):
            assert reader.ingest_mailbox() is False
        (line,) = [record.getMessage() for record in caplog.records if record.name == reading.__name__]
        assert line.startswith("mail could not be taken in (")
        with pytest.raises(UnusableMailbox) as said:
            count_mailbox()
        found = {"code": said.value.code, **said.value.values}
        assert finding_text(Finding("mailbox-unusable", False, found)) == ("mail-in", f"the mailbox {sentence}")
        settings.MAILIN_URL = mailbox.url
        reader.ingest_mailbox()
    assert "mail is taken in again" in caplog.text
    assert "ippopotamus" not in caplog.text


def test_a_mail_server_that_says_nothing_holds_nobody_up(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "SILENCE_SECONDS", 0.2)
    with silent_server() as port:
        settings.MAILIN_ADDRESS, settings.MAILIN_URL = ADDRESS, f"imap://a:b@127.0.0.1:{port}/INBOX"
        begun = time.monotonic()
        with pytest.raises(UnusableMailbox, match="unreachable") as said:
            count_mailbox()
        assert said.value.values == {"error": "TimeoutError"}
    assert time.monotonic() < begun + 15
