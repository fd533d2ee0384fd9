"""An account is erased: no file, table or index has a word of it, and what others have is all there."""

import io
import logging
import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from capture.models import Device, Memo, Sit, User
from capture.services.devices import create_device
from capture.sources.watched.folders import watch_own_folder
from config.erasure import database_scrub, erase
from config.erasure.backups import known_backups, record_backup
from config.erasure.erase import ask_erasure, count_due_erasures, erase_next
from config.models import Erasure, Export
from config.ops.mail_folder import MailFolder
from config.takeout.exports import export_path, request_export
from config.takeout.markdown_folder import folder_of, keep_next_folder, turn_on
from insights import tasks as insights_tasks
from insights.core.review.choices import Decision
from insights.models import ChangeNote, Idea, Topic, WebhookEvent
from insights.services.evening_questions import ask_question
from insights.services.ideas import move_idea
from insights.services.review import decide_heard
from insights.services.topics import create_topic, rename_topic
from insights.services.webhooks import create_endpoint, send_test
from tests.support.canaries import canary_words, files_with, tables_with
from tests.support.code_app import confirm_password
from tests.support.pages import TOMATOES, text_of
from tests.support.recordings import audio_path, made
from tests.support.transcripts import place_texts
from transcription.services.edits import edit_text
from transcription.services.vocabulary import add_vocabulary_word

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = canary_words()


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    """A data folder of the test's own; the database lies where it always does."""
    settings.HOME = tmp_path
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.EXPORT_DIR = str(tmp_path / "notes")
    (tmp_path / "notes").mkdir()
    return tmp_path


def live(user: User, device: Device, words: list[str]) -> None:
    """Do all that leaves words somewhere."""
    said = [f"The {first} and the {second} need more {third} in the garden." for first, second, third in groups(words)]
    transcripts = place_texts(device, *said)
    for number, transcript in enumerate(transcripts):
        path = audio_path(transcript.memo)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made(1, "pcm_s16le", "wav") + words[number].encode())
    edit_text(transcripts[0], said[0].replace("garden", words[40]), by=user)
    topic = create_topic(user, f"{words[41]} things", f"About {words[42]}.")
    move_idea(Idea.objects.get(transcript=transcripts[1]), topic)
    rename_topic(topic, f"{words[43]} matters")
    decide_heard(Idea.objects.get(transcript=transcripts[2]), Decision.ACT, uuid4())
    add_vocabulary_word(user, words[44])
    ask_question(user, f"Where is the {words[45]}?", "")
    User.objects.filter(pk=user.pk).update(email=f"{words[46]}@example.org")
    message = EmailMessage("Morning", f"Dear {words[47]}", "stillnote@example.org", [f"{words[46]}@example.org"])
    MailFolder().send_messages([message])
    create_device(user, f"{words[48]} phone")
    Sit.objects.create(user=user, client_id="sit", started_at=timezone.now(), kind=words[39])
    hook = create_endpoint(user, f"https://{words[49]}.example/", list(WebhookEvent), with_words=True)
    send_test(hook)
    (Path(watch_own_folder(user).path) / f"{words[0]}.ogg").write_text(words[1])
    turn_on(user)
    assert keep_next_folder()
    assert files_with(words, folder_of(user))
    export_path(request_export(user, Export.Kind.JSON).pk).write_text(words[2])
    insights_tasks.index_search()
    insights_tasks.prepare_index_file(user.pk)


def groups(words: list[str]) -> list[list[str]]:
    return [words[at : at + 3] for at in range(0, 39, 3)]


def everywhere(words: list[str], home: Path) -> dict[str, set[str]]:
    """Return where any of the words is."""
    found = tables_with(words) | files_with(words, home)
    if connection.vendor == "sqlite":
        database = Path(connection.settings_dict["NAME"])
        found |= {name: held for name, held in files_with(words, database.parent).items() if database.name in name}
    return found


def kept(words: list[str], home: Path) -> dict[str, set[str]]:
    """Return in which tables and files the words are, but for how SQLite lays its own."""
    return {name: held for name, held in everywhere(words, home).items() if not re.search("searchtext|sqlite3", name)}


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


def test_it_is_tried_again_while_a_reader_is_in_the_way(
    alice: User, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del home
    ask_erasure(alice)
    monkeypatch.setattr(erase, "rewrite_database", lambda: False)
    assert not erase_next()
    monkeypatch.setattr(erase, "rewrite_database", database_scrub.rewrite_database)
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
