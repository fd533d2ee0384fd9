"""Exports: whole or not there, of one person alone, made by one worker, fetched in parts, and gone after some days."""

import io
import json
import zipfile
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from capture.models import Device, Memo, User
from capture.services.devices import create_device
from config.dispatch.sweep import sweep_once
from config.models import Export, ExportQuerySet
from config.takeout import exports, jobs
from config.takeout.core.manifest import MANIFEST_FILE
from config.takeout.core.rows import ROWS
from config.takeout.core.zip_members import ExportRefused
from tests.support.recordings import audio_path
from tests.support.takeouts import export_bytes, export_files, export_rows, fill_account

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def filled(bedside: Device) -> User:
    fill_account(bedside)
    return bedside.user


def made(user: User, kind: str = "account") -> Export:
    """Return an export that a worker made."""
    asked = exports.request_export(user, kind)
    assert exports.make_next_export()
    return Export.objects.get(pk=asked.pk)


def test_everything_is_in_it_as_it_is_here(filled: User) -> None:
    content = export_bytes(filled)
    manifest = json.loads(export_files(content)[MANIFEST_FILE])
    assert manifest["format"] == 1
    for one in manifest["files"]:
        assert sha256(export_files(content)[one["name"]]).hexdigest() == one["sha256"]
    assert all(export_rows(content, name) for name in ROWS)
    first = next(one for one in export_rows(content, "transcripts") if "pond" in one["text"])
    assert first["text"] == "The heron stands in the pond."
    assert first["words"][1] == [" heron", 0.5, 0.9, 0.9]
    assert {one["said"] for one in export_rows(content, "ideas")} == {None, "The old heron stands in the pond."}
    for memo in Memo.objects.of(filled):
        assert export_files(content)[f"audio/{memo.pk}.ogg"] == audio_path(memo).read_bytes()
    assert export_rows(content, "account")[0]["time_zone"] == "Europe/Vienna"


def test_the_same_account_gives_the_same_bytes(filled: User) -> None:
    assert export_bytes(filled) == export_bytes(filled)


def test_sound_is_stored_and_text_is_deflated(filled: User) -> None:
    with zipfile.ZipFile(io.BytesIO(export_bytes(filled))) as opened:
        methods = {one.filename.split("/")[0]: one.compress_type for one in opened.infolist()}
    assert methods["audio"] == zipfile.ZIP_STORED
    assert methods["rows"] == methods["markdown"] == zipfile.ZIP_DEFLATED


@pytest.mark.parametrize(
    ("kind", "folders"), [("markdown", {"markdown"}), ("json", {"rows"}), ("audio", {"audio"}), ("account", None)]
)
def test_each_kind_holds_what_it_says(filled: User, kind: Any, folders: set[str] | None) -> None:
    found = {name.split("/")[0] for name in export_files(export_bytes(filled, kind)) if "/" in name}
    assert found == (folders or {"markdown", "rows", "audio"})


def test_nothing_of_another_person_is_in_it(filled: User, bob: User) -> None:
    device, _token = create_device(bob, "his")
    fill_account(device, "hippopotamus")
    for user, own, other in ((filled, b"heron", b"hippopotamus"), (bob, b"hippopotamus", b"heron")):
        files = export_files(export_bytes(user))
        assert any(own in content for content in files.values())
        assert not any(other in content for content in files.values())
        assert {name for name in files if name.startswith("audio/")} == {
            f"audio/{memo.pk}.ogg" for memo in Memo.objects.of(user)
        }


def test_what_is_deleted_is_not_in_it_with_all_that_speaks_of_it(filled: User) -> None:
    memo = Memo.objects.of(filled).first()
    assert memo
    Memo.objects.filter(pk=memo.pk).update(deleted_at=timezone.now())
    assert str(memo.pk).encode() not in b"".join(export_files(export_bytes(filled)).values())
    assert len(export_rows(export_bytes(filled), "ideas")) == 1


def test_a_recording_whose_file_is_lost_leaves_the_others(filled: User) -> None:
    memo = Memo.objects.of(filled).first()
    assert memo
    audio_path(memo).unlink()
    names = export_files(export_bytes(filled)).keys()
    assert f"audio/{memo.pk}.ogg" not in names
    assert sum(name.startswith("audio/") for name in names) == 1


def test_it_is_asked_for_on_the_page_made_and_fetched_in_parts(filled: User, alices: Client) -> None:
    assert "Make it" in alices.get("/settings/takeout/").content.decode()
    alices.post("/settings/takeout/", {"kind": "account"})
    assert "Waits for its turn" in alices.get("/settings/takeout/").content.decode()
    assert exports.make_next_export()
    assert not exports.make_next_export()
    export = Export.objects.get()
    content = exports.export_path(export.pk).read_bytes()
    assert export.size == len(content)
    address = f"/settings/takeout/{export.pk}/file"
    assert address in alices.get("/settings/takeout/").content.decode()
    whole = alices.get(address)
    assert b"".join(whole) == content
    assert 'filename="stillnote-account-' in whole["Content-Disposition"]
    part = alices.get(address, headers={"range": "bytes=10-19"})
    assert part.status_code == 206
    assert b"".join(part) == content[10:20]
    alices.post(f"/settings/takeout/{export.pk}/delete")
    assert not exports.export_path(export.pk).exists()
    assert alices.get(address).status_code == 404


def test_a_kind_that_is_none_is_not_made(alices: Client) -> None:
    assert alices.post("/settings/takeout/", {"kind": "everybody"}).status_code == 404
    assert not Export.objects.exists()


def test_one_of_a_kind_is_made_at_a_time_and_the_newer_takes_its_place(filled: User) -> None:
    assert exports.request_export(filled, "json").pk == exports.request_export(filled, "json").pk
    assert exports.make_next_export()
    former = Export.objects.get()
    newer = made(filled, "json")
    assert list(Export.objects.all()) == [newer]
    assert not exports.export_path(former.pk).exists()


def test_nobody_begins_another_while_one_is_made(filled: User) -> None:
    exports.request_export(filled, "json")
    assert jobs.claim_job(Export)
    exports.request_export(filled, "markdown")
    assert exports.count_due_exports() == 0
    assert not exports.make_next_export()


def test_a_worker_that_was_killed_leaves_no_file_and_the_next_begins_anew(filled: User, home: Path) -> None:
    asked = exports.request_export(filled, "account")
    zombie = jobs.claim_job(Export)
    assert zombie
    half = home / "exports" / f"{asked.pk}.{zombie.fence}.part"
    half.parent.mkdir(exist_ok=True)
    half.write_bytes(b"half")
    Export.objects.update(lease=timezone.now() - timedelta(seconds=1))
    assert exports.make_next_export()
    assert zipfile.is_zipfile(exports.export_path(asked.pk))
    with pytest.raises(jobs.LostJob):
        jobs.end_job(zombie)
    exports.delete_expired_exports(timezone.now())
    assert [file.name for file in (home / "exports").iterdir()] == [f"{asked.pk}.zip"]


def test_one_that_begins_while_the_stray_files_are_looked_for_stays(
    filled: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    under_way = ExportQuerySet.under_way
    late: list[Path] = []

    def asked(found: ExportQuerySet) -> Any:
        before = list(under_way(found).values_list("pk", flat=True))
        begun = Export.objects.create(user=filled, kind="json")
        late.append(exports.export_path(begun.pk).with_suffix(".1.part"))
        late[-1].write_bytes(b"half")
        return found.filter(pk__in=before)

    monkeypatch.setattr(ExportQuerySet, "under_way", asked)
    exports.delete_expired_exports(timezone.now())
    assert late[0].exists()


def test_what_ends_its_workers_is_given_up(filled: User) -> None:
    exports.request_export(filled, "json")
    for _ in range(exports.MAX_TRIES):
        assert jobs.claim_job(Export)
        Export.objects.update(lease=timezone.now() - timedelta(seconds=1))
    assert exports.make_next_export()
    assert "broke off several times" in Export.objects.get().problem_sentence


def test_one_that_is_cancelled_while_it_is_made_leaves_nothing(
    filled: User, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BYTES_A_NOTE", 1)
    exports.request_export(filled, "account")
    job = jobs.claim_job(Export)
    assert job
    exports.delete_export(job)
    with pytest.raises(jobs.LostJob):
        exports.make_export(job)
    assert not list((home / "exports").iterdir())


def test_one_that_is_cancelled_when_its_file_is_whole_leaves_nothing(
    filled: User, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    end_job = jobs.end_job

    def end_cancelled_job(job: Export, **columns: Any) -> None:
        Export.objects.filter(pk=job.pk).delete()
        end_job(job, **columns)

    monkeypatch.setattr(exports, "end_job", end_cancelled_job)
    exports.request_export(filled, "json")
    assert exports.make_next_export()
    assert list((home / "exports").iterdir()) == []


def test_there_is_no_room(filled: User, settings: Any, alices: Client) -> None:
    settings.DISK_RESERVE = 10**18
    with pytest.raises(ExportRefused, match="export-no-room"):
        exports.request_export(filled, "account")
    page = alices.post("/settings/takeout/", {"kind": "account"}, follow=True).content.decode()
    assert "There is no room for the export" in page


def test_the_disk_fills_up_meanwhile(filled: User, settings: Any, home: Path) -> None:
    exports.request_export(filled, "account")
    settings.DISK_RESERVE = 10**18
    assert exports.make_next_export()
    assert Export.objects.get().problem == "export-no-room"
    assert not list((home / "exports").iterdir())


def test_it_goes_when_it_expires_and_with_its_account(filled: User, home: Path) -> None:
    export = made(filled)
    sweep_once()
    assert exports.export_path(export.pk).exists()
    Export.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    sweep_once()
    assert not list((home / "exports").iterdir())
    made(filled)
    User.objects.filter(pk=filled.pk).delete()
    sweep_once()
    assert not list((home / "exports").iterdir())


def test_a_command_makes_one_that_nobody_else_can_read(filled: User, tmp_path: Path) -> None:
    target = tmp_path / "alice.zip"
    call_command("export", str(target), "--user", "alice")
    assert zipfile.is_zipfile(target)
    assert target.stat().st_mode & 0o777 == 0o600
    with pytest.raises(CommandError, match="exists already"):
        call_command("export", str(target), "--user", "alice")
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".")] == []
