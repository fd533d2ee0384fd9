"""What versions before stored as sentences is stored as codes, and shown as it was."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone, translation

from capture.core.problems import FILE_PROBLEMS, PROBLEMS, problem_sentence
from capture.models import Import, ImportedFile, User, WatchedFile, WatchedFolder

migration = import_module("capture.migrations.0006_problem_codes")
OF_OLD = "The disk may not be read on Sundays, {so} it waits 3 days."


@pytest.mark.parametrize("code", migration.SENTENCES)
def test_a_sentence_of_before_becomes_its_code_and_is_shown_as_it_was(code: str) -> None:
    values = {"megabytes": 104_857, "limit": 100_000}
    sentence = migration.SENTENCES[code].format_map(values)
    found, named = migration.read(sentence)
    assert found == code
    assert problem_sentence(found, named) == sentence


def test_every_problem_of_a_file_has_its_sentence_of_before() -> None:
    assert {*FILE_PROBLEMS, "other"} - set(migration.SENTENCES) == {"other"}
    assert set(migration.SENTENCES) <= {*FILE_PROBLEMS, *PROBLEMS}


def test_rows_are_turned_into_codes_and_back_and_none_is_lost(alice: User) -> None:
    said = ["", "It could not be read. It is tried again later.", OF_OLD]
    folder = WatchedFolder.objects.create(user=alice, path="/x", problem=migration.SENTENCES["folder-away"])
    taken = Import.objects.create(user=alice, folder="/x", time_zone="UTC", problem=migration.SENTENCES["broken-disk"])
    for number, problem in enumerate(said):
        row = {"name": f"{number}.ogg", "size": 1, "problem": problem}
        WatchedFile.objects.create(folder=folder, modified_ns=1, met_at=timezone.now(), **row)
        ImportedFile.objects.create(taken_by=taken, recorded_at=timezone.now(), dated_by="file", **row)
    ImportedFile.objects.filter(name="1.ogg").update(
        problem="The recording is larger than the 1,049 MB that are taken here."
    )
    before = shown()
    editor = SimpleNamespace(connection=connection)
    migration.store_codes(apps, editor)
    assert stored("problem") == ["", "not-read", "other", "", "too-large", "other", "folder-away", "broken-disk"]
    assert [row.problem_sentence for row in rows()] == before
    migration.store_sentences(apps, editor)
    assert stored("problem") == before


def rows() -> list[WatchedFile | ImportedFile | WatchedFolder | Import]:
    """Return every row that may have a problem, in one order."""
    files = [*WatchedFile.objects.order_by("name"), *ImportedFile.objects.order_by("name")]
    return [*files, *WatchedFolder.objects.all(), *Import.objects.all()]


def stored(column: str) -> list[str]:
    return [getattr(row, column) for row in rows()]


def shown() -> list[str]:
    """Return what pages of the version before showed: the sentences as they lay there."""
    return stored("problem")


def test_the_sentence_is_made_in_the_language_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FILE_PROBLEMS, "folder-too-full", "Delete")
    with translation.override("de"):
        assert WatchedFolder(problem="folder-too-full", problem_values={"limit": 1}).problem_sentence == "Löschen"
