"""What versions before stored as sentences is stored as codes, and shown as it was."""

from importlib import import_module

import pytest
from django.db.migrations.state import StateApps
from django.utils import timezone, translation

from capture.core.problems import FILE_PROBLEMS, OTHER_PROBLEMS, PROBLEMS, problem_sentence
from capture.models import Import, ImportedFile, WatchedFile, WatchedFolder
from tests.support.old_migrations import migrate_to, migrate_to_latest, taken_back_to
from tests.support.old_sentences import as_said_now

migration = import_module("capture.migrations.0006_problem_codes")
BEFORE = [("capture", "0005_memo_kind_help")]
OF_OLD = "The disk may not be read on Sundays, {so} it waits 3 days."


@pytest.mark.parametrize("code", migration.SENTENCES)
def test_a_sentence_of_before_becomes_its_code_and_is_shown_as_it_was(code: str) -> None:
    values = {"megabytes": 104_857, "limit": 100_000}
    sentence = migration.SENTENCES[code].format_map(values)
    found, named = migration.read(sentence)
    assert found == code
    assert problem_sentence(found, named) == as_said_now(sentence)


NEWER = {"other", "still-written"}
"""Those that no version stored as a sentence."""


def test_every_problem_of_a_file_has_its_sentence_of_before() -> None:
    assert set(FILE_PROBLEMS) - set(migration.SENTENCES) == NEWER
    assert set(migration.SENTENCES) <= {*FILE_PROBLEMS, *PROBLEMS}


@pytest.mark.django_db(transaction=True)
def test_the_migrations_take_a_database_of_before_along_and_back() -> None:
    sentences = [one.format_map({"megabytes": 1_049, "limit": 100_000}) for one in migration.SENTENCES.values()]
    sentences = ["", *sentences, OF_OLD]
    with taken_back_to(BEFORE) as models:
        _make_rows(models, sentences)
        migrate_to_latest()
        for model in (WatchedFolder, WatchedFile, Import, ImportedFile):
            rows = model._default_manager.order_by("pk" if model is not Import else "created_at")
            assert [row.problem for row in rows] == ["", *migration.SENTENCES, "other"]
            assert [row.problem_sentence for row in rows] == [as_said_now(sentence) for sentence in sentences]
        imports = migrate_to(BEFORE).get_model("capture", "Import").objects
        assert sorted(imports.values_list("problem", flat=True)) == sorted(sentences)


def _make_rows(models: StateApps, sentences: list[str]) -> None:
    user = models.get_model("capture", "User").objects.create(username="old")
    for number, sentence in enumerate(sentences):
        folder = models.get_model("capture", "WatchedFolder").objects.create(user=user, path=number, problem=sentence)
        models.get_model("capture", "WatchedFile").objects.create(
            folder=folder, name=number, size=1, modified_ns=1, met_at=timezone.now(), problem=sentence
        )
        taken = models.get_model("capture", "Import").objects.create(
            user=user, folder=number, time_zone="UTC", problem=sentence
        )
        models.get_model("capture", "ImportedFile").objects.create(
            taken_by=taken, name=number, size=1, recorded_at=timezone.now(), dated_by="file", problem=sentence
        )


def test_the_sentence_is_made_in_the_language_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(OTHER_PROBLEMS, "folder-too-full", "Delete")
    with translation.override("de"):
        assert WatchedFolder(problem="folder-too-full", problem_values={"limit": 1}).problem_sentence == "Löschen"
