"""Where no mail server is set, each mail is a file that a mail program opens."""

from email import message_from_bytes, policy
from pathlib import Path

from django.core.mail import EmailMultiAlternatives, get_connection
from pytest_django import Settings


def test_each_mail_is_one_eml_file(settings: Settings, tmp_path: Path) -> None:
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    mails = [EmailMultiAlternatives(f"Tomatoes {n}", "Wörter", to=["alice@example.org"]) for n in range(2)]
    mails[0].attach_alternative("<p>Wörter</p>", "text/html")
    assert get_connection("config.ops.mail_folder.MailFolder").send_messages(mails) == 2
    files = list(settings.EMAIL_FILE_PATH.iterdir())
    assert {file.suffix for file in files} == {".eml"}
    found = {
        mail["Subject"]: mail
        for mail in (message_from_bytes(file.read_bytes(), policy=policy.default) for file in files)
    }
    assert found.keys() == {"Tomatoes 0", "Tomatoes 1"}
    body = found["Tomatoes 0"].get_body(("html",))
    assert body
    assert body.get_content().strip() == "<p>Wörter</p>"
    assert settings.EMAIL_FILE_PATH.stat().st_mode & 0o077 == 0


def test_it_is_what_stands_in_for_a_mail_server() -> None:
    source = Path("config", "settings.py").read_text()
    assert 'EMAIL_BACKEND = "config.ops.mail_folder.MailFolder"' in source
