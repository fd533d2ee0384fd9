"""How an upload ends: what a crash left behind is finished, and what nobody goes on with is swept."""

import errno
import os
import time
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from capture.maintenance.cleanup import LEFTOVER_SECONDS, delete_leftovers, finish_or_delete_uploads
from capture.models import Memo, Upload
from capture.services import ingest
from capture.services.devices import revoke_device
from capture.storage.incoming import Incoming
from capture.tus import finish, partial_file
from capture.tus.lease import UploadLease, hold_upload
from tests.support.answers import problem
from tests.support.api_phone import OGG
from tests.support.data_folder import files, nothing_begun
from tests.support.tus_phone import TusPhone, upload_at

pytestmark = pytest.mark.django_db(transaction=True)
HALF = len(OGG) // 2


class CrashError(BaseException):
    """The power fails: nothing after it is done."""


STEPS: list[tuple[Any, str]] = [
    (finish, "ingest_recording"),
    (ingest, "resolve_duplicate"),
    (Path, "rename"),
    (Memo, "save"),
    (Path, "unlink"),
]


def crashed_after_the_last_byte(tus: TusPhone, step: tuple[Any, str], monkeypatch: pytest.MonkeyPatch) -> str:
    """Upload, crash at a step between the last byte and the answer, and return the address."""
    address = tus.begin_upload(id="m-1")

    def crash(*_: Any, **__: Any) -> None:
        raise CrashError

    with monkeypatch.context() as crashing:
        crashing.setattr(*step, crash)
        crashing.setattr(UploadLease, "release", crash)
        with pytest.raises(CrashError):
            tus.patch(address, 0, OGG)
    connection.close()
    return address


@pytest.mark.parametrize("step", STEPS, ids=[name for _, name in STEPS])
@pytest.mark.parametrize("by", ["HEAD", "PATCH", "sweep"])
def test_what_a_crash_left_half_finished_is_finished(
    by: str, step: tuple[Any, str], tus: TusPhone, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = crashed_after_the_last_byte(tus, step, monkeypatch)
    if Upload.objects.filter(finished_at=None).exists():
        assert tus.ask("HEAD", address).status_code == 423
    Upload.objects.update(held_until=timezone.now())
    if by == "sweep":
        finish_or_delete_uploads(timezone.now() + timedelta(minutes=2))
    elif by == "HEAD":
        assert tus.offset(address) == len(OGG)
    else:
        assert tus.patch(address, len(OGG), b"").status_code == 204
    assert tus.phone.receipt("m-1").json()["bytes"] == len(OGG)
    memo = Memo.objects.get()
    assert (home / "audio" / memo.path).read_bytes() == OGG
    assert tus.offset(address) == len(OGG)


def test_a_full_disk_at_the_end_costs_no_bytes(tus: TusPhone, monkeypatch: pytest.MonkeyPatch) -> None:
    address = tus.begin_upload()

    def fail(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    with monkeypatch.context() as full:
        full.setattr(Path, "rename", fail)
        assert problem(tus.patch(address, 0, OGG), 507, "disk-nearly-full")
        finish_or_delete_uploads(timezone.now() + timedelta(minutes=2))
    assert not Memo.objects.exists()
    assert tus.offset(address) == len(OGG)
    assert Memo.objects.get().bytes == len(OGG)


def test_what_cannot_be_finished_is_tried_more_and_more_seldom(tus: TusPhone, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each try reads all of its bytes. Time passes here by what the rows say of it."""
    address = tus.begin_upload(id="m-1")
    reads: list[Any] = []
    tried: list[int] = []

    def fail(*asked: Any) -> Any:
        reads.append(asked)
        raise OSError(errno.EIO, "it cannot be read")

    with monkeypatch.context() as broken:
        broken.setattr(Incoming, "of", fail)
        tus.patch(address, 0, OGG)
        for minute in range(1, 5 * 60):
            Upload.objects.update(
                held_until=F("held_until") - timedelta(minutes=1), expires_at=F("expires_at") - timedelta(minutes=1)
            )
            before = len(reads)
            finish_or_delete_uploads(timezone.now())
            tried += [minute] * (len(reads) - before)
    waits = [after - before for before, after in pairwise(tried)]
    assert tried[0] <= 2
    assert waits[:6] == sorted(waits[:6])
    assert 59 <= min(waits[7:]) <= max(waits) <= 61
    assert tus.offset(address) == len(OGG)  # whoever asks for it has it tried at once
    assert tus.phone.receipt("m-1").status_code == 200


def test_what_is_finished_late_is_not_swept_before_its_commit(tus: TusPhone, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its last byte came days ago, and in that instant no row tells of its file."""
    address = crashed_after_the_last_byte(tus, STEPS[0], monkeypatch)
    Upload.objects.update(held_until=timezone.now())
    os.utime(partial_file.partial_place(upload_at(address).pk), (1.7e9, 1.7e9))
    written = ingest._insert_memo

    def swept_before(*arguments: Any) -> Any:
        delete_leftovers()
        return written(*arguments)

    monkeypatch.setattr(ingest, "_insert_memo", swept_before)
    assert tus.offset(address) == len(OGG)
    assert tus.phone.receipt("m-1").status_code == 200


def test_where_files_have_no_second_name_they_are_moved(tus: TusPhone, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise OSError(errno.EPERM, "no links here")

    address = tus.begin_upload(id="m-1")
    with monkeypatch.context() as without_links:
        without_links.setattr(os, "link", fail)
        assert tus.patch(address, 0, OGG).status_code == 204
    assert tus.phone.receipt("m-1").status_code == 200


def test_expired_uploads_are_swept_and_memos_are_not(tus: TusPhone, home: Path) -> None:
    left, done, going_on = tus.begin_upload(id="left"), tus.begin_upload(id="done"), tus.begin_upload(id="going-on")
    tus.patch(left, 0, OGG[:HALF])
    tus.patch(done, 0, OGG)
    tus.patch(going_on, 0, OGG[:HALF])
    Upload.objects.exclude(client_id="going-on").update(expires_at=timezone.now() - timedelta(seconds=1))
    with hold_upload(upload_at(left)):
        assert finish_or_delete_uploads(timezone.now()) == 1  # not while it is written to
    assert finish_or_delete_uploads(timezone.now()) == 1
    assert [upload.client_id for upload in Upload.objects.all()] == ["going-on"]
    assert [file.name for file in (home / "uploads").iterdir()] == [str(upload_at(going_on).pk)]
    assert len(files(home)) == 1
    assert tus.phone.receipt("done").status_code == 200


def test_what_an_unpaired_device_began_is_swept(tus: TusPhone, home: Path) -> None:
    address = tus.begin_upload()
    tus.patch(address, 0, OGG[:HALF])
    assert finish_or_delete_uploads(timezone.now()) == 0
    revoke_device(tus.phone.device)
    assert finish_or_delete_uploads(timezone.now()) == 1
    assert nothing_begun(home)


def test_progress_puts_the_expiry_off(tus: TusPhone) -> None:
    address = tus.begin_upload()
    soon = timezone.now() + timedelta(minutes=1)
    Upload.objects.update(expires_at=soon)
    tus.patch(address, 0, OGG[:HALF])
    assert upload_at(address).expires_at > soon + timedelta(days=6)


def test_a_file_of_no_upload_is_swept_a_day_later(tus: TusPhone, home: Path) -> None:
    address = tus.begin_upload()
    tus.patch(address, 0, OGG[:HALF])
    stray, young = home / "uploads" / "stray", home / "uploads" / "young"
    for file in (stray, young):
        file.write_bytes(OGG)
    long_ago = time.time() - LEFTOVER_SECONDS - 60
    for file in (stray, partial_file.partial_place(upload_at(address).pk)):
        os.utime(file, (long_ago, long_ago))
    assert delete_leftovers() == 1
    assert {file.name for file in (home / "uploads").iterdir()} == {"young", str(upload_at(address).pk)}
