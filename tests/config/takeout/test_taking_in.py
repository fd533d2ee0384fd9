"""Taking an export in: into an empty account equal, into another merged, all of it or nothing."""

import io
import json
import os
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from capture.core.errors import StoreUnreachable
from capture.models import Device, Memo, Tombstone, User
from capture.services.deduplication import keyed_sha256
from capture.services.devices import create_device
from capture.services.recordings import peaks_of
from capture.storage import stores
from config.models import TakeIn
from config.takeout import jobs, taking_in
from config.takeout.core import zip_reader
from config.takeout.core.manifest import MANIFEST_FILE
from config.takeout.core.zip_reader import ZipReader
from insights.models import Correction, Idea, SearchEntry, Topic
from insights.services import reembed, search_entries
from insights.services.ideas import move_idea
from insights.services.topics import create_topic, delete_topic, merge_topics
from tests.support.buckets import Held, Proxy, down
from tests.support.recordings import audio_path, playback_path
from tests.support.takeouts import (
    export_bytes,
    export_files,
    export_rows,
    fill_account,
    kept,
    packed,
    stored_files,
    take,
    without_times,
)
from transcription.models import Transcript
from transcription.worker import peaks
from transcription.worker.state import WorkerState

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("home")]


def account_rows(content: bytes) -> dict[str, bytes]:
    """Return all that is told of an account, but for when."""
    return {name: without_times(file) for name, file in export_files(content).items()}


def test_an_empty_server_is_as_the_other_one(moved: bytes, bob: User, tmp_path: Path) -> None:
    done = take(bob, moved, tmp_path)
    assert (done.problem, done.state) == ("", TakeIn.State.DONE)
    bob.refresh_from_db()
    assert account_rows(export_bytes(bob)) == account_rows(moved)
    for memo in Memo.objects.of(bob):
        assert audio_path(memo).read_bytes() == export_files(moved)[f"audio/{memo.pk}.ogg"]


def test_nothing_comes_twice(content: bytes, alice: User, tmp_path: Path) -> None:
    before, files = kept(alice), stored_files(tmp_path)
    done = take(alice, content, tmp_path)
    assert done.state == TakeIn.State.DONE
    assert set(done.counts.values()) == {0}
    assert (kept(alice), stored_files(tmp_path)) == (before, files)
    assert export_bytes(alice) == content


def test_what_is_here_stays_and_what_is_not_comes(content: bytes, alice: User, tmp_path: Path) -> None:
    first, second = Memo.objects.of(alice).order_by("recorded_at")
    idea = Idea.objects.get(transcript__memo=second)
    move_idea(idea, to=create_topic(alice, "Elsewhere"))
    first.delete()
    stores.remove_recording(first.path)
    Tombstone.objects.create(user=alice, client_id=first.client_id, sha256_keyed=keyed_sha256(first.sha256))
    done = take(alice, content, tmp_path)
    assert (done.counts["memos"], done.counts["ideas"], done.counts["topics"]) == (1, 1, 0)
    assert Idea.objects.get(pk=idea.pk).topic == Topic.objects.of(alice).get(name="Elsewhere")
    assert Memo.objects.of(alice).count() == 2
    assert not Tombstone.objects.exists()
    assert Correction.objects.of(alice).filter(idea__transcript__memo=first.pk).exists()


@pytest.mark.parametrize("is_merged", [True, False])
def test_an_idea_of_a_topic_that_is_gone_here_stands_where_that_went(
    content: bytes, alice: User, tmp_path: Path, *, is_merged: bool
) -> None:
    idea = Idea.objects.exclude(topic=None).order_by("pk")[0]
    memo, topic, other = idea.transcript.memo, idea.topic, create_topic(alice, "Elsewhere")
    assert topic
    memo.delete()
    stores.remove_recording(memo.path)
    if is_merged:
        merge_topics(other, topic)
    else:
        delete_topic(topic)
    take(alice, content, tmp_path)
    assert Idea.objects.get(pk=idea.pk).topic == (other if is_merged else None)


def test_another_persons_ids_are_not_touched(content: bytes, alice: User, bob: User, tmp_path: Path) -> None:
    before = export_bytes(alice)
    done = take(bob, content, tmp_path)
    assert done.counts["memos"] == 2
    assert export_bytes(alice) == before
    theirs = {row["id"] for row in export_rows(export_bytes(bob), "ideas")}
    assert theirs.isdisjoint(row["id"] for row in export_rows(content, "ideas"))
    assert Memo.objects.of(bob).exclude(path__endswith=f"-{bob.pk}").count() == 0


def test_a_topic_of_the_same_name_is_the_same(moved: bytes, bob: User, tmp_path: Path) -> None:
    mine = create_topic(bob, "HERON GARDEN")
    take(bob, moved, tmp_path)
    assert Idea.objects.filter(user=bob, topic=mine).count() == 1
    assert User.objects.get(pk=bob.pk).time_zone == "UTC"  # it was in use already


def test_words_are_not_heard_again_and_ideas_get_vectors(moved: bytes, bob: User, tmp_path: Path) -> None:
    take(bob, moved, tmp_path)
    assert not Transcript.objects.unfinished().exists()
    assert reembed.count_due_reembeddings() == 1
    while reembed.reembed_some():
        pass
    assert not Idea.objects.filter(user=bob, vector_model="").exists()
    assert search_entries.write_some_rows()
    assert SearchEntry.objects.filter(user=bob).count() == 2


def test_copies_and_peaks_are_made_afterwards(
    moved: bytes, bob: User, tmp_path: Path, worker: WorkerState, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(bob, moved, tmp_path)
    monkeypatch.setattr(peaks, "SLICE_SECONDS", 60.0)
    peaks.measure_due_peaks(worker)
    for memo in Memo.objects.of(bob):
        assert max(peaks_of(memo)) > 50
        assert playback_path(memo).stat().st_size > 1000
    assert peaks.count_due_peaks() == 0


def test_recordings_come_out_of_a_bucket_and_into_one(
    bucket: Held, proxy: Proxy, bedside: Device, bob: User, tmp_path: Path
) -> None:
    fill_account(bedside)
    content = export_bytes(bedside.user)
    sounds = {name: sound for name, sound in export_files(content).items() if name.startswith("audio/")}
    before = bucket.objects()
    assert sorted(sounds.values()) == sorted(before.values())
    proxy.fault = down
    assert take(bob, content, tmp_path).problem == "store-unreachable"
    proxy.fault = None
    assert bucket.objects() == before
    assert take(bob, content, tmp_path).counts["memos"] == 2
    held = bucket.objects()
    assert sorted(held.values()) == sorted([*before.values(), *before.values()])
    for memo in Memo.objects.of(bob):
        assert any(key.endswith(memo.path) for key in held)
    assert not stored_files(tmp_path)


def test_one_of_an_older_form_is_migrated(moved: bytes, bob: User, tmp_path: Path, monkeypatch: Any) -> None:
    def renamed(name: str, row: dict[str, Any]) -> dict[str, Any]:
        return row | {"name": f"Older {row['name']}"} if name == "topics" else row

    monkeypatch.setattr(zip_reader, "FORMAT_VERSION", 2)
    monkeypatch.setattr(taking_in, "ZipReader", partial(ZipReader, upgrades=(renamed,)))
    assert take(bob, moved, tmp_path).state == TakeIn.State.DONE
    named = set(Topic.objects.filter(user=bob).values_list("name", flat=True))
    assert named == {f"Older {row['name']}" for row in export_rows(moved, "topics")}
    assert Idea.objects.filter(user=bob, topic__isnull=False).count() == 2


@pytest.mark.parametrize("cut", [0, 5])
def test_a_damaged_recording_keeps_back_nothing_else(bedside: Device, bob: User, tmp_path: Path, cut: int) -> None:
    fill_account(bedside)
    first, second = Memo.objects.of(bedside.user).order_by("pk")
    content = bytearray(audio_path(first).read_bytes())[: first.bytes - cut]
    content[len(content) // 2] ^= 1
    audio_path(first).chmod(0o600)
    audio_path(first).write_bytes(content)
    exported = export_bytes(bedside.user)
    assert export_files(exported)[f"damaged/{first.pk}.ogg"] == content
    assert f"audio/{first.pk}.ogg" not in export_files(exported)
    assert take(bob, exported, tmp_path).counts["ideas"] == 2
    kept_one = Memo.objects.of(bob).get(sha256=second.sha256)
    assert audio_path(kept_one).read_bytes() == audio_path(second).read_bytes()


def test_an_account_that_goes_meanwhile_leaves_no_recordings(
    moved: bytes, bob: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, keep = stored_files(tmp_path), stores.store_recording

    def store_recording(*asked: Any) -> None:
        keep(*asked)
        User.objects.filter(pk=bob.pk).delete()

    monkeypatch.setattr(stores, "store_recording", store_recording)
    path = tmp_path / "brought.zip"
    path.write_bytes(moved)
    TakeIn.objects.create(user=bob, path=str(path), is_uploaded=True, all_bytes=len(moved))
    assert taking_in.take_in_next()
    assert stored_files(tmp_path) == files
    assert not path.exists()


def test_the_quota_holds(moved: bytes, bob: User, tmp_path: Path, settings: Any) -> None:
    settings.QUOTA = 1000
    assert take(bob, moved, tmp_path).problem == "quota"
    assert not Memo.objects.exists()


def test_there_is_no_room(moved: bytes, bob: User, tmp_path: Path, settings: Any) -> None:
    settings.DISK_RESERVE = 10**18
    assert take(bob, moved, tmp_path).problem == "take-in-no-room"
    assert not Memo.objects.exists()


def test_a_store_that_fails_in_the_middle_leaves_nothing(
    moved: bytes, bob: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, files = kept(bob), stored_files(tmp_path)
    keep, calls = stores.store_recording, iter([False, True])

    def store_recording(*asked: Any) -> None:
        if next(calls):
            raise StoreUnreachable
        keep(*asked)

    monkeypatch.setattr(stores, "store_recording", store_recording)
    assert take(bob, moved, tmp_path).problem == "store-unreachable"
    assert (kept(bob), stored_files(tmp_path)) == (before, files)


def test_a_worker_that_was_killed_leaves_what_the_next_one_removes(
    moved: bytes, bob: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = stored_files(tmp_path)
    monkeypatch.setattr(taking_in, "insert_rows", lambda *_asked: os._exit(9))
    path = tmp_path / "brought.zip"
    path.write_bytes(moved)
    connection.close()  # each has its own
    child = os.fork()
    if child == 0:
        taking_in.take_in_here(bob, path, lambda _size: None)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    monkeypatch.undo()
    assert len(stored_files(tmp_path) - files) == len(taking_in.reserved_paths()) == 2
    assert not Memo.objects.exists()
    TakeIn.objects.update(lease=timezone.now() - timedelta(seconds=1))
    assert taking_in.take_in_next()
    assert TakeIn.objects.get().state == TakeIn.State.DONE
    assert Memo.objects.of(bob).count() == 2
    assert taking_in.reserved_paths() == set()


def test_what_ends_its_workers_is_given_up_and_leaves_nothing(moved: bytes, bob: User, tmp_path: Path) -> None:
    path = tmp_path / "brought.zip"
    path.write_bytes(moved)
    TakeIn.objects.create(user=bob, path=str(path), is_uploaded=True, fence=taking_in.MAX_TRIES)
    assert taking_in.take_in_next()
    assert TakeIn.objects.get().problem == "take-in-broke-off"
    assert not path.exists()


def test_a_page_takes_it_and_says_what_came(moved: bytes, bob: User) -> None:
    client = Client()
    client.force_login(bob)
    sent = SimpleUploadedFile("mine.zip", moved, "application/zip")
    assert (
        "Waits for its turn" in client.post("/settings/takeout/bring", {"export": sent}, follow=True).content.decode()
    )
    assert taking_in.take_in_next()
    page = client.get("/settings/takeout/").content.decode()
    assert "Taken in: 2 recordings that were not here. 2 ideas came with them." in page
    assert not list((Path(TakeIn.objects.get().path).parent).iterdir())


def test_a_page_says_at_once_that_it_is_none(alices: Client) -> None:
    sent = SimpleUploadedFile("mine.zip", b"no zip at all", "application/zip")
    page = alices.post("/settings/takeout/bring", {"export": sent}, follow=True).content.decode()
    assert "This is no export" in page
    assert not TakeIn.objects.exists()


def test_a_command_takes_it_and_says_why_not(moved: bytes, bob: User, tmp_path: Path) -> None:
    path = tmp_path / "brought.zip"
    path.write_bytes(moved)
    call_command("import", str(path), "--user", "bob")
    assert Memo.objects.of(bob).count() == 2
    path.write_bytes(moved[: len(moved) // 2])
    with pytest.raises(CommandError, match="damaged"):
        call_command("import", str(path), "--user", "bob")
    with pytest.raises(CommandError, match="No such file"):
        call_command("import", str(tmp_path / "none.zip"), "--user", "bob")


@pytest.mark.parametrize("is_gone", [False, True])
def test_a_command_that_slept_too_long_says_that_another_went_on(
    moved: bytes, bob: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_gone: bool
) -> None:
    files, keep = stored_files(tmp_path), stores.store_recording
    monkeypatch.setattr(jobs, "SECONDS_A_NOTE", 0.0)

    def store_recording(*asked: Any) -> None:
        keep(*asked)
        TakeIn.objects.all().delete() if is_gone else TakeIn.objects.update(fence=2)

    monkeypatch.setattr(stores, "store_recording", store_recording)
    path = tmp_path / "brought.zip"
    path.write_bytes(moved)
    with pytest.raises(CommandError, match="the service went on with it"):
        call_command("import", str(path), "--user", "bob")
    assert not Memo.objects.of(bob).exists()
    assert len(stored_files(tmp_path) - files) == (0 if is_gone else 1)  # the other one's


def test_no_worker_finds_what_a_command_does(moved: bytes, bob: User, tmp_path: Path) -> None:
    seen: list[int] = []
    path = tmp_path / "brought.zip"
    path.write_bytes(moved)
    taking_in.take_in_here(bob, path, lambda _size: seen.append(taking_in.count_due_take_ins()))
    assert set(seen) == {0}


@pytest.mark.parametrize("kind", ["markdown", "json", "audio"])
def test_a_part_of_an_account_is_not_taken_in(bedside: Device, kind: Any, tmp_path: Path) -> None:
    fill_account(bedside)
    assert take(bedside.user, export_bytes(bedside.user, kind), tmp_path).problem == "export-partial"


def test_a_newer_one_is_refused(moved: bytes, bob: User, tmp_path: Path) -> None:
    files = export_files(moved)
    manifest = json.loads(files[MANIFEST_FILE]) | {"format": 2, "more": True}
    files[MANIFEST_FILE] = json.dumps(manifest).encode()
    assert take(bob, packed(files, announce=False), tmp_path).problem == "export-newer"


def test_an_older_one_is_brought_up(moved: bytes) -> None:
    def renamed(name: str, row: dict[str, Any]) -> dict[str, Any]:
        return row | {"name": row["name"].upper()} if name == "topics" else row

    with ZipReader(io.BytesIO(moved), (renamed,)) as reader:
        assert {row.name for row in reader.rows("topics")} == {  # type: ignore[attr-defined]
            row["name"].upper() for row in export_rows(moved, "topics")
        }


def test_jobs_are_one_at_a_time(moved: bytes, bob: User) -> None:
    TakeIn.objects.create(user=bob, path="/nowhere", is_uploaded=False)
    assert jobs.claim_job(TakeIn)
    TakeIn.objects.create(user=bob, path="/nowhere", is_uploaded=False)
    assert taking_in.count_due_take_ins() == 0
    del moved


def test_devices_are_not_taken_along(moved: bytes, bob: User, tmp_path: Path) -> None:
    device, _token = create_device(bob, "his")
    take(bob, moved, tmp_path)
    assert not device.memos.exists()
