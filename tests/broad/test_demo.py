"""`manage.py demo --once`: the whole way, from sound to a mail that a real SMTP server received."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from config.demo.sample_memos import MICRO_WHISPER
from tests.support.service import HOUSE
from tests.support.smtp_mailbox import SmtpMailbox, smtp_server

pytestmark = pytest.mark.alone

REFERENCE_WER = 0.079
"""Of the micro model on the 48 short memos, with VAD and beam 5."""


@pytest.fixture
def mail_server() -> Iterator[tuple[str, SmtpMailbox]]:
    with smtp_server() as (port, mailbox):
        yield f"smtp://127.0.0.1:{port}", mailbox


def test_every_sample_comes_to_its_right_end_and_the_mail_arrives(mail_server: tuple[str, SmtpMailbox]) -> None:
    address, mailbox = mail_server
    run = subprocess.run(
        [sys.executable, "manage.py", "demo", "--once"],
        cwd=HOUSE,
        env={name: value for name, value in os.environ.items() if not name.startswith("STILLNOTE")}
        | {"EMAIL_URL": address},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
    figures = json.loads(run.stdout.splitlines()[-1])
    assert (figures["model"], figures["people"], figures["people_wer"]) == (MICRO_WHISPER.name, 0, None)
    assert "the micro Whisper" in run.stdout
    assert (figures["memos"], figures["ready"], figures["no_speech"], figures["failed"]) == (55, 51, 4, 0)
    assert abs(figures["wer"] - REFERENCE_WER) <= 0.02
    assert figures["ideas"] >= 51
    assert figures["topics"] >= 5
    assert figures["v_measure"] >= 0.65
    assert figures["digest"] == "sent"
    (mail,) = mailbox.messages
    _check(mail, figures["ideas"])


def _check(mail: EmailMessage, ideas: int) -> None:
    assert mail["To"] == "demo@example.org"
    assert mail["Subject"] == f"{ideas} new ideas"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].strip().startswith("<http://127.0.0.1:")
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    for body in (text.get_content(), html.get_content()):
        assert body.count("/memos/") == ideas
        assert "robot" in body


def test_a_taken_port_is_one_sentence_and_nobody_elses_service_is_spoken_to() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        run = subprocess.run(
            [sys.executable, "manage.py", "demo", "--once"],
            cwd=HOUSE,
            env=os.environ | {"PORT": str(port)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert run.returncode == 1
    assert run.stderr == f"CommandError: Port {port} is not free. Choose another, or none: make demo\n"
