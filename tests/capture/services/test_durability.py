"""A receipt means durable: what happens in which order, and what is left when a step fails."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.db.models import Model
from django.utils import timezone

from capture.maintenance.cleanup import LEFTOVER_SECONDS, delete_leftovers, delete_leftovers_of_last_run
from capture.maintenance.leftovers import counted_leftovers
from capture.models import Device, Memo, User
from capture.services import ingest
from capture.services.contexts import correct_date
from capture.services.deletion import delete_memo, purge_deleted
from capture.services.devices import create_device
from capture.services.recordings import unclaimed_recordings
from capture.signals import memo_received
from capture.storage import filesystem, incoming
from capture.storage.filesystem import ensure_audio_folder, ensure_incoming_folder
from capture.storage.folder import FOLDERS, TURN_FOLDERS
from capture.storage.incoming import Incoming
from capture.storage.protocol import PLAYBACK_SUFFIX, playback_path_of
from tests.support.answers import problem
from tests.support.api_phone import OGG, Phone
from tests.support.data_folder import files, nothing_stored
from tests.support.durability_steps import record_steps
from tests.support.ingest_model import send
from tests.support.servers import missing

pytestmark = pytest.mark.django_db(transaction=True)


def test_file_name_and_row_are_durable_before_the_receipt(bedside: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    ensure_audio_folder(), ensure_incoming_folder()
    steps: list[str] = []
    record_steps(monkeypatch, steps)
    send(bedside, "a", OGG)
    steps.append("receipt")
    steps = steps[steps.index("fsync file") :]
    assert [step for step in steps if not step.startswith("make")] == [
        "fsync file",
        "fsync folder",  # of the data folder, which may be new
        "fsync folder",  # of audio/, which has a new folder in it
        "rename",
        "fsync folder",
        "insert Memo",
        "commit",
        "receipt",
    ]


def test_the_database_waits_for_its_disk_too(db: None) -> None:
    asked, full = ("PRAGMA synchronous", 2) if connection.vendor == "sqlite" else ("SHOW synchronous_commit", "on")
    with connection.cursor() as cursor:
        cursor.execute(asked)
        assert cursor.fetchone() == (full,)


def test_the_announcement_comes_after_the_commit(bedside: Device) -> None:
    seen: list[tuple[object, bool]] = []

    def listen(**announcement: Any) -> None:
        seen.append((announcement["id"], connection.in_atomic_block))

    memo_received.connect(listen)
    try:
        send(bedside, "a", OGG)
        send(bedside, "a", OGG)
    finally:
        memo_received.disconnect(listen)
    assert seen == [(Memo.objects.get().pk, False)]


def test_a_listener_that_fails_costs_no_receipt(bedside: Device) -> None:
    def fail(**_announcement: Any) -> None:
        raise RuntimeError

    memo_received.connect(fail)
    try:
        assert send(bedside, "a", OGG).created
    finally:
        memo_received.disconnect(fail)


def test_without_a_commit_there_is_no_receipt(phone: Phone, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OperationalError("disk I/O error")

    def failing_insert(memo: Memo, **_how: Any) -> None:
        monkeypatch.setattr(connection, "_commit", fail)
        Model.save(memo, force_insert=True)

    monkeypatch.setattr(Memo, "save", failing_insert)
    assert problem(phone.put("m-1"), 500, "internal-server-error")
    monkeypatch.undo()
    assert not Memo.objects.exists()
    assert phone.put("m-1").status_code == 201


def failing(number: int) -> Callable[..., Any]:
    def fail(*_arguments: Any, **_named: Any) -> Any:
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize(
    "step",
    [(Path, "open"), (os, "fsync"), (Path, "rename"), (filesystem, "fsync_folder"), (incoming, "fsync_folder")],
)
def test_a_full_disk_is_told_and_nothing_is_left(
    step: tuple[Any, str], number: int, phone: Phone, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure_audio_folder(), ensure_incoming_folder()
    for by_form in (False, True):
        with monkeypatch.context() as full:
            full.setattr(*step, failing(number))
            answer = phone.post(audio=_form_file()) if by_form else phone.put("m-1")
        assert problem(answer, 507, "disk-nearly-full")
        assert nothing_stored(home)


@pytest.mark.parametrize("audio", [OGG, OGG * 10_000], ids=["on closing", "half way"])
@pytest.mark.parametrize("way", ["put", "post"])
def test_a_disk_that_fills_up_while_writing_is_told(
    audio: bytes, way: str, phone: Phone, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not Path("/dev/full").exists():
        missing("/dev/full")
    usual = Path.open

    def on_full(path: Path, mode: str = "r", *arguments: Any, **named: Any) -> IO[Any]:
        return open("/dev/full", "wb") if mode == "xb" else usual(path, mode, *arguments, **named)  # noqa: PTH123

    with monkeypatch.context() as full:
        full.setattr(Path, "open", on_full)
        answer = phone.put("m-1", audio) if way == "put" else phone.post(audio=_form_file(audio))
    assert problem(answer, 507, "disk-nearly-full")
    assert nothing_stored(home)


def _form_file(audio: bytes = OGG) -> SimpleUploadedFile:
    return SimpleUploadedFile("x.ogg", audio)


def test_another_disk_failure_is_no_receipt_either(phone: Phone, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", failing(errno.EIO))
        answer = phone.put("m-1")
    assert problem(answer, 500, "internal-server-error")
    assert nothing_stored(home)


def swept() -> int:
    """Sweep until every folder had its turn, and return how many files went."""
    return sum(delete_leftovers() for _ in range(FOLDERS // TURN_FOLDERS))


def aged(home: Path, *, but: Path | None = None) -> None:
    """Make every recording's file older than any upload takes."""
    for file in files(home):
        if file != but:
            long_ago = file.stat().st_mtime - LEFTOVER_SECONDS - 60
            os.utime(file, (long_ago, long_ago))


def test_what_was_never_committed_is_cleared_away_a_day_later(bedside: Device, home: Path) -> None:
    send(bedside, "a", OGG)
    (kept,) = files(home)
    playback = ensure_audio_folder() / playback_path_of(f"{kept.parent.name}/{kept.name}")
    orphan = kept.with_name(f"{'0' * 36}-{bedside.user_id}")
    unfinished = home / "incoming" / "half"
    young = home / "incoming" / "young"
    for file in (orphan.with_name(f"{'1' * 36}{PLAYBACK_SUFFIX}"), unfinished, young, playback):
        file.write_bytes(b"")
    orphan.write_bytes(OGG)  # sent again meanwhile, and kept as another file
    aged(home, but=young)
    assert swept() == 3
    assert set(files(home)) == {kept, playback, young}
    assert not unclaimed_recordings()


def test_a_recording_that_a_database_of_an_older_day_does_not_know_is_its_senders_again(
    bedside: Device, bob: User, home: Path
) -> None:
    send(bedside, "a", OGG)
    (file,) = files(home)
    Memo.objects.all().delete()
    aged(home)
    assert swept() == 1
    assert not unclaimed_recordings()
    (memo,) = Memo.objects.all()
    assert memo.user_id == bedside.user_id != bob.pk
    assert [kept.read_bytes() for kept in files(home)] == [OGG]
    assert files(home) != [file]
    receipt, created = send(bedside, "a", OGG)
    assert (created, receipt["id"]) == (False, "a")
    told = Memo.objects.get()
    assert (told.pk, told.client_id, told.device) == (memo.pk, "a", bedside)


def test_whose_date_a_person_corrected_meanwhile_keeps_that_when_its_sender_comes_again(
    bedside: Device, home: Path
) -> None:
    send(bedside, "a", OGG)
    Memo.objects.all().delete()
    aged(home)
    swept()
    correct_date(Memo.objects.get(), "2024-05-03T07:15")
    said = Memo.objects.get().recorded_at
    send(bedside, "a", OGG)
    told = Memo.objects.get()
    assert (told.client_id, told.device, told.recorded_at, told.date_assumed) == ("a", bedside, said, False)


def test_a_kill_between_rename_and_commit_leaves_one_copy_that_deletion_takes(
    bedside: Device, bob: User, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del bob
    with monkeypatch.context() as killed, suppress(KeyboardInterrupt):
        killed.setattr(ingest, "_insert_memo", interrupt)
        send(bedside, "a", OGG)
    send(bedside, "a", OGG)
    assert len(files(home)) == 2
    aged(home)
    assert swept() == 1
    assert [f"{file.parent.name}/{file.name}" for file in files(home)] == [Memo.objects.get().path]
    delete_memo(Memo.objects.get())
    purge_deleted(timezone.now() + timedelta(days=1))
    assert not files(home)
    assert not unclaimed_recordings()


def interrupt(*_arguments: Any) -> None:
    raise KeyboardInterrupt


def test_of_what_the_last_run_left_nothing_stays_however_young(bedside: Device, bob: User, home: Path) -> None:
    del bob
    send(bedside, "a", OGG)
    (kept,) = files(home)
    (home / "incoming" / f"4194304-1-{'0' * 32}").touch()
    (home / "incoming" / "of-before").touch()
    kept.with_name(f"{'0' * 36}-{bedside.user_id}").write_bytes(OGG)
    kept.with_name(f"{'1' * 36}-4711").write_bytes(b"of a user who is gone")
    mine = Incoming()
    assert delete_leftovers_of_last_run() == 4
    assert set(files(home)) == {kept, mine.path}
    assert counted_leftovers()[:2] == (4, 0)


def test_what_nobody_knows_whose_it_is_goes_with_the_memo_it_is_a_copy_of(
    bedside: Device, bob: User, home: Path
) -> None:
    """A file of before its name said whose it is: the only copy is put aside, until it is known or too old."""
    del bob
    send(bedside, "a", OGG)
    (kept,) = files(home)
    nobodys = kept.with_name("0" * 36)
    nobodys.write_bytes(OGG + b"2")
    aged(home, but=kept)
    assert swept() == 1
    assert [aside.read_bytes() for aside in unclaimed_recordings()] == [OGG + b"2"]
    send(bedside, "b", OGG + b"2")
    delete_memo(Memo.objects.get(client_id="b"))
    purge_deleted(timezone.now() + timedelta(days=1))
    assert swept() == 1
    assert not unclaimed_recordings()


def test_what_one_user_sent_is_not_swept_because_another_has_the_same(bedside: Device, bob: User, home: Path) -> None:
    send(bedside, "a", OGG)
    (lost,) = files(home)
    Memo.objects.all().delete()
    send(create_device(bob, "walks")[0], "b", OGG)
    (kept,) = set(files(home)) - {lost}
    aged(home)
    for _ in range(16):  # each time some folders have their turn
        delete_leftovers()
    assert lost not in files(home)
    assert kept in files(home)
    assert sorted(Memo.objects.values_list("user", flat=True)) == sorted([bedside.user_id, bob.pk])
    assert [file.read_bytes() for file in files(home)] == [OGG, OGG]


def test_a_deleted_recording_whose_file_was_left_goes_for_good(bedside: Device, home: Path) -> None:
    send(bedside, "a", OGG)
    (file,) = files(home)
    delete_memo(Memo.objects.get())
    purge_deleted(timezone.now() + timedelta(days=1))
    file.write_bytes(OGG)
    aged(home)
    assert swept() == 1
    assert not files(home)
    assert not unclaimed_recordings()


def test_whatever_becomes_of_a_request_its_file_goes(home: Path) -> None:
    incoming = Incoming()
    incoming.write(OGG)
    assert files(home)
    del incoming
    assert not files(home)


def test_only_what_is_written_by_a_process_that_is_gone_has_no_writer(home: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        mine = incoming.new_incoming_place()
        theirs = mine.with_name(f"{other.pid}-{incoming._began_at(other.pid)}-{'0' * 32}")
        reused = mine.with_name(f"{os.getpid()}-1-{'0' * 32}")
        assert [incoming.has_writer(one) for one in (mine, theirs, reused)] == [True, True, False]
        other.communicate()
    assert incoming.has_writer(theirs) is False
    assert incoming.has_writer(home / "incoming" / "of-before") is None
