"""Moving what was taken into `done`: after the receipt, just what was read, and over nothing."""

import os
from pathlib import Path
from typing import Any

import pytest

from capture.core.problems import FILE_PROBLEMS
from capture.models import Memo, WatchedFolder
from capture.sources.watched import archive, ingest, poll
from capture.sources.watched.folders import set_moves_done
from tests.support.recordings import audio_path
from tests.support.watched_folders import OTHER, RECORDING, file_problems, look, put


@pytest.fixture
def moved(watched: WatchedFolder) -> WatchedFolder:
    """Return a watched folder from which what is taken is moved."""
    set_moves_done(watched, moves_done=True)
    return watched


def lying(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_what_is_kept_is_moved_into_the_folders_in_which_it_lay(moved: WatchedFolder, shared: Path) -> None:
    put(shared / "a.ogg")
    put(shared / "2024" / "may" / "b.ogg", OTHER)
    put(shared / "notes.txt", b"no recording")
    assert look(2) == 2
    assert lying(shared) == {"done/a.ogg": RECORDING, "done/2024/may/b.ogg": OTHER, "notes.txt": b"no recording"}
    assert look(3) == 0
    assert moved.files.filter(is_done=True, problem="").count() == 2


def test_originals_stay_unless_it_is_said(watched: WatchedFolder, shared: Path) -> None:
    put(shared / "a.ogg")
    look(3)
    assert lying(shared) == {"a.ogg": RECORDING}
    set_moves_done(watched, moves_done=True)
    look()
    assert lying(shared) == {"done/a.ogg": RECORDING}
    assert Memo.objects.count() == 1


def test_what_lies_in_done_is_never_overwritten(moved: WatchedFolder, shared: Path) -> None:
    put(shared / "done" / "a.ogg", b"somebody's")
    put(shared / "a.ogg")
    look(2)
    put(shared / "a.ogg", OTHER)
    look(2)
    assert lying(shared) == {"done/a.ogg": b"somebody's", "done/a (2).ogg": RECORDING, "done/a (3).ogg": OTHER}


def test_it_is_moved_only_after_its_receipt(
    moved: WatchedFolder, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(shared / "a.ogg")
    real = os.rename
    kept: list[bool] = []

    def rename(source: Any, target: Any, **folders: Any) -> None:
        if "src_dir_fd" in folders:
            kept.append(audio_path(Memo.objects.get()).read_bytes() == RECORDING)
        real(source, target, **folders)

    monkeypatch.setattr(os, "rename", rename)
    look(2)
    assert kept == [True]


def test_a_refused_recording_is_not_moved(moved: WatchedFolder, shared: Path, settings: Any) -> None:
    settings.DISK_RESERVE = 10**18
    put(shared / "a.ogg")
    look(3)
    assert lying(shared) == {"a.ogg": RECORDING}


def test_another_file_that_took_its_place_is_not_moved_unread(
    moved: WatchedFolder, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(shared / "a.ogg")
    look()
    real = ingest.ingest_watched_file

    def swapped_after(*arguments: Any) -> Any:
        read = real(*arguments)
        put(shared / "new.ogg", OTHER).rename(shared / "a.ogg")
        return read

    with monkeypatch.context() as patch:
        patch.setattr(poll, "ingest_watched_file", swapped_after)
        assert look() == 0
    assert lying(shared) == {"a.ogg": OTHER}
    look(2)
    assert lying(shared) == {"done/a.ogg": OTHER}
    assert Memo.objects.count() == 2


def test_one_that_took_its_place_in_the_instant_of_the_move_is_put_back(
    moved: WatchedFolder, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(shared / "a.ogg")
    look()
    real = archive._move_to_free_name
    swaps = iter([True])

    def swapped_before(name: str, source: int, target: int) -> str:
        if next(swaps, False):
            put(shared / "new.ogg", OTHER).rename(shared / "a.ogg")
        return real(name, source, target)

    with monkeypatch.context() as patch:
        patch.setattr(archive, "_move_to_free_name", swapped_before)
        assert look() == 0
    assert lying(shared) == {"a.ogg": OTHER}
    look(2)
    assert Memo.objects.count() == 2


@pytest.mark.parametrize("hindrance", ["a link", "a file"])
def test_what_cannot_be_moved_is_kept_and_said(
    hindrance: str, moved: WatchedFolder, shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    if hindrance == "a link":
        (shared / "done").symlink_to(outside)
    else:
        (shared / "done").write_text("no folder")
    put(shared / "a.ogg")
    assert look(2) == 1
    assert Memo.objects.count() == 1
    assert file_problems(moved) == {"a.ogg": FILE_PROBLEMS["not-moved"]}
    assert lying(outside) == {}
    (shared / "done").unlink()
    set_moves_done(moved, moves_done=True)
    look()
    assert lying(shared) == {"done/a.ogg": RECORDING}


def test_a_rename_that_fails_leaves_no_empty_file(
    moved: WatchedFolder, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(shared / "a.ogg")
    look()

    real = os.rename

    def fail(source: Any, target: Any, **folders: Any) -> None:
        if "src_dir_fd" in folders:
            raise PermissionError
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", fail)
        look()
    assert lying(shared) == {"a.ogg": RECORDING}
    assert file_problems(moved) == {"a.ogg": FILE_PROBLEMS["not-moved"]}
