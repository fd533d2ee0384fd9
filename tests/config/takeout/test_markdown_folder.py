"""Topics kept as Markdown in a folder: one way, only what changed, and nothing lost of what its person writes there."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from capture.models import Device, User
from capture.services.devices import create_device
from capture.services.doors import close_all_doors
from config.models import MarkdownFolder
from config.takeout import markdown_folder
from config.takeout.core.own_text import parse_document
from config.takeout.core.shared_file import BusyFile
from config.takeout.markdown_folder import account_state, folder_of, keep_next_folder, write_folder
from insights.models import Idea, Topic
from insights.services.ideas import move_idea
from insights.services.topics import create_topic, delete_topic, hide_topic, merge_topics, rename_topic
from tests.support.faults.counts import either
from tests.support.takeouts import fill_account
from transcription.models import Transcript
from transcription.services.edits import edit_text

pytestmark = pytest.mark.django_db(transaction=True)

POND, GARDEN = "The heron pond reeds rushes", "heron garden"


@pytest.fixture(autouse=True)
def allowed(tmp_path: Path, settings: Any) -> Path:
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    settings.EXPORT_DIR = str(tmp_path / "notes")
    (tmp_path / "notes").mkdir()
    return tmp_path / "notes"


@pytest.fixture
def folder(bedside: Device, allowed: Path) -> Path:
    """Return the folder of Alice, up to date."""
    fill_account(bedside)
    markdown_folder.turn_on(bedside.user)
    assert keep_next_folder()
    return allowed / f"alice-{bedside.user.pk}"


def look_again() -> None:
    """Let the time pass until it is looked again."""
    MarkdownFolder.objects.update(looked_at=timezone.now() - timedelta(minutes=1))
    assert keep_next_folder()


def names(folder: Path) -> set[str]:
    return {path.stem for path in folder.iterdir()} - {markdown_folder.OURS}


def text(folder: Path, stem: str) -> str:
    return (folder / f"{stem}.md").read_text()


def append(folder: Path, stem: str, more: str) -> None:
    with (folder / f"{stem}.md").open("a") as file:
        file.write(more)


def test_each_topic_has_a_note_and_nothing_else_is_written(folder: Path, allowed: Path, alice: User) -> None:
    assert names(folder) == {POND, GARDEN, "Unsorted"}
    assert "The old heron stands in the pond." in text(folder, POND)
    assert f"^idea-{Idea.objects.get(topic__name__contains='pond').pk}" in text(folder, POND)
    assert list(allowed.iterdir()) == [folder]
    assert folder.stat().st_mode & 0o777 == 0o700
    assert write_folder(alice, folder) == 0


def test_what_did_not_change_is_not_written(folder: Path, alice: User) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    edit_text(Transcript.objects.get(text__contains="pond"), "A grey heron stands in the pond.", by=alice)
    look_again()
    assert "A grey heron" in text(folder, POND)
    changed = {path.stem for path in folder.iterdir() if path.stat().st_mtime_ns != before.get(path)}
    assert changed == {POND}


def test_it_is_looked_once_a_while_and_only_where_it_is_on(folder: Path, alice: User) -> None:
    assert not keep_next_folder()
    assert markdown_folder.count_due_folders() == 0
    markdown_folder.turn_off(alice)
    assert not keep_next_folder()
    assert folder.is_dir()


def test_each_change_is_another_state(folder: Path, alice: User) -> None:
    idea, pond = Idea.objects.get(topic__name=GARDEN), Topic.objects.get(name__contains="pond")
    changes: list[Callable[[], object]] = [
        lambda: move_idea(idea, to=pond),
        lambda: rename_topic(pond, "Elsewhere"),
        lambda: hide_topic(pond, hidden=True),
        lambda: delete_topic(pond),
        lambda: User.objects.filter(pk=alice.pk).update(time_zone="Asia/Tokyo"),
    ]
    states = {account_state(alice)}
    for number, change in enumerate(changes, start=2):
        change()
        alice.refresh_from_db()
        states.add(account_state(alice))
        assert len(states) == number
    assert folder.is_dir()


def test_a_renamed_topic_has_another_file_to_which_the_old_one_leads(folder: Path) -> None:
    append(folder, POND, "my own lines\n")
    rename_topic(Topic.objects.get(name__contains="pond"), "Water")
    look_again()
    assert names(folder) == {POND, "Water", GARDEN, "Unsorted"}
    assert "my own lines" in text(folder, "Water")
    assert "my own lines" not in text(folder, POND)
    assert "→ [[Water]]" in text(folder, POND)
    assert parse_document(text(folder, "Water")).aliases == [POND, "The heron pond: reeds/rushes"]
    rename_topic(Topic.objects.get(name="Water"), POND)
    look_again()
    assert "→ [[" + POND + "]]" in text(folder, "Water")
    assert "my own lines" in text(folder, POND)
    assert not parse_document(text(folder, POND)).is_pointer


def test_a_topic_may_have_the_name_that_another_had(folder: Path) -> None:
    rename_topic(Topic.objects.get(name=GARDEN), "Vegetables")
    look_again()
    move_idea(
        Idea.objects.get(topic__name="Vegetables"), to=create_topic(Topic.objects.get(name="Vegetables").user, GARDEN)
    )
    look_again()
    assert "Buy seed" in text(folder, GARDEN)
    assert "Buy seed" not in text(folder, "Vegetables")


def test_merged_deleted_and_hidden_topics_leave_what_is_theirs(folder: Path, alice: User) -> None:
    append(folder, GARDEN, "of the garden\n")
    append(folder, POND, "of the pond\n")
    merge_topics(Topic.objects.get(name__contains="pond"), Topic.objects.get(name=GARDEN))
    look_again()
    assert "of the garden" in text(folder, GARDEN)
    assert f"→ [[{POND}]]" in text(folder, GARDEN)
    assert "Buy seed" in text(folder, POND)
    hide_topic(Topic.objects.of(alice).get(name__contains="pond"), hidden=True)
    look_again()
    assert "of the pond" in text(folder, POND)
    assert "heron" not in text(folder, POND)
    hide_topic(Topic.objects.of(alice).get(name__contains="pond"), hidden=False)
    look_again()
    assert "of the pond" in text(folder, POND)
    assert "Buy seed" in text(folder, POND)


def test_a_deleted_topic_in_which_nobody_wrote_leaves_nothing(folder: Path) -> None:
    delete_topic(Topic.objects.get(name=GARDEN))
    look_again()
    assert names(folder) == {POND, "Unsorted"}


def test_a_note_of_their_own_is_never_touched(folder: Path, alice: User) -> None:
    (folder / "Mine.md").write_text("not ours\n")
    create_topic(alice, "mine")
    look_again()
    assert text(folder, "Mine") == "not ours\n"
    assert "stillnote:begin" in text(folder, "mine 2")


def test_links_are_not_followed(folder: Path, alice: User, tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text("outside\n")
    (folder / "Office.md").symlink_to(outside)
    create_topic(alice, "Office")
    look_again()
    assert outside.read_text() == "outside\n"
    assert "Office 2" in names(folder)


def test_a_folder_that_is_a_link_or_is_not_there_is_told(
    allowed: Path, alices: Client, alice: User, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    folder_of(alice).symlink_to(tmp_path / "elsewhere")
    alices.post("/settings/takeout/folder")
    assert keep_next_folder()
    assert not list((tmp_path / "elsewhere").iterdir())
    assert "is not the service" in alices.get("/settings/takeout/").content.decode()
    folder_of(alice).unlink()
    allowed.rmdir()
    look_again()
    assert not allowed.exists()
    allowed.mkdir()
    look_again()
    assert "is not the service" not in alices.get("/settings/takeout/").content.decode()


def test_a_folder_of_the_owners_that_ends_with_the_same_number_is_left_alone(folder: Path, alice: User) -> None:
    holiday = folder.parent / f"A holiday-{alice.pk}"
    holiday.mkdir()
    (holiday / "boat.jpg").write_bytes(b"a boat")
    assert folder_of(alice) == folder
    look_again()
    markdown_folder.erase_folder(alice)
    assert [file.name for file in holiday.iterdir()] == ["boat.jpg"]
    assert not folder.exists()


def test_what_somebody_wrote_beside_our_words_outlives_their_account(folder: Path, alice: User) -> None:
    look_again()
    first = next(path for path in sorted(folder.glob("*.md")) if "heron" in path.read_text())
    first.write_text(first.read_text() + "My own thought.\n")
    (folder / "list.md").write_text("Bread, lamp oil.\n")
    markdown_folder.erase_folder(alice)
    assert {path.name for path in folder.iterdir()} == {first.name, "list.md"}
    assert "My own thought." in first.read_text()
    assert not any("heron" in path.read_text() for path in folder.iterdir())


def test_what_was_turned_off_goes_with_the_account_too(folder: Path, alice: User) -> None:
    markdown_folder.turn_off(alice)
    assert names(folder)
    markdown_folder.erase_folder(alice)
    assert not folder.exists()


def test_a_disk_that_is_not_there_is_waited_for(folder: Path, alice: User, allowed: Path) -> None:
    away = allowed.rename(allowed.with_name("away"))
    with pytest.raises(FileNotFoundError):
        markdown_folder.erase_folder(alice)
    away.rename(allowed)
    markdown_folder.erase_folder(alice)
    assert not folder.exists()


def test_what_a_killed_worker_left_unfinished_goes(folder: Path, alice: User) -> None:
    left = folder / ".7.stillnote-unfinished"
    left.write_text("half a note")
    create_topic(alice, "One more")
    look_again()
    assert not left.exists()


def test_a_worker_that_slept_too_long_leaves_the_folder_to_the_next(
    folder: Path, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_topic(alice, "One more")
    later = timezone.now() + timedelta(minutes=9)
    ensured = markdown_folder._ensure_folder

    def slept(user: User) -> Path:
        MarkdownFolder.objects.update(lease=later)  # the next one's
        return ensured(user)

    before = names(folder)
    monkeypatch.setattr(markdown_folder, "_ensure_folder", slept)
    look_again()
    assert names(folder) == before
    assert MarkdownFolder.objects.get().lease == later


def test_everybody_has_a_folder_of_their_own(folder: Path, bob: User, allowed: Path) -> None:
    device, _token = create_device(bob, "his")
    fill_account(device, "hippopotamus")
    markdown_folder.turn_on(bob)
    look_again()
    keep_next_folder()
    his = allowed / f"bob-{bob.pk}"
    for place, other in ((folder, "hippopotamus"), (his, "heron")):
        assert names(place)
        assert not any(other in path.read_text() or other in path.name for path in place.iterdir())


def test_whoever_gets_another_name_keeps_the_folder(folder: Path, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(username="alicia")
    alice.refresh_from_db()
    assert folder_of(alice) == folder


def test_a_restored_copy_writes_nothing_outside(folder: Path) -> None:
    close_all_doors()
    MarkdownFolder.objects.update(looked_at=None)
    assert markdown_folder.count_due_folders() == 0
    assert not keep_next_folder()
    assert folder.is_dir()


def test_without_a_folder_there_is_none_to_turn_on(alices: Client, settings: Any) -> None:
    settings.EXPORT_DIR = ""
    assert "Keep it as a folder" not in alices.get("/settings/takeout/").content.decode()
    alices.post("/settings/takeout/folder")
    assert not MarkdownFolder.objects.exists()


def test_a_page_turns_it_on_and_off(alices: Client) -> None:
    assert "Turn on" in alices.get("/settings/takeout/").content.decode()
    assert "follow within a minute" in alices.post("/settings/takeout/folder", follow=True).content.decode()
    alices.post("/settings/takeout/folder", {"stop": ""})
    assert not MarkdownFolder.objects.exists()


def test_nothing_is_lost_while_a_person_writes_and_it_runs_again_and_again(folder: Path, alice: User) -> None:
    """An editor that reads, adds a line and renames, as they do; it sees whether its own line was on the disk."""
    path, ended, lines = folder / f"{POND}.md", threading.Event(), []

    def write() -> None:
        for number in range(either(60, 1000)):
            line = f"line {number} of mine"
            with path.open("a") as file:
                file.write(f"{line}\n")
            lines.append(line)
        ended.set()

    person = threading.Thread(target=write)
    person.start()
    number = 0
    while not ended.is_set() or number < 3:
        number += 1
        Topic.objects.filter(name__contains="pond", user=alice).update(sentence=f"run {number}")
        try:
            write_folder(alice, folder)
        except BusyFile:
            continue
    person.join()
    write_folder(alice, folder)
    written = path.read_text()
    assert [line for line in lines if line not in written] == []
    assert f"run {number}" in written
