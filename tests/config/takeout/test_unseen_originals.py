"""Recordings that an export names without their originals: a hash that somebody tells is no promise to a phone."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from capture.core.errors import StoreUnreachable
from capture.maintenance.cleanup import delete_leftovers
from capture.maintenance.retention import delete_old_originals
from capture.models import ImportedFile, Memo, Tombstone, UnseenOriginal, User
from capture.services.deletion import delete_memo, purge_deleted
from capture.sources.imports import service
from capture.storage import stores
from capture.storage.filesystem import ensure_unclaimed_folder
from config.demo.sample_memos import MEMOS
from config.models import TakeIn
from tests.support.api_phone import Phone
from tests.support.recordings import audio_path, playback_path
from tests.support.takeouts import announced, export_bytes, export_files, packed, take
from transcription.models import Transcript

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("home")]

SOUND = (MEMOS / "memo-001.ogg").read_bytes()
COPY = b"what somebody says is a copy of it"


def told(content: bytes, *, is_gone: bool, copy: bytes | None = None, **columns: Any) -> bytes:
    """Return an export that names the first recording without its original."""
    files = export_files(content)
    rows = [json.loads(line) for line in files["rows/memos.jsonl"].splitlines()]
    row = next(row for row in rows if row["bytes"] == len(SOUND))
    del files[f"audio/{row['id']}.ogg"]
    row |= {"original_gone_at": row["received_at"] if is_gone else None} | columns
    if copy is not None:
        files[f"audio/{row['id']}.m4a"] = copy
    files["rows/memos.jsonl"] = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    return packed(announced(files))


@pytest.fixture(params=["no sound", "a copy", "lost"])
def memo(request: pytest.FixtureRequest, moved: bytes, bob: User, tmp_path: Path) -> Memo:
    """Return a recording of Bob's of which he brought all but the original."""
    copy = COPY if request.param == "a copy" else None
    brought = told(moved, is_gone=request.param != "lost", copy=copy, bytes=7)
    assert take(bob, brought, tmp_path).state == TakeIn.State.DONE
    return Memo.objects.of(bob).get(bytes=7)


def is_whole(memo: Memo) -> bool:
    memo.refresh_from_db()
    return audio_path(memo).exists() and audio_path(memo).read_bytes() == SOUND


def test_a_copy_comes_into_a_data_folder_that_has_no_recordings(moved: bytes, bob: User, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "audio")
    assert take(bob, told(moved, is_gone=True, copy=COPY), tmp_path).problem == ""
    gone = Memo.objects.of(bob).get(original_gone_at__isnull=False)
    assert playback_path(gone).read_bytes() == COPY


@pytest.mark.parametrize("by_id", [False, True])
def test_a_phone_that_has_it_brings_it(memo: Memo, *, by_id: bool) -> None:
    phone = Phone(memo.user)
    client_id = memo.client_id if by_id else "sent-now"
    answer = phone.put(client_id, SOUND)
    assert answer.status_code == 200
    assert (answer.json()["bytes"], answer.json()["sha256"]) == (len(SOUND), memo.sha256)
    assert is_whole(memo)
    assert (memo.bytes, memo.kind, memo.original_gone_at) == (len(SOUND), "ogg", None)
    assert not playback_path(memo).exists()  # whoever told of it made it: it is made anew
    assert not UnseenOriginal.objects.exists()
    assert Memo.objects.of(memo.user).count() == 2


def test_there_is_no_receipt_until_it_is_stored(memo: Memo, monkeypatch: pytest.MonkeyPatch) -> None:
    phone = Phone(memo.user)

    def store_recording(*_asked: Any) -> None:
        raise StoreUnreachable

    with monkeypatch.context() as patched:
        patched.setattr(stores, "store_recording", store_recording)
        assert phone.put("sent-now", SOUND).status_code == 503
        assert phone.receipt("sent-now").status_code == 404
    assert phone.put("sent-now", SOUND).status_code == 200
    assert phone.receipt("sent-now").json()["bytes"] == len(SOUND)
    assert is_whole(memo)


def test_one_that_is_taken_in_while_a_phone_sends_it_gets_the_sound(
    moved: bytes, bob: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone, store = Phone(bob), stores.store_recording

    def store_meanwhile(*asked: Any) -> None:
        monkeypatch.setattr(stores, "store_recording", store)
        store(*asked)
        take(bob, told(moved, is_gone=True), tmp_path)

    monkeypatch.setattr(stores, "store_recording", store_meanwhile)
    assert phone.put("sent-now", SOUND).status_code == 200
    memo = Memo.objects.of(bob).get(bytes=len(SOUND))
    assert memo.client_id != "sent-now"
    assert is_whole(memo)


def test_who_deleted_what_was_told_buried_nothing(memo: Memo) -> None:
    phone = Phone(memo.user)
    delete_memo(memo)
    assert phone.put("in-time", SOUND).status_code == 200
    assert is_whole(memo)
    assert memo.deleted_at is None


def test_what_was_told_and_is_gone_for_good_is_new_when_it_comes(memo: Memo, settings: Any) -> None:
    phone = Phone(memo.user)
    delete_memo(memo)
    settings.UNDO_SECONDS = 0
    assert purge_deleted(timezone.now()) == 1
    assert not Tombstone.objects.exists()
    assert phone.put("sent-now", SOUND).status_code == 201
    assert audio_path(Memo.objects.of(memo.user).get(client_id="sent-now")).read_bytes() == SOUND


def test_the_only_copy_that_nobody_claims_stays(memo: Memo) -> None:
    lying = ensure_unclaimed_folder() / "found"
    lying.write_bytes(SOUND)
    delete_leftovers()
    assert lying.exists()
    assert memo.pk


def test_an_import_of_old_recordings_takes_it_as_new(memo: Memo, tmp_path_factory: pytest.TempPathFactory) -> None:
    old = tmp_path_factory.mktemp("old")
    (old / "one.ogg").write_bytes(SOUND)
    Memo.objects.filter(pk=memo.pk).update(bytes=len(SOUND))
    taken = service.hold_import_here(memo.user, str(old), "UTC")
    list(service.record_listing(taken))
    assert taken.files.get().state == ImportedFile.State.WAITING
    service.start_import_here(taken, uses_texts=False)
    list(service.ingest_files(taken))
    assert taken.files.get().memo == memo
    assert is_whole(memo)


def test_it_comes_with_another_export_that_has_it(memo: Memo, moved: bytes, tmp_path: Path) -> None:
    assert take(memo.user, moved, tmp_path).counts["memos"] == 0
    assert is_whole(memo)
    assert memo.bytes == len(SOUND)
    assert not UnseenOriginal.objects.exists()


def test_of_an_original_that_came_later_the_copy_that_was_told_is_never_all_that_is_left(memo: Memo) -> None:
    Phone(memo.user).put("sent-now", SOUND)
    assert Transcript.objects.filter(memo=memo, state="ready").exists()
    assert delete_old_originals(Memo.objects.all(), timezone.now()) == 0
    assert is_whole(memo)


def test_what_was_told_is_told_again_as_it_was(memo: Memo, moved: bytes) -> None:
    files = export_files(export_bytes(memo.user))
    assert json.dumps(memo.sha256).encode() in files["rows/memos.jsonl"]
    assert (f"audio/{memo.pk}.m4a" in files) == playback_path(memo).exists()
    assert len(files["rows/ideas.jsonl"].splitlines()) == len(export_files(moved)["rows/ideas.jsonl"].splitlines())
