"""Recordings that come into a watched folder become memos: once, whole, and never while they still grow."""

import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from capture.core.errors import Refusal
from capture.models import Memo, Source, User, WatchedFile, WatchedFolder
from capture.services.deletion import delete_memo, purge_deleted
from capture.services.sealing import KEY_FILE
from capture.signals import memo_received
from capture.sources.watched import poll
from capture.sources.watched.folders import stop_watching, watch_folder
from tests.support.recordings import audio_path
from tests.support.sealing import seal, service_key
from tests.support.watched_folders import HOUR_SECONDS, OTHER, RECORDING, file_problems, look, put


def test_what_a_phone_saved_sealed_is_opened_and_what_is_for_another_key_says_so(
    watched: WatchedFolder, shared: Path
) -> None:
    put(shared / "2026-11-24T03-12-00 a.sealed", seal(service_key(), [RECORDING[:500], RECORDING[500:]]))
    put(shared / "foreign.sealed", seal(X25519PrivateKey.generate().public_key(), [OTHER]))
    assert look(2) == 1
    memo = Memo.objects.get()
    assert (memo.sha256, memo.kind) == (hashlib.sha256(RECORDING).hexdigest(), "ogg")
    assert file_problems(watched) == {"foreign.sealed": Refusal("sealed-for-another").sentence}


@pytest.mark.parametrize("away", [None, b"no key at all"])
def test_what_cannot_be_opened_for_want_of_its_key_waits_for_it_and_holds_up_no_other(
    watched: WatchedFolder, shared: Path, home: Path, away: bytes | None
) -> None:
    public, key_file = service_key(), home / KEY_FILE
    key = key_file.read_bytes()
    key_file.unlink()
    if away:
        key_file.write_bytes(away)
    put(shared / "a.sealed", seal(public, [RECORDING]), age=2 * HOUR_SECONDS)
    put(shared / "b.ogg", OTHER)
    assert look(2) == 1
    code = "sealing-key-unreadable" if away else "sealed-for-another"
    assert file_problems(watched) == {"a.sealed": Refusal(code).sentence}
    key_file.write_bytes(key)
    assert look(2, later=400) == 1
    assert file_problems(watched) == {}
    assert Memo.objects.filter(sha256=hashlib.sha256(RECORDING).hexdigest()).exists()


def test_what_keeps_still_becomes_a_memo_at_the_second_look(watched: WatchedFolder, shared: Path) -> None:
    recording = put(shared / "2024-05-03 07.15.22.ogg")
    assert look() == 0
    assert look() == 1
    memo = Memo.objects.get()
    assert (memo.user, memo.device, memo.source) == (watched.user, None, Source.WATCHED)
    assert memo.recorded_at == datetime(2024, 5, 3, 7, 15, 22, tzinfo=UTC)
    assert audio_path(memo).read_bytes() == recording.read_bytes() == RECORDING
    assert look(3) == 0


def test_a_memo_is_announced_like_any_other(
    watched: WatchedFolder, shared: Path, django_capture_on_commit_callbacks: Any
) -> None:
    heard = []

    def hear(**said: Any) -> None:
        heard.append(said["id"])

    memo_received.connect(hear)
    put(shared / "a.ogg")
    with django_capture_on_commit_callbacks(execute=True):
        look(2)
    memo_received.disconnect(hear)
    assert heard == [Memo.objects.get().pk]


def test_what_still_grows_is_left_alone_until_it_is_whole(watched: WatchedFolder, shared: Path) -> None:
    for length in range(1000, len(RECORDING), 20_000):
        put(shared / "memo.ogg", RECORDING[:length])
        assert look() == 0
    put(shared / "memo.ogg")
    assert look(2) == 1
    assert audio_path(Memo.objects.get()).read_bytes() == RECORDING


def test_what_was_written_a_moment_ago_may_still_grow(watched: WatchedFolder, shared: Path) -> None:
    put(shared / "memo.ogg", age=0)
    assert look(3) == 0
    put(shared / "memo.ogg", age=6)
    assert look(2) == 1


def test_a_clock_that_runs_ahead_keeps_nothing_waiting(watched: WatchedFolder, shared: Path) -> None:
    put(shared / "memo.ogg", age=-30 * HOUR_SECONDS)
    assert look(2) == 1
    assert Memo.objects.get().date_assumed


def test_temporary_names_wait_to_be_renamed(watched: WatchedFolder, shared: Path) -> None:
    names = (
        ".syncthing.memo.ogg.tmp",
        "~syncthing~memo.ogg.tmp",
        ".memo.ogg.Xa3bQ1",
        "memo.ogg.part",
        "memo.ogg.crdownload",
        ".stversions/memo.ogg",
        ".stfolder/memo.ogg",
        "@eaDir/memo.ogg",
        "done/memo.ogg",
    )
    for name in names:
        put(shared / name)
    assert look(2) == 0
    assert not watched.files.exists()
    (shared / names[0]).rename(shared / "memo.ogg")
    assert look(2) == 1


def test_the_same_bytes_are_one_memo_wherever_they_lie(watched: WatchedFolder, shared: Path) -> None:
    for name in ("a.ogg", "b.ogg", "within/another/c.ogg"):
        put(shared / name)
    look(2)
    assert Memo.objects.count() == 1
    assert watched.files.filter(is_done=True, problem="").count() == 3


def test_a_file_that_changed_is_another_recording_only_if_its_bytes_are(watched: WatchedFolder, shared: Path) -> None:
    put(shared / "memo.ogg")
    look(2)
    put(shared / "memo.ogg", age=2 * HOUR_SECONDS)
    look(2)
    assert Memo.objects.count() == 1
    put(shared / "memo.ogg", OTHER)
    look(2)
    assert Memo.objects.count() == 2


def test_what_was_taken_or_refused_is_not_opened_again(watched: WatchedFolder, shared: Path) -> None:
    for name, content in (("memo.ogg", RECORDING), ("notes.txt", b"no recording")):
        put(shared / name, content)
    look(2)
    before = {file: file.stat().st_atime_ns for file in shared.iterdir()}
    for file in before:
        os.utime(file, ns=(0, file.stat().st_mtime_ns))  # whoever reads it now moves its time of access
    look(5, later=HOUR_SECONDS)
    assert {file.stat().st_atime_ns for file in shared.iterdir()} == {0}


def test_a_deleted_memo_does_not_come_back(watched: WatchedFolder, shared: Path, alice: User) -> None:
    put(shared / "memo.ogg")
    look(2)
    delete_memo(Memo.objects.get())
    put(shared / "renamed.ogg")
    assert look(2) == 1
    assert not Memo.objects.of(alice).exists()
    purge_deleted(datetime.now(UTC) + timedelta(days=1))
    put(shared / "renamed again.ogg")
    assert look(2) == 1
    assert not Memo.objects.exists()


def test_what_is_old_keeps_no_memo_of_today_waiting(watched: WatchedFolder, shared: Path) -> None:
    put(shared / "today.ogg")
    put(shared / "2024-05-03 07.15.22.ogg", OTHER)
    look(2)
    assert dict(Memo.objects.values_list("sha256", "archive")) == {
        hashlib.sha256(RECORDING).hexdigest(): False,
        hashlib.sha256(OTHER).hexdigest(): True,
    }


def test_two_users_meet_only_their_own_folders(
    watched: WatchedFolder, shared: Path, bob: User, tmp_path_factory: pytest.TempPathFactory
) -> None:
    his = tmp_path_factory.mktemp("his")
    watch_folder(bob, his)
    put(shared / "memo.ogg")
    put(his / "memo.ogg")
    put(his / "other.ogg", OTHER)
    look(2)
    assert Memo.objects.of(watched.user).count() == 1
    assert Memo.objects.of(bob).count() == 2


def test_the_folders_of_a_closed_account_are_not_looked_into(watched: WatchedFolder, shared: Path) -> None:
    put(shared / "memo.ogg")
    User.objects.update(is_active=False)
    assert look(2) == 0
    assert not WatchedFile.objects.exists()


def test_a_folder_that_is_watched_anew_doubles_nothing(watched: WatchedFolder, shared: Path) -> None:
    put(shared / "memo.ogg")
    look(2)
    stop_watching(watched)
    assert look(2) == 0
    watch_folder(watched.user, shared)
    assert look(2) == 1
    assert Memo.objects.count() == 1


def test_a_folder_that_is_away_is_waited_for_quietly(
    watched: WatchedFolder, shared: Path, caplog: pytest.LogCaptureFixture
) -> None:
    put(shared / "memo.ogg")
    look(2)
    away = shared.rename(shared.with_name("unplugged"))
    assert look(2) == 0
    watched.refresh_from_db()
    assert watched.problem == poll.AWAY
    put(away / "new.ogg", OTHER)
    away.rename(shared)
    assert look(2) == 1
    watched.refresh_from_db()
    assert watched.problem == ""
    assert Memo.objects.count() == 2
    assert not caplog.records


def test_an_empty_mount_point_makes_nobody_forget_what_was_taken(watched: WatchedFolder, shared: Path) -> None:
    put(shared / "memo.ogg")
    put(shared / "notes.txt", b"no recording")
    look(2)
    away = shared.rename(shared.with_name("unplugged"))
    shared.mkdir()
    look(2)
    assert [row.name for row in watched.files.all()] == ["memo.ogg"]
    shared.rmdir()
    away.rename(shared)
    assert look(2) == 0


@pytest.mark.parametrize("name", ["caf\udce9.ogg", "a\nb.ogg", "'\";--.ogg", "%s.ogg", "é" * 100 + ".ogg"])
def test_names_of_every_kind(name: str, watched: WatchedFolder, shared: Path) -> None:
    put(shared / name)
    assert look(2) == 1
    assert look(2) == 0


def test_paths_longer_than_the_database_keeps_are_told_apart(watched: WatchedFolder, shared: Path) -> None:
    deep = Path(*["ä" * 120] * 9)
    put(shared / deep / "a.ogg")
    put(shared / deep / "b.ogg", OTHER)
    assert look(2) == 2
    assert look(2) == 0


def test_many_files_are_taken_in_turns(
    watched: WatchedFolder,
    shared: Path,
    bob: User,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(poll, "TAKING_SECONDS", 0.0)
    his = tmp_path_factory.mktemp("his")
    watch_folder(bob, his)
    for number in range(5):
        put(shared / f"{number}.ogg", RECORDING + bytes([number]), age=HOUR_SECONDS - number)
    put(his / "memo.ogg")
    look()
    assert [look(), look(), look()] == [2, 1, 1]
    assert Memo.objects.of(bob).count() == 1


def test_whoever_dies_after_the_receipt_doubles_nothing(
    watched: WatchedFolder, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(shared / "memo.ogg")
    look()

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(poll, "_record_attempt", die)
        with pytest.raises(KeyboardInterrupt):
            look()
    assert Memo.objects.count() == 1
    assert look() == 1
    assert Memo.objects.count() == 1
