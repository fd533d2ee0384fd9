"""An offset that is told is on the disk, and one writes at a time."""

import errno
import io
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from capture.core.errors import Refusal
from capture.models import Memo, Upload
from capture.storage.incoming import Incoming
from capture.tus import append, partial_file
from capture.tus.lease import UPLOAD_LEASE_DURATION, UploadLease, hold_upload
from capture.tus.partial_file import PartialFile
from capture.tus.protocol import BODY_TYPE
from capture.tus.writers import FILE, MAX_LOCKED_BYTE, has_living_writer
from tests.support.answers import problem
from tests.support.api_phone import OGG
from tests.support.data_folder import nothing_stored
from tests.support.servers import missing
from tests.support.tus_phone import TusPhone, upload_at

pytestmark = pytest.mark.django_db(transaction=True)
HALF = len(OGG) // 2
LOCK = """
import fcntl, sys, time
file = open(sys.argv[1], "a")
fcntl.lockf(file, fcntl.LOCK_EX, 1, int(sys.argv[2]))
print("locked", flush=True)
time.sleep(600)
"""


def recorded(monkeypatch: pytest.MonkeyPatch, steps: list[str]) -> None:
    """Write down each write to an upload, each fsync, and each offset that its row is given."""

    def noted(name: Callable[..., str], done: Callable[..., Any]) -> Callable[..., Any]:
        def step(*arguments: Any, **named: Any) -> Any:
            outcome = done(*arguments, **named)
            steps.append(name(*arguments, **named))
            return outcome

        return step

    monkeypatch.setattr(PartialFile, "append", noted(lambda _, chunk: f"write {len(chunk)}", PartialFile.append))
    monkeypatch.setattr(
        os, "fsync", noted(lambda opened: "fsync " + Path(f"/proc/self/fd/{opened}").resolve().parent.name, os.fsync)
    )
    monkeypatch.setattr(
        UploadLease, "renew", noted(lambda _, **progress: f"row {progress.get('offset')}", UploadLease.renew)
    )


def test_an_offset_is_told_when_its_bytes_are_on_the_disk(
    tus: TusPhone, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not Path("/proc").exists():
        missing("/proc")
    address = tus.begin_upload()
    partial_file.ensure_uploads_folder()
    partial_file.partial_place(upload_at(address).pk).touch()  # as a crash before its name was durable left it
    monkeypatch.setattr(append, "APPEND_BYTES", 100)
    monkeypatch.setattr(UploadLease, "is_due", lambda _: True)
    steps: list[str] = []
    with monkeypatch.context() as watched:
        recorded(watched, steps)
        tus.patch(address, 0, OGG[:200])
    assert steps == [
        *("fsync uploads", f"fsync {home.name}", "row 0"),  # the file and its name, before anything is in it
        *("write 100", "fsync uploads", "row 100"),
        *("write 100", "fsync uploads", "row 200"),
    ]


def test_what_a_kill_takes_away_of_an_upload_is_a_sixteenth_however_fast_it_comes(tus: TusPhone) -> None:
    """A sender that was cut off within its first second began anew, whatever had come by then."""
    audio = OGG + bytes(1_000_000)
    address = tus.begin_upload(len(audio))
    ahead: list[int] = []

    class Body(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            ahead.append(self.tell() - upload_at(address).offset)
            return super().read(size)

    headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0"}
    sent: dict[str, Any] = {"CONTENT_LENGTH": str(len(audio)), "CONTENT_TYPE": BODY_TYPE, "wsgi.input": Body(audio)}
    assert tus.phone.client.generic("PATCH", address, headers=headers, **sent).status_code == 204
    assert max(ahead) <= len(audio) // 16 + append.APPEND_BYTES


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_without_the_disk_there_is_no_offset(number: int, tus: TusPhone, monkeypatch: pytest.MonkeyPatch) -> None:
    address = tus.begin_upload()
    tus.patch(address, 0, OGG[:HALF])

    def fail(_: int) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", fail)
        answer = tus.patch(address, HALF, OGG[HALF:])
    assert answer.status_code == (507 if number == errno.ENOSPC else 500)
    assert tus.offset(address) == HALF
    assert tus.patch(address, HALF, OGG[HALF:]).status_code == 204
    assert Memo.objects.get().bytes == len(OGG)


def test_what_was_written_and_not_told_is_written_again(tus: TusPhone) -> None:
    address = tus.begin_upload()
    tus.patch(address, 0, OGG[:HALF])
    with partial_file.partial_place(upload_at(address).pk).open("ab") as file:
        file.write(b"what a killed server wrote")
    assert tus.offset(address) == HALF
    tus.patch(address, HALF, OGG[HALF:])
    assert Memo.objects.get().bytes == len(OGG)


@pytest.mark.parametrize("left", [None, 10])
def test_bytes_that_were_lost_are_asked_for_again(left: int | None, tus: TusPhone) -> None:
    address = tus.begin_upload()
    tus.patch(address, 0, OGG[:HALF])
    place = partial_file.partial_place(upload_at(address).pk)
    place.unlink() if left is None else os.truncate(place, left)
    assert tus.offset(address) == (left or 0)
    assert tus.patch(address, left or 0, OGG[left or 0 :]).status_code == 204


def test_while_one_writes_another_is_told_to_wait(tus: TusPhone) -> None:
    address = tus.begin_upload()
    with hold_upload(upload_at(address)):
        assert problem(tus.patch(address, 0, OGG), 423, "upload-busy")
        assert tus.offset(address) == 0
        assert tus.ask("HEAD", address)["Retry-After"] in {"1", "2", "3", "4", "5"}
    assert not tus.ask("HEAD", address).has_header("Retry-After")
    assert tus.patch(address, 0, OGG).status_code == 204


def test_a_writer_that_died_is_not_waited_for_long(tus: TusPhone) -> None:
    address = tus.begin_upload()
    UploadLease(upload_at(address))
    assert problem(tus.patch(address, 0, OGG), 423, "upload-busy")
    Upload.objects.update(held_until=F("held_until") - UPLOAD_LEASE_DURATION)  # so much later
    assert tus.patch(address, 0, OGG).status_code == 204


def test_a_writer_whose_process_was_killed_is_not_waited_for(tus: TusPhone, home: Path) -> None:
    address = tus.begin_upload()
    upload = upload_at(address)
    Upload.objects.update(held_until=timezone.now() + timedelta(hours=1))
    lock = [sys.executable, "-c", LOCK, str(home / FILE), str(upload.pk.int % MAX_LOCKED_BYTE)]
    with subprocess.Popen(lock, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        writer.stdout.readline()
        assert problem(tus.patch(address, 0, OGG), 423, "upload-busy")
        writer.kill()
    assert tus.patch(address, 0, OGG).status_code == 204


def test_a_living_writer_is_told_from_a_dead_one(tus: TusPhone) -> None:
    upload = upload_at(tus.begin_upload())
    assert not has_living_writer(upload.pk)
    with hold_upload(upload):
        assert has_living_writer(upload.pk)
        with pytest.raises(Refusal), hold_upload(upload):
            pass
        assert has_living_writer(upload.pk)
    assert not has_living_writer(upload.pk)


def test_a_writer_that_wakes_up_late_writes_nothing(tus: TusPhone) -> None:
    """It fell asleep with its file open; another took over."""
    address = tus.begin_upload()
    upload = upload_at(address)
    with PartialFile(upload.pk, is_new=True) as opened:
        hold = UploadLease(upload)
        late = append.BodyAppender(upload, hold, opened, None)
        late.write(OGG[:10])
        hold._renewed_at -= UPLOAD_LEASE_DURATION
        Upload.objects.update(held_until=timezone.now())
        tus.patch(address, 0, OGG[:HALF])
        attempts: list[Callable[[], None]] = [lambda: late.write(b"late"), late.end, late.break_off, late._drop]
        for wakes_up in attempts:
            with pytest.raises(Refusal):
                wakes_up()
    assert partial_file.partial_place(upload.pk).read_bytes() == OGG[:HALF]
    assert tus.offset(address) == HALF


def test_while_the_old_writer_is_just_writing_the_new_one_waits(tus: TusPhone) -> None:
    address = tus.begin_upload()
    with PartialFile(upload_at(address).pk, is_new=True) as opened, opened.locked():
        assert problem(tus.patch(address, 0, OGG), 423, "upload-busy")
    assert tus.patch(address, 0, OGG).status_code == 204


def test_ending_an_upload_ends_its_writer(tus: TusPhone, home: Path) -> None:
    address = tus.begin_upload()
    upload = upload_at(address)
    with PartialFile(upload.pk, is_new=True) as opened, hold_upload(upload) as hold:
        writer = append.BodyAppender(upload, hold, opened, None)
        writer.write(OGG[:10])
        assert tus.ask("DELETE", address).status_code == 204
        with pytest.raises(Refusal):
            writer.end()
    assert nothing_stored(home)
    assert list((home / "uploads").iterdir()) == []


def test_a_recording_that_cannot_be_opened_leaves_no_second_name(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = home / "found"
    found.write_bytes(OGG)

    def broken(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "the disk is broken")

    monkeypatch.setattr(Path, "open", broken)
    with pytest.raises(OSError, match="broken"):
        Incoming.of(found, lambda: None)
    assert nothing_stored(home)
