"""Deleting: hidden at once, gone with its files when the undo time is over, and still gone after a restore."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from capture.models import Alias, Device, Memo, Tombstone, User
from capture.services.deletion import apply_tombstones, delete_memo, purge_deleted, restore_memo, tombstone_rows
from capture.signals import memo_deleted
from capture.storage import stores
from tests.support.api_phone import OGG
from tests.support.data_folder import files
from tests.support.ingest_model import send
from tests.support.recordings import audio_path, playback_path


@pytest.fixture
def memo(bedside: Device) -> Memo:
    send(bedside, "a", OGG)
    send(bedside, "b", OGG)
    spoken = Memo.objects.get()
    playback_path(spoken).write_bytes(b"playback")
    return spoken


def test_a_deleted_memo_is_hidden_at_once_and_undone_with_one_call(memo: Memo, alice: User) -> None:
    delete_memo(memo)
    assert not Memo.objects.of(alice).exists()
    assert not Memo.objects.kept().exists()
    restore_memo(memo)
    assert Memo.objects.of(alice).get() == memo
    assert audio_path(memo).read_bytes() == OGG


def test_deleting_twice_does_not_lengthen_the_undo_time(memo: Memo) -> None:
    delete_memo(memo)
    first = Memo.objects.get().deleted_at
    delete_memo(memo)
    assert Memo.objects.get().deleted_at == first


def test_within_the_undo_time_nothing_is_removed(memo: Memo, settings: Any) -> None:
    delete_memo(memo)
    assert purge_deleted(timezone.now() + timedelta(seconds=settings.UNDO_SECONDS - 5)) == 0
    assert audio_path(memo).exists()


def test_afterwards_rows_and_files_are_gone_and_tombstones_tell_nothing(
    memo: Memo, home: Path, django_capture_on_commit_callbacks: Any
) -> None:
    heard: list[object] = []

    def listen(**announcement: Any) -> None:
        heard.append(announcement["id"])

    memo_deleted.connect(listen)
    delete_memo(memo)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            assert purge_deleted(timezone.now() + timedelta(days=1)) == 1
    finally:
        memo_deleted.disconnect(listen)
    assert heard == [memo.user_id]
    assert not files(home)
    assert not Memo.objects.exists()
    assert not Alias.objects.exists()
    assert {stone.client_id for stone in Tombstone.objects.all()} == {"a", "b"}
    assert memo.sha256 not in str(list(Tombstone.objects.values_list()))


def test_files_go_only_when_the_rows_are_gone(memo: Memo, django_capture_on_commit_callbacks: Any) -> None:
    delete_memo(memo)
    with django_capture_on_commit_callbacks():
        purge_deleted(timezone.now() + timedelta(days=1))
    assert audio_path(memo).exists()


def test_a_memo_restored_meanwhile_is_not_removed(memo: Memo, monkeypatch: pytest.MonkeyPatch) -> None:
    delete_memo(memo)
    found = list(Memo.objects.past_undo(timezone.now() + timedelta(days=1)))
    restore_memo(memo)
    monkeypatch.setattr(type(Memo.objects.all()), "past_undo", lambda *_: found)
    assert purge_deleted(timezone.now()) == 0
    assert Memo.objects.kept().exists()


def test_a_restored_backup_does_not_bring_deleted_memos_back(memo: Memo, alice: User, bedside: Device) -> None:
    send(bedside, "kept", OGG + b"another")
    delete_memo(memo)
    purge_deleted(timezone.now() + timedelta(days=1))
    rows = tombstone_rows()
    # The backup is older than the deletion: it still has the memo, and none of the tombstones.
    Tombstone.objects.all().delete()
    send(bedside, "a", OGG)
    send(bedside, "b", OGG)
    assert apply_tombstones(rows) == 1
    assert Memo.objects.get().client_id == "kept"
    assert {row["client_id"] for row in tombstone_rows()} == {"a", "b"}
    assert not send(bedside, "a", OGG).created


def test_tombstones_of_people_who_are_not_in_the_backup_are_passed_over(memo: Memo, alice: User) -> None:
    assert apply_tombstones([{"user": "nobody", "client_id": "a", "sha256_keyed": "0"}]) == 0
    assert Memo.objects.get() == memo


def test_what_is_gone_already_may_be_removed_again(memo: Memo) -> None:
    stores.remove_recording(memo.path)
    stores.remove_recording(memo.path)
    assert not audio_path(memo).exists()
