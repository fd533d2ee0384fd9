"""`manage.py import_memos`: a folder of old recordings, listed, asked about, and taken in."""

import io
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from capture.core.problems import FILE_PROBLEMS
from capture.models import Import, ImportedFile, Memo, Source, TextBeside, User
from capture.services.deletion import delete_memo, purge_deleted
from capture.sources.imports import ingest
from capture.sources.watched import stillness
from capture.storage.filesystem import ensure_audio_folder
from config.demo.sample_memos import MEMOS
from tests.support.api_phone import Phone
from tests.support.old_recordings import fill, fingerprint, recording
from tests.support.service import free_port
from tests.support.stalled_writers import writing

State = ImportedFile.State


def import_memos(folder: Path, *arguments: str) -> str:
    """Run the command for Alice and return what it printed."""
    out = io.StringIO()
    call_command("import_memos", str(folder), "--user", "alice", *arguments, stdout=out, stderr=out)
    return out.getvalue()


@pytest.fixture
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as people have it: recordings, a text beside, a picture, links out of it."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "2020-01-01 10.00.00.ogg").write_bytes(recording(99))
    folder = fill(tmp_path_factory.mktemp("old"), 3)
    fill(folder / "walks", 2, start=3)
    os.utime(fill(folder, 1, start=5) / "2021-03-04 00.00.05.ogg", (1.6e9, 1.6e9))
    (folder / "2021-03-04 00.00.05.ogg").rename(folder / "untitled.ogg")
    (folder / "untitled.srt").write_text("1\n00:00:00,000 --> 00:00:02,000\nold words\n")
    (folder / "picture.jpg").write_bytes(b"\xff\xd8\xff\xe0 picture")
    (folder / "empty.ogg").touch()
    (folder / "out.ogg").symlink_to(elsewhere / "2020-01-01 10.00.00.ogg")
    (folder / "out").symlink_to(elsewhere, target_is_directory=True)
    return folder


def test_the_dates_and_where_they_are_from_are_shown_before_anything_is_taken_in(alice: User, old: Path) -> None:
    said = import_memos(old, "--zone", "Europe/Berlin", "--dry-run")
    lines = {line.rsplit("  ", 1)[-1].partition(":")[0]: line for line in said.splitlines()}
    assert "2021-03-04 00:00 +0100  by its name" in lines["2021-03-04 00.00.00.ogg"]
    assert "2020-09-13 14:26 +0200  by the file's time" in lines["(text"]
    assert "left out" in lines["picture.jpg"]
    assert "left out" in lines["out"]
    assert "New recordings: 6 (" in said
    assert "Dated: 5 by its name, 1 by the file's time" in said
    assert not Import.objects.exists()
    assert not Memo.objects.exists()


def test_everything_is_taken_in_as_archive_and_the_folder_is_left_as_it_was(alice: User, old: Path) -> None:
    before = fingerprint(old)
    said = import_memos(old, "--zone", "Europe/Berlin", "--yes")
    assert "Recordings kept: 6." in said
    assert fingerprint(old) == before
    memos = Memo.objects.filter(user=alice).order_by("recorded_at")
    assert {(memo.archive, memo.source, memo.date_assumed) for memo in memos} == {(True, Source.IMPORT, False)}
    assert (memos[1].recorded_at, memos[1].utc_offset) == (datetime(2021, 3, 3, 23, 0, 0, tzinfo=UTC), 60)
    kept = {(ensure_audio_folder() / memo.path).read_bytes() for memo in memos}
    assert kept == {recording(number) for number in range(6)}
    assert not TextBeside.objects.exists()
    left_out = ImportedFile.objects.filter(state=State.REFUSED).values_list("name", flat=True)
    assert set(left_out) == {"empty.ogg", "out", "out.ogg", "picture.jpg"}


def test_again_finds_all_of_it_here_already(alice: User, old: Path) -> None:
    import_memos(old, "--yes")
    (old / "2021-03-04 00.00.00.ogg").rename(old / "another name.ogg")
    said = import_memos(old, "--yes")
    assert "New recordings: 0 (" in said
    assert "Here already: 6." in said
    assert Memo.objects.count() == 6
    assert Import.objects.filter(state=Import.State.ENDED).count() == 2


def test_what_a_phone_sent_is_the_same_memo_and_stays_live(phone: Phone, old: Path) -> None:
    phone.put("m-1", recording(0))
    import_memos(old, "--yes")
    memo = Memo.objects.get(client_id="m-1")
    assert not memo.archive
    assert ImportedFile.objects.get(name="2021-03-04 00.00.00.ogg").memo == memo
    assert Memo.objects.count() == 6


def test_the_same_bytes_under_two_names_are_one_memo(alice: User, tmp_path: Path) -> None:
    folder = fill(tmp_path.with_name("twice"), 1)
    (folder / "copy.ogg").write_bytes(recording(0))
    assert "Recordings kept: 1." in import_memos(folder, "--yes")
    assert sorted(ImportedFile.objects.values_list("state", flat=True)) == [State.KEPT, State.KNOWN]


@pytest.mark.parametrize("for_good", [False, True])
def test_what_was_deleted_does_not_come_back_unsaid(alice: User, old: Path, *, for_good: bool) -> None:
    import_memos(old, "--yes")
    delete_memo(Memo.objects.get(sha256=Memo.objects.order_by("recorded_at")[0].sha256))
    if for_good:
        purge_deleted(timezone.now() + timedelta(days=1))
    said = import_memos(old, "--yes")
    assert "It was deleted here before" in said
    assert Memo.objects.of(alice).count() == 5


def test_it_asks_first(alice: User, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.input", lambda _: "n")
    import_memos(old)
    assert not Memo.objects.exists()
    monkeypatch.setattr("builtins.input", lambda _: "y")
    import_memos(old)
    assert Memo.objects.count() == 6
    assert Import.objects.count() == 1


def test_texts_are_used_only_where_that_was_said_and_stand_with_the_memo(alice: User, old: Path) -> None:
    assert "with --with-texts" in import_memos(old, "--dry-run")
    import_memos(old, "--yes", "--with-texts")
    beside = TextBeside.objects.get()
    assert (
        beside.memo.imports_file.name == "untitled.ogg"
        if hasattr(beside.memo, "imports_file")
        else beside.kind == "srt"
    )
    assert [word[0] for word in beside.words] == ["old", " words"]


def test_a_text_that_cannot_be_read_is_said_and_the_recording_is_heard(alice: User, old: Path) -> None:
    (old / "untitled.json").write_text("{")
    said = import_memos(old, "--yes", "--with-texts")
    assert "untitled.ogg: The text beside it is not used (it is not JSON): the recording is heard." in said
    assert not TextBeside.objects.exists()
    assert Memo.objects.count() == 6


def test_a_full_disk_pauses_it_and_it_goes_on_later(alice: User, old: Path, settings: Settings) -> None:
    settings.DISK_RESERVE = 1 << 60
    with pytest.raises(CommandError, match="nearly full"):
        import_memos(old, "--yes")
    taken = Import.objects.get()
    assert taken.state == Import.State.PAUSED
    assert taken.files.filter(state=State.WAITING).count() == 6
    settings.DISK_RESERVE = 0
    import_memos(old, "--yes")
    assert Memo.objects.count() == 6
    assert Import.objects.get().state == Import.State.ENDED


def test_a_store_that_is_away_pauses_it_and_it_goes_on_later(alice: User, old: Path, settings: Settings) -> None:
    settings.STORE = (f"http://127.0.0.1:{free_port()}", "memos", "key", "secret", "us-east-1")
    with pytest.raises(CommandError, match="does not answer"):
        import_memos(old, "--yes")
    assert Import.objects.get().files.filter(state=State.WAITING).count() == 6
    settings.STORE = None
    import_memos(old, "--yes")
    assert Memo.objects.count() == 6


def test_a_file_that_became_a_link_after_it_was_listed_is_refused(
    alice: User, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def swap(_: str) -> str:
        (old / "2021-03-04 00.00.01.ogg").unlink()
        (old / "2021-03-04 00.00.01.ogg").symlink_to("/etc/passwd")
        (old / "walks").rename(old / "elsewhere")
        (old / "walks").symlink_to(old / "elsewhere")
        return "y"

    monkeypatch.setattr("builtins.input", swap)
    import_memos(old)
    assert Memo.objects.count() == 3
    assert ImportedFile.objects.filter(problem="unreadable-file").count() == 3


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["/no/such/folder"], "There is no such folder"),
        (["."], "The service's own data lies"),
        (["..", "--zone", "Mars/Olympus"], "There is no such time zone"),
    ],
)
def test_what_cannot_be_imported_is_one_sentence(
    arguments: list[str], sentence: str, alice: User, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)
    with pytest.raises(CommandError, match=sentence):
        call_command("import_memos", *arguments, "--user", "alice")
    assert not Import.objects.exists()


def test_the_data_folder_is_passed_over(phone: Phone, alice: User, tmp_path: Path, settings: Settings) -> None:
    settings.HOME = tmp_path / "house" / "var"
    settings.HOME.mkdir(parents=True)
    phone.put("m-1", recording(0))
    fill(tmp_path / "house" / "mine", 1, start=1)
    assert "New recordings: 1 (" in import_memos(tmp_path / "house", "--dry-run")


@pytest.mark.parametrize("modified", [-62_135_596_800 + 7200, -1e9, 315_532_800, 9e9])
def test_a_file_time_that_cannot_be_right_is_the_day_it_is_taken_in(
    alice: User, tmp_path_factory: pytest.TempPathFactory, modified: float
) -> None:
    folder = tmp_path_factory.mktemp("old")
    (folder / "untitled.ogg").write_bytes(recording(0))
    os.utime(folder / "untitled.ogg", (modified, modified))
    before = timezone.now()
    import_memos(folder, "--yes", "--zone", "America/New_York")
    assert before - timedelta(seconds=1) <= Memo.objects.get().recorded_at <= timezone.now()
    assert ImportedFile.objects.get().recorded_at >= before


@pytest.fixture
def apart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder, apart from the data folder."""
    return tmp_path_factory.mktemp("apart")


def test_a_file_whose_writer_stalls_is_left_out_and_taken_whole_by_the_next_import(alice: User, apart: Path) -> None:
    whole = (MEMOS / "memo-001.ogg").read_bytes()
    file = apart / "2024-05-03 07.15.22.ogg"
    file.write_bytes(whole[: len(whole) // 2])
    os.utime(file, (1.7e9, 1.7e9))  # it has stalled for long
    fill(apart, 1)
    with writing(file):
        said = import_memos(apart, "--yes")
    assert f"{file.name}: {FILE_PROBLEMS['still-written']}" in said
    assert "Recordings kept: 1." in said
    file.write_bytes(whole)
    assert "Recordings kept: 1." in import_memos(apart, "--yes")
    assert (ensure_audio_folder() / Memo.objects.latest("received_at").path).read_bytes() == whole
    assert Memo.objects.count() == 2


@pytest.mark.parametrize(("age", "kept"), [(5, 0), (700, 1), (-5, 0), (-1e6, 1)])
def test_where_nobody_tells_of_writers_half_a_file_keeps_still_first(
    age: float, kept: int, alice: User, apart: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stillness, "has_open_writer", lambda _descriptor: None)
    whole = (MEMOS / "memo-001.ogg").read_bytes()
    (apart / "half.ogg").write_bytes(whole[: len(whole) // 2])
    (apart / "whole.ogg").write_bytes(whole)
    at = time.time() - age
    os.utime(apart / "half.ogg", (at, at))
    assert f"Recordings kept: {kept + 1}." in import_memos(apart, "--yes")


def test_a_file_that_grows_while_it_is_read_is_left_out(
    alice: User, apart: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = fill(apart, 1) / "2021-03-04 00.00.00.ogg"

    def read_and_grow(source: io.BufferedReader) -> Iterator[bytes]:
        yield source.read()
        with file.open("ab") as growing:
            growing.write(b"more")

    monkeypatch.setattr(ingest, "_read_chunks", read_and_grow)
    assert FILE_PROBLEMS["still-written"] in import_memos(apart, "--yes")
    assert not Memo.objects.exists()
    assert not list((ensure_audio_folder().parent / "incoming").iterdir())
