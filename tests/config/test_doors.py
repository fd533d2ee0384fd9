"""What the owner of a restored copy is told, and how doors are opened: a page, a command, and the doctor."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client

from capture.models import User
from capture.services.doors import Door, close_all_doors, closed_doors, is_open
from config.ops.alert_mail import send_alert_mails
from config.ops.doctor import findings
from config.ops.doctor_text import finding_text
from insights.models import Digest, DigestPlan
from insights.services.digests import send_due

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("home")]

TOLD = "This is a restored copy."


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    settings.HOME = tmp_path
    tmp_path.chmod(0o700)
    (tmp_path / "secret_key").touch(mode=0o600)
    return tmp_path


@pytest.fixture
def owners(alice: User, alices: Client) -> Client:
    User.objects.filter(pk=alice.pk).update(is_superuser=True)
    return alices


def test_the_owner_is_told_in_a_sentence_and_turns_on_one_after_the_other(owners: Client) -> None:
    assert TOLD not in owners.get("/").content.decode()
    close_all_doors()
    assert TOLD in owners.get("/").content.decode()
    page = owners.get("/doors/").content.decode()
    assert page.count("Turn on<") == len(Door)
    owners.post("/doors/", {"open": "email"})
    assert is_open(Door.EMAIL)
    assert not is_open(Door.MAILBOX)
    owners.post("/doors/", {"open": "nothing"})
    assert closed_doors()
    owners.post("/doors/", {"open": "all"})
    assert closed_doors() is None
    assert TOLD not in owners.get("/").content.decode()


def test_nobody_else_is_told_or_asked(alices: Client) -> None:
    close_all_doors()
    assert TOLD not in alices.get("/").content.decode()
    assert alices.post("/doors/", {"open": "all"}).status_code == 404
    assert closed_doors()


def test_the_command_lists_and_opens() -> None:
    close_all_doors()
    said = StringIO()
    call_command("doors", "--open", "mailbox", stdout=said)
    listed = {line.split()[1].rstrip(":"): line.split()[0] for line in said.getvalue().splitlines()}
    assert listed == {door.value: "open" if door == Door.MAILBOX else "closed" for door in Door}
    call_command("doors", "--open", "all", stdout=said)
    assert closed_doors() is None


def test_the_doctor_says_it() -> None:
    close_all_doors()
    (told,) = [finding_text(found)[1] for found in findings() if found.code == "copy"]
    assert told.startswith("closed: bucket, email, folders, mailbox, readers, webhooks.")


def test_a_copy_sends_no_mail(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(email="alice@example.org", trouble_mail=True)
    DigestPlan.objects.create(user=alice, enabled=True, hour=0)
    close_all_doors()
    now = datetime(2026, 11, 29, 12, tzinfo=UTC)
    assert send_due(now) == send_alert_mails(now) == 0
    assert not mail.outbox
    assert not Digest.objects.exists()
