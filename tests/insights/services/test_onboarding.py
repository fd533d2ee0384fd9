"""Whoever begins names what is on their mind, or has it in notes already."""

import io
import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from capture.models import User
from insights.models import Author, Correction, Topic
from insights.services import onboarding
from insights.services.topics import create_topic

ASKED = 'action="/topics/first"'


def names(user: User) -> dict[str, str]:
    return dict(Topic.objects.of(user).values_list("name", "sentence"))


def seed(folder: Path, user: User) -> tuple[str, str]:
    out, problems = io.StringIO(), io.StringIO()
    call_command("seed_topics", str(folder), user=user.username, stdout=out, stderr=problems)
    return out.getvalue(), problems.getvalue()


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    (folder / "within").mkdir(parents=True)
    (folder / "hand.md").write_text("# Hand\n\nA hand that closes by itself.\n\n# Garden\n")
    (folder / "within" / "House repair.markdown").write_text("Call the roofer.\n")
    (folder / "list.txt").write_text("# No note")
    return folder


def test_whoever_has_no_topic_of_their_own_is_asked_for_five(alices: Client, alice: User) -> None:
    Topic.objects.create(user=alice, name="of the machine", named_by=Author.MACHINE)
    assert "#first" in alices.get("/").content.decode()
    page = alices.get("/topics/").content.decode()
    assert page.count('name="name"') == 5
    said = {"name": ["Hand", "", "Garden", " ", "hand"], "sentence": ["It closes by itself.", "x", "", "", ""]}
    page = alices.post("/topics/first", said, follow=True).content.decode()
    assert names(alice) | {"of the machine": ""} == {"Hand": "It closes by itself.", "Garden": "", "of the machine": ""}
    assert "2 topics are made." in page
    assert ASKED not in page
    assert "#first" not in alices.get("/").content.decode()
    assert Correction.objects.filter(user=alice, kind="created").count() == 2


def test_a_sixth_is_not_taken_and_a_bad_one_keeps_no_other_out(alices: Client, alice: User) -> None:
    said = {"name": ["a", "x" * 121, "b\x00c", "d", "e", "f"], "sentence": [""] * 6}
    page = alices.post("/topics/first", said, follow=True).content.decode()
    assert set(names(alice)) == {"a", "b c", "d", "e"}
    assert "at most 120 characters" in page


@pytest.mark.parametrize("said", [{}, {"name": ["", ""]}, {"name": ["a"]}])
def test_a_form_with_next_to_nothing_in_it_makes_nothing(alices: Client, alice: User, said: dict[str, object]) -> None:
    assert alices.post("/topics/first", said)["Location"] == "/topics/"
    assert not names(alice)


def test_what_was_made_before_is_known_again_however_it_is_written(alice: User, notes: Path) -> None:
    (notes / "hand.md").write_text("# b\x01c\n# ÄPFEL\n")
    seed(notes, alice)
    (notes / "hand.md").write_text("# b\x01c\n# A\u0308pfel\n")
    said, problems = seed(notes, alice)
    assert "made: 0. There already, and left as they are: 3." in said
    assert not problems


def test_a_folder_of_notes_becomes_topics_and_what_is_there_is_left(alice: User, notes: Path) -> None:
    create_topic(alice, "hand", "Mine.")
    said, problems = seed(notes, alice)
    assert names(alice) == {"hand": "Mine.", "Garden": "", "House repair": "Call the roofer."}
    assert "made: 2" in said
    assert "left as they are: 1" in said
    assert not problems
    assert "made: 0" in seed(notes, alice)[0]


def test_no_link_is_followed_and_what_is_hidden_is_left(alice: User, notes: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.md").write_text("# Secret\n")
    (notes / "linked.md").symlink_to(outside / "secret.md")
    (notes / "linked").symlink_to(outside, target_is_directory=True)
    (notes / ".trash").mkdir()
    (notes / ".trash" / "old.md").write_text("# Old\n")
    os.mkfifo(notes / "pipe.md")
    _, problems = seed(notes, alice)
    assert set(names(alice)) == {"Hand", "Garden", "House repair"}
    assert "linked.md cannot be read, or is a link." in problems
    assert "pipe.md" in problems


def test_what_is_no_text_is_named_and_keeps_no_other_out(
    alice: User, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onboarding, "NOTE_BYTES", 100)
    (notes / "picture.md").write_bytes(b"\xff\xd8\xff")
    (notes / "long.md").write_text("x" * 101)
    _, problems = seed(notes, alice)
    assert problems.count("is no text, or too long to be a note.") == 2
    assert len(names(alice)) == 3


def test_a_folder_without_notes_is_refused_in_a_sentence(
    alice: User, notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for folder, sentence in (
        (tmp_path / "nowhere", "There is no folder"),
        (notes / "hand.md", "is no folder"),
        (empty, "no Markdown notes"),
    ):
        with pytest.raises(CommandError, match=sentence):
            seed(folder, alice)
    monkeypatch.setattr(onboarding, "TOPICS_AT_MOST", 2)
    with pytest.raises(CommandError, match="more than 2 topics"):
        seed(notes, alice)
    assert not names(alice)
