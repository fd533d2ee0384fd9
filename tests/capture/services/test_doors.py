"""A restored copy acts on nothing outside of its data folder until its owner says so."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from capture.models import Import, User, WatchedFile, WatchedFolder
from capture.services.doors import Door, close_all_doors, closed_doors, is_open, open_door
from capture.sources.imports.service import imports_waiting, work_on_next_import
from capture.sources.watched.folders import map_own_folders, own_folder, watch_folder, watch_own_folder
from capture.sources.watched.poll import poll_watched_folders
from capture.storage import stores
from capture.tasks import mailbox_reader, read_mailbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("home")]


def test_an_installation_that_was_not_restored_has_all_doors_open(home: Path) -> None:
    assert closed_doors() is None
    assert all(is_open(door) for door in Door)
    open_door(Door.EMAIL)
    assert not list(home.glob("*.json"))


def test_each_is_opened_by_itself_and_with_the_last_it_is_a_copy_no_more(home: Path) -> None:
    close_all_doors()
    assert not any(is_open(door) for door in Door)
    open_door(Door.EMAIL)
    assert [door for door in Door if is_open(door)] == [Door.EMAIL]
    for door in Door:
        open_door(door)
    assert closed_doors() is None
    assert not list(home.glob("*.json"))


@pytest.mark.parametrize("content", ["", "[]", '{"closed": ["window"], "since": "2026-01-01"}', '{"closed": "all"}'])
def test_a_file_that_cannot_be_read_closes_all(content: str, home: Path) -> None:
    (home / "closed-doors.json").write_text(content)
    assert not any(is_open(door) for door in Door)


def test_a_copy_looks_into_its_own_folders_alone(alice: User, tmp_path_factory: pytest.TempPathFactory) -> None:
    own, outside = watch_own_folder(alice), watch_folder(alice, tmp_path_factory.mktemp("outside"))
    close_all_doors()
    poll_watched_folders()
    looked = dict(WatchedFolder.objects.values_list("pk", "looked_at"))
    assert looked[own.pk]
    assert looked[outside.pk] is None
    open_door(Door.FOLDERS)
    poll_watched_folders()
    assert WatchedFolder.objects.get(pk=outside.pk).looked_at


@pytest.mark.parametrize("old_home", ["/old/home", ""])
def test_a_folder_of_ones_own_is_in_the_copys_own_data_folder(old_home: str, alice: User, home: Path) -> None:
    own = WatchedFolder.objects.create(user=alice, path=f"/old/home/watched/{alice.pk}", moves_done=True)
    other = WatchedFolder.objects.create(user=alice, path="/srv/recorder")
    WatchedFile.objects.create(folder=own, name="a.ogg", size=1, modified_ns=1, met_at=timezone.now())
    assert map_own_folders(old_home, home.resolve()) == 1
    mapped = WatchedFolder.objects.get(pk=own.pk)
    assert (mapped.path, mapped.moves_done, mapped.files.count()) == (str(own_folder(alice)), True, 0)
    assert own_folder(alice).is_dir()
    assert WatchedFolder.objects.get(pk=other.pk).path == "/srv/recorder"


def test_a_copy_goes_on_with_no_import_but_those_asked_for_in_it(alice: User) -> None:
    before = Import.objects.create(user=alice, folder="/nowhere", time_zone="UTC")
    close_all_doors()
    assert imports_waiting() == 0
    assert not work_on_next_import(timezone.now())
    Import.objects.create(user=alice, folder="/nowhere/else", time_zone="UTC")
    assert imports_waiting() == 1
    open_door(Door.FOLDERS)
    assert imports_waiting() == 2
    assert Import.objects.get(pk=before.pk).state == Import.State.LISTING


def test_a_copy_reads_no_mailbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox_reader, "ingest_mailbox", lambda: True)
    close_all_doors()
    assert not read_mailbox()
    open_door(Door.MAILBOX)
    assert read_mailbox()


def test_a_copy_touches_no_bucket(bucket: Any) -> None:
    del bucket
    assert len(stores.stores()) == 2
    close_all_doors()
    assert stores.stores() == (stores.data_folder_store(),)
    assert list(stores.list_bucket()) == []
    assert settings.STORE


def test_since_when_it_is_a_copy_is_known() -> None:
    close_all_doors()
    found = closed_doors()
    assert found
    assert timezone.now() - found.since < timedelta(minutes=1)
