"""What is not taken from a watched folder, why, and whether it is tried again."""

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from capture.core.errors import Refusal, too_large
from capture.core.problems import FILE_PROBLEMS
from capture.models import Memo, WatchedFolder
from capture.sources.safe_open import open_folder
from capture.sources.watched import ingest, poll
from capture.sources.watched.folders import troubled_folders
from capture.sources.watched.tracking import DueFile
from capture.sources.watched.walk import walk_watched_folder
from capture.storage.incoming import Incoming
from tests.support.data_folder import failing, files
from tests.support.servers import missing
from tests.support.watched_folders import HOUR_SECONDS, OTHER, RECORDING, file_problems, look, put


def test_what_is_no_recording_stays_with_a_sentence_until_it_changes(
    watched: WatchedFolder, shared: Path, home: Path
) -> None:
    put(shared / "letter.ogg", b"not audio at all")
    put(shared / "empty.ogg", b"")
    look(3)
    assert file_problems(watched) == {
        "letter.ogg": Refusal("not-audio").sentence,
        "empty.ogg": Refusal("empty").sentence,
    }
    assert sorted(file.name for file in shared.iterdir()) == ["empty.ogg", "letter.ogg"]
    assert files(home) == []
    put(shared / "letter.ogg")
    assert look(2) == 1
    (shared / "empty.ogg").unlink()
    look()
    assert file_problems(watched) == {}


def test_what_is_too_large_is_not_read(watched: WatchedFolder, shared: Path, settings: Any) -> None:
    settings.MAX_UPLOAD = len(RECORDING) - 1
    put(shared / "memo.ogg")
    look(2)
    assert file_problems(watched) == {"memo.ogg": too_large(settings.MAX_UPLOAD).sentence}


def test_a_full_disk_is_tried_again_and_nothing_is_half_there(
    watched: WatchedFolder, shared: Path, settings: Any, home: Path
) -> None:
    settings.DISK_RESERVE = 10**18
    put(shared / "memo.ogg")
    put(shared / "other.ogg", OTHER)
    assert look(3) == 0
    assert set(file_problems(watched).values()) == {Refusal("disk-nearly-full").sentence}
    assert files(home) == []
    settings.DISK_RESERVE = 0
    assert look(later=HOUR_SECONDS) == 0
    assert look(2) == 2
    assert file_problems(watched) == {}


def test_a_file_that_cannot_be_read_is_tried_again(
    watched: WatchedFolder, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(shared / "memo.ogg")
    look()
    with monkeypatch.context() as patch:

        def broken(*_: object, **__: object) -> None:
            raise OSError(errno.EIO, "a bad sector")

        patch.setattr(os, "fdopen", broken)
        assert look() == 0
    assert file_problems(watched) == {"memo.ogg": FILE_PROBLEMS["not-read"]}
    assert look(later=HOUR_SECONDS) == 0
    assert look() == 1


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_a_disk_of_ours_that_fails_leaves_the_original_to_the_next_time(
    code: int, watched: WatchedFolder, shared: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    WatchedFolder.objects.update(moves_done=True)
    put(shared / "memo.ogg")
    look()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing(code))
        assert look() == 0
    assert (shared / "memo.ogg").read_bytes() == RECORDING
    assert not Memo.objects.exists()
    assert files(home) == []
    assert look(later=HOUR_SECONDS) + look() == 1
    assert not (shared / "memo.ogg").exists()


def test_links_are_refused_wherever_they_lead(
    watched: WatchedFolder, shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    put(outside / "secret.ogg")
    put(shared / "within" / "memo.ogg", OTHER)
    (shared / "link.ogg").symlink_to(outside / "secret.ogg")
    (shared / "folder").symlink_to(outside)
    (shared / "round").symlink_to(shared)
    (shared / "own.ogg").symlink_to("within/memo.ogg")
    os.mkfifo(shared / "pipe.ogg")
    assert look(3) == 1
    assert file_problems(watched) == dict.fromkeys(["link.ogg", "folder", "round", "own.ogg"], FILE_PROBLEMS["link"])


@pytest.mark.parametrize("swapped", ["memo.ogg", "within"])
def test_what_is_swapped_for_a_link_between_two_looks_is_not_followed(
    swapped: str,
    watched: WatchedFolder,
    shared: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    put(outside / "memo.ogg")
    put(shared / swapped if swapped == "memo.ogg" else shared / swapped / "memo.ogg")
    look()
    real = ingest.ingest_watched_file

    def swapped_before(*arguments: Any) -> Any:
        (shared / swapped).rename(outside / "aside")
        (shared / swapped).symlink_to(outside / "memo.ogg" if swapped == "memo.ogg" else outside)
        return real(*arguments)

    monkeypatch.setattr(poll, "ingest_watched_file", swapped_before)
    assert look() == 0
    assert not Memo.objects.exists()


def test_a_pipe_that_takes_a_files_place_is_not_waited_for(
    watched: WatchedFolder, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(shared / "memo.ogg")
    look()
    real = ingest.ingest_watched_file

    def swapped_before(*arguments: Any) -> Any:
        (shared / "memo.ogg").unlink()
        os.mkfifo(shared / "memo.ogg")
        return real(*arguments)

    monkeypatch.setattr(poll, "ingest_watched_file", swapped_before)
    assert look() == 0
    assert not Memo.objects.exists()


def test_a_file_that_grows_while_it_is_read_is_left_for_later(
    watched: WatchedFolder, shared: Path, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    recording = put(shared / "memo.ogg", RECORDING[:5000])
    look()
    real = Incoming.write

    def growing(self: Incoming, chunk: bytes) -> None:
        real(self, chunk)
        with recording.open("ab") as file:
            file.write(RECORDING[5000:6000])

    with monkeypatch.context() as patch:
        patch.setattr(Incoming, "write", growing)
        assert look() == 0
    assert files(home) == []
    put(recording)
    assert look(2) == 1


def test_a_race_of_swaps_never_lets_anything_outside_in(
    watched: WatchedFolder, shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A file and a folder change places with links as fast as somebody can, while they are looked into."""
    outside = tmp_path_factory.mktemp("outside")
    put(outside / "memo.ogg", OTHER)
    put(shared / "within" / "memo.ogg")
    ended = threading.Event()
    swaps = threading.Thread(target=_swap, args=(shared, outside, ended))
    swaps.start()
    try:
        met = looks = 0
        while looks < 100 or (met < 30 and looks < 10_000):
            looks += 1
            with open_folder(shared) as folder:
                for seen in list(walk_watched_folder(folder)):
                    met += 1
                    _read_if_still_there(folder, seen, watched)
    finally:
        ended.set()
        swaps.join()
    assert met >= 30
    assert {memo.bytes for memo in Memo.objects.all()} <= {len(RECORDING)}


def _read_if_still_there(folder: int, seen: Any, watched: WatchedFolder) -> None:
    try:
        ingest.ingest_watched_file(watched, folder, DueFile(seen, 0, 3600.0))
    except (ingest.NotAsMet, OSError, Refusal):
        return


def _swap(shared: Path, outside: Path, ended: threading.Event) -> None:
    while not ended.is_set():
        (shared / "within").rename(shared / "aside")
        (shared / "within").symlink_to(outside)
        (shared / "within").unlink()
        (shared / "aside").rename(shared / "within")


def test_a_folder_whose_place_a_link_took_is_not_looked_into(watched: WatchedFolder, shared: Path) -> None:
    elsewhere = shared.rename(shared.with_name("elsewhere"))
    put(elsewhere / "memo.ogg")
    shared.symlink_to(elsewhere)
    assert look(2) == 0
    watched.refresh_from_db()
    assert watched.problem == poll.AWAY
    assert not watched.files.exists()


def test_an_unreadable_folder_is_said_to_be_one(
    watched: WatchedFolder, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object) -> None:
        raise PermissionError(errno.EACCES, "no")

    with monkeypatch.context() as patch:
        patch.setattr(poll, "record_met_files", forbidden)
        look()
    assert [(folder.path, folder.problem_sentence) for folder in troubled_folders()] == [
        (str(shared), FILE_PROBLEMS["folder-closed"])
    ]
    look()
    assert troubled_folders() == []


UNPRIVILEGED = """
import os, sys
from pathlib import Path
from capture.sources.safe_open import open_folder
from capture.sources.watched.walk import walk_watched_folder
os.setuid(65534)
with open_folder(Path(sys.argv[1])) as folder:
    print(sorted((seen.name, seen.problem) for seen in walk_watched_folder(folder)))
"""


def test_folders_below_that_may_not_be_read_are_told_of(shared: Path) -> None:
    if os.geteuid() != 0:
        missing("root, who alone can become somebody who may not read,")
    for folder in (shared, *shared.parents):
        if folder.stat().st_uid == os.getuid() and folder.is_relative_to("/tmp") and folder != Path("/tmp"):
            folder.chmod(0o711 if folder != shared else 0o755)
    put(shared / "memo.ogg")
    put(shared / "closed" / "memo.ogg").parent.chmod(0o700)
    run = subprocess.run([sys.executable, "-c", UNPRIVILEGED, str(shared)], capture_output=True, text=True, check=False)
    assert "('memo.ogg', '')" in run.stdout, run.stderr
    assert "('closed', 'closed')" in run.stdout
