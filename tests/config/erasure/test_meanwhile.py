"""An account is erased while something of it is at work: what that writes afterwards is gone as well."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from capture.models import Device, Memo, User
from capture.services.erasure import erase_recordings
from capture.storage import stores
from config.erasure.erase import ask_erasure, erase_next
from config.models import Erasure, Export, TakeIn
from config.takeout import exports, jobs, markdown_folder, taking_in
from config.takeout.compose import write_export
from config.takeout.core.shared_file import change_file
from insights.core.topics.index_file import write_index
from insights.services import index_storage
from insights.services.index_cache import prepare_index_file
from insights.services.topics import create_topic
from tests.support.api_phone import OGG, Phone
from tests.support.lived_in import WORDS, everywhere, live
from tests.support.recordings import audio_path
from tests.support.takeouts import export_bytes

pytestmark = pytest.mark.django_db(transaction=True)

SOUND = OGG + WORDS[0].encode()


@pytest.fixture
def erased(alice: User, bedside: Device, home: Path) -> Callable[..., Callable[..., Any]]:
    """Return what makes a function that does its work and erases Alice the first time, before it returns.

    before: whether she is erased first.
    """
    live(alice, bedside, WORDS)

    def erasing(work: Callable[..., Any], *, before: bool = False) -> Callable[..., Any]:
        def work_meanwhile(*asked: Any, **named: Any) -> Any:
            done = None if before else work(*asked, **named)
            if User.objects.filter(pk=alice.pk, is_active=True).exists():
                ask_erasure(alice)
                erase_next()
            return work(*asked, **named) if before else done

        return work_meanwhile

    return erasing


Erased = Callable[..., Callable[..., Any]]


def is_all_gone(home: Path) -> bool:
    """Return whether nothing is left, once who was asked to has looked again."""
    while Erasure.objects.exists():
        assert erase_next()
    assert not User.objects.exists()
    return everywhere(WORDS, home) == {}


@pytest.mark.parametrize("before", [False, True])
def test_an_export_that_is_made(
    alice: User, erased: Erased, home: Path, monkeypatch: pytest.MonkeyPatch, *, before: bool
) -> None:
    exports.delete_exports_of(alice)
    monkeypatch.setattr(exports, "write_export", erased(write_export, before=before))
    exports.request_export(alice, "account")
    assert exports.make_next_export()
    assert is_all_gone(home)


def test_an_export_whose_worker_was_killed(alice: User, erased: Erased, home: Path) -> None:
    exports.delete_exports_of(alice)
    exports.request_export(alice, "account")
    job = jobs.claim_job(Export)
    exports.export_path(job.pk).with_suffix(f".{job.fence}.part").write_text(WORDS[0])
    erased(int)()
    assert is_all_gone(home)


@pytest.mark.parametrize("before", [False, True])
def test_an_export_that_is_taken_in(
    alice: User, erased: Erased, home: Path, monkeypatch: pytest.MonkeyPatch, *, before: bool
) -> None:
    exports.delete_exports_of(alice)
    path = home / "taken.zip"
    for memo in alice.memos.all():
        sound = audio_path(memo).read_bytes()
        Memo.objects.filter(pk=memo.pk).update(bytes=len(sound), sha256=sha256(sound).hexdigest())
    path.write_bytes(export_bytes(alice))
    erase_recordings(alice)
    monkeypatch.setattr(stores, "store_recording", erased(stores.store_recording, before=before))
    TakeIn.objects.create(user=alice, path=str(path), is_uploaded=True, all_bytes=path.stat().st_size)
    assert taking_in.take_in_next()
    assert is_all_gone(home)


@pytest.mark.parametrize("before", [False, True])
def test_a_recording_that_a_phone_sends(
    alice: User, erased: Erased, home: Path, monkeypatch: pytest.MonkeyPatch, *, before: bool
) -> None:
    phone = Phone(alice)
    monkeypatch.setattr(stores, "store_recording", erased(stores.store_recording, before=before))
    assert phone.put("late", SOUND).status_code == 401
    assert is_all_gone(home)


@pytest.mark.parametrize("before", [False, True])
def test_a_recording_that_is_added_on_a_page(
    alice: User, alices: Client, erased: Erased, home: Path, monkeypatch: pytest.MonkeyPatch, *, before: bool
) -> None:
    alices.raise_request_exception = False
    monkeypatch.setattr(stores, "store_recording", erased(stores.store_recording, before=before))
    alices.post("/memos/add", {"audio": SimpleUploadedFile("late.ogg", SOUND)})
    assert is_all_gone(home)


@pytest.mark.parametrize("before", [False, True])
def test_a_folder_of_notes_that_is_written(
    alice: User, erased: Erased, home: Path, monkeypatch: pytest.MonkeyPatch, *, before: bool
) -> None:
    create_topic(alice, f"More {WORDS[1]}")
    alice.markdown_folder.delete()
    markdown_folder.turn_on(alice)
    (markdown_folder.folder_of(alice) / ".7.stillnote-unfinished").write_text(WORDS[2])
    monkeypatch.setattr(markdown_folder, "change_file", erased(change_file, before=before))
    assert markdown_folder.keep_next_folder()
    assert is_all_gone(home)


@pytest.mark.parametrize("before", [False, True])
def test_an_index_that_is_written(
    alice: User, erased: Erased, home: Path, monkeypatch: pytest.MonkeyPatch, *, before: bool
) -> None:
    index_storage.remove_index_file(alice.pk)
    monkeypatch.setattr(index_storage, "write_index", erased(write_index, before=before))
    prepare_index_file(alice.pk)
    assert is_all_gone(home)
    assert not index_storage.index_path(alice.pk).exists()
