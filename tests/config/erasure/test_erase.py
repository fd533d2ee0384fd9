"""An account is erased: no file, table or index has a word of it, and what others have is all there."""

import io
import logging
from datetime import timedelta
from errno import EACCES
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from capture.models import Device, Memo, User
from capture.services.devices import create_device
from config.erasure import database_scrub, erase
from config.erasure.backups import known_backups, record_backup
from config.erasure.erase import ask_erasure, count_due_erasures, erase_next
from config.models import Erasure
from insights.models import ChangeNote, Topic
from tests.support.code_app import confirm_password
from tests.support.lived_in import WORDS, everywhere, kept, live
from tests.support.pages import TOMATOES, text_of
from tests.support.transcripts import place_texts

pytestmark = pytest.mark.django_db(transaction=True)


def test_none_of_fifty_words_is_left_and_what_the_other_has_is_all_there(
    alice: User, bob: User, bedside: Device, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    his = create_device(bob, "his")[0]
    others = [word[::-1] for word in WORDS]
    live(alice, bedside, WORDS)
    live(bob, his, others)
    admin = ContentType.objects.get_for_model(User)
    LogEntry.objects.create(
        user=bob, content_type=admin, object_id=str(alice.pk), object_repr=WORDS[0], action_flag=CHANGE
    )
    before = everywhere(WORDS, home)
    assert set.union(*before.values()) == set(WORDS)  # or it would show nothing
    of_bob = kept(others, home)
    ask_erasure(alice)
    assert erase_next()
    assert everywhere(WORDS, home) == {}
    assert not [word for word in WORDS if word in caplog.text.lower()]
    assert "An account is erased" in caplog.text
    assert not User.objects.filter(pk=alice.pk).exists()
    assert not Erasure.objects.exists()
    assert not ChangeNote.objects.filter(user=alice.pk).exists()
    assert kept(others, home) == of_bob


@pytest.mark.parametrize("step", ["remove_mails_to", "erase_recordings", "erase_stray_files", "rewrite_database"])
def test_whoever_is_killed_at_it_leaves_the_rest_to_the_next(
    step: str, alice: User, bedside: Device, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(alice, bedside, WORDS)
    ask_erasure(alice)

    def die(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(erase, step, die)
        with pytest.raises(KeyboardInterrupt):
            erase_next()
    assert count_due_erasures() == 0  # somebody may be at it
    Erasure.objects.update(lease=None)
    assert erase_next()
    assert everywhere(WORDS, home) == {}


def test_a_folder_that_cannot_be_written_keeps_no_recording(
    alice: User, bedside: Device, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(alice, bedside, WORDS)
    ask_erasure(alice)

    def refuse(_user: User) -> None:
        raise PermissionError(EACCES, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(erase, "erase_folder", refuse)
        assert not erase_next()
    assert not Memo.objects.filter(user=alice).exists()
    Erasure.objects.update(lease=None)
    assert erase_next()
    assert everywhere(WORDS, home) == {}


def test_it_is_tried_again_while_a_reader_is_in_the_way(
    alice: User, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del home
    ask_erasure(alice)
    monkeypatch.setattr(erase, "rewrite_database", lambda: False)
    assert not erase_next()
    monkeypatch.setattr(erase, "rewrite_database", database_scrub.rewrite_database)
    assert count_due_erasures() == 0  # to rewrite it takes long where it is large
    Erasure.objects.update(lease=timezone.now() - timedelta(seconds=1))
    assert erase_next()


def test_the_account_is_closed_at_once(alice: User, bedside: Device, alices: Client) -> None:
    device, token = create_device(alice, "walks")
    place_texts(bedside, TOMATOES)
    ask_erasure(alice)
    assert alices.get("/").status_code == 302
    assert not alices.login(username="alice", password="correct horse")
    headers = {"authorization": f"Bearer {token}"}
    assert alices.get("/api/v1/memos/any", headers=headers).status_code == 401
    assert not Memo.objects.of(alice).exists()
    assert device.pk


def test_the_page_says_what_goes_asks_for_the_password_and_logs_out(
    alice: User, bedside: Device, alices: Client, home: Path
) -> None:
    del home
    place_texts(bedside, TOMATOES)
    page = "/settings/account/delete"
    said = text_of(alices.get(page))
    assert "1 recording<" in said
    assert "1 idea<" in said
    assert alices.post(page)["Location"].startswith("/settings/again/")
    assert not Erasure.objects.exists()
    confirm_password(alices, "correct horse")
    after = alices.post(page, follow=True)
    assert "Your account is closed" in text_of(after)
    assert erase_next()
    assert not User.objects.exists()


def test_the_last_who_looks_after_the_machine_stays_while_others_live_there(
    alice: User, bob: User, alices: Client
) -> None:
    User.objects.filter(pk=alice.pk).update(is_superuser=True, is_staff=True)
    page = "/settings/account/delete"
    assert "others have accounts here" in text_of(alices.get(page))
    confirm_password(alices, "correct horse")
    assert "others have accounts here" in text_of(alices.post(page))
    assert not Erasure.objects.exists()
    with pytest.raises(CommandError):
        call_command("erase_user", "alice", "--yes")
    User.objects.filter(pk=bob.pk).update(is_superuser=True)
    assert "Delete my account" in text_of(alices.get(page))


def test_backups_are_named_with_their_places_for_who_looks_after_the_machine_alone(
    alice: User, alices: Client, home: Path
) -> None:
    (home / "backups").mkdir()
    (home / "backups" / "database-20261124T031200Z.sqlite3").touch()
    record_backup(home / "elsewhere.tar")
    assert len(known_backups()) == 2
    page = "/settings/account/delete"
    said = text_of(alices.get(page))
    assert "Backups that were made before" in said
    assert "elsewhere" not in said
    User.objects.filter(pk=alice.pk).update(is_superuser=True)
    assert "elsewhere.tar" in text_of(alices.get(page))


def test_the_command_asks_for_the_name_once_more_and_erases(
    alice: User, bedside: Device, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del home
    place_texts(bedside, TOMATOES)
    monkeypatch.setattr("builtins.input", lambda _asked: "bob")
    with pytest.raises(CommandError, match="Nothing was done"):
        call_command("erase_user", "alice")
    assert User.objects.get(pk=alice.pk).is_active
    said = io.StringIO()
    monkeypatch.setattr("builtins.input", lambda _asked: "alice")
    call_command("erase_user", "alice", stdout=said)
    assert "are gone" in said.getvalue()
    assert not User.objects.exists()
    assert not Topic.objects.exists()
    with pytest.raises(CommandError, match="no account"):
        call_command("erase_user", "alice")
    assert django_settings.HOME
