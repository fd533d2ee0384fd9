"""The page of an import: listed by a worker, dated by a zone of one's choice, taken in by steps, paused, forgotten."""

import errno
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from capture.models import Import, ImportedFile, Memo, User
from capture.signals import import_due
from capture.sources.imports import service
from capture.sources.imports.service import imports_waiting, work_on_next_import
from capture.tasks import work_on_imports
from tests.support.data_folder import failing
from tests.support.old_recordings import fill, fingerprint

SOON = timedelta(seconds=60)


@pytest.fixture
def owner(alice: User) -> User:
    """Alice, whose machine it is, in Berlin."""
    alice.is_superuser, alice.time_zone = True, "Europe/Berlin"
    alice.save()
    return alice


@pytest.fixture
def owners(owner: User) -> Client:
    client = Client()
    client.force_login(owner)
    return client


@pytest.fixture
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("old"), 5)


def listed(client: Client, folder: Path) -> Import:
    """Have a folder listed, and return its import."""
    page = client.post("/imports/new", {"folder": str(folder)})
    assert page.status_code == 302
    while work_on_next_import(timezone.now() + SOON):
        pass
    return Import.objects.latest("created_at")


def shown(client: Client, taken: Import, query: str = "") -> str:
    page = client.get(f"/imports/{taken.pk}/{query}")
    assert page.status_code == 200
    return page.content.decode()


def test_the_way_of_a_folder(owners: Client, old: Path) -> None:
    before = fingerprint(old)
    taken = listed(owners, old)
    page = shown(owners, taken)
    assert "dated 5 by their names" in page
    assert "4 Mar 2021, 0:00" in page
    assert not Memo.objects.exists()
    owners.post(f"/imports/{taken.pk}/start")
    assert work_on_imports()
    assert not work_on_imports()
    assert "5 of 5 are kept." in shown(owners, taken)
    assert Memo.objects.filter(archive=True).count() == 5
    assert fingerprint(old) == before


def test_the_same_folder_named_again_goes_on_with_its_list(owners: Client, old: Path) -> None:
    taken = listed(owners, old)
    fill(old, 1, start=5)
    assert listed(owners, old) == taken
    assert Import.objects.count() == 1
    assert taken.files.count() == 6
    owners.post(f"/imports/{taken.pk}/start")
    assert owners.post("/imports/new", {"folder": str(old)})["Location"] == f"/imports/{taken.pk}/"
    work_on_imports()
    assert Memo.objects.count() == 6


def test_another_zone_lists_it_anew(owners: Client, old: Path) -> None:
    taken = listed(owners, old)
    assert taken.files.earliest("recorded_at").recorded_at == datetime(2021, 3, 3, 23, tzinfo=UTC)
    answer = owners.post(f"/imports/{taken.pk}/zone", {"time_zone": "Asia/Tokyo"})
    work_on_next_import(timezone.now() + SOON)
    anew = Import.objects.get()
    assert answer["Location"] == f"/imports/{anew.pk}/"
    assert anew.files.earliest("recorded_at").recorded_at == datetime(2021, 3, 3, 15, tzinfo=UTC)
    assert "4 Mar 2021, 0:00" in shown(owners, anew)
    assert (
        "no such time zone"
        in owners.post(f"/imports/{anew.pk}/zone", {"time_zone": "Mars"}, follow=True).content.decode()
    )


def test_only_the_owner_of_the_machine_may_name_a_folder(client: Client, bob: User, old: Path) -> None:
    client.force_login(bob)
    assert client.post("/imports/new", {"folder": str(old)}).status_code == 403
    assert not Import.objects.exists()


@pytest.mark.parametrize("folder", ["", "relative", "/no/such/folder", "/etc/passwd", "/\0"])
def test_a_folder_that_is_none_is_a_sentence(owners: Client, folder: str) -> None:
    page = owners.post("/imports/new", {"folder": folder}, follow=True).content.decode()
    assert "There is no such folder" in page
    assert not Import.objects.exists()


def test_it_is_paused_between_two_files_and_goes_on(owners: Client, old: Path) -> None:
    taken = listed(owners, old)
    owners.post(f"/imports/{taken.pk}/start")
    files = service.ingest_files(taken)
    next(files)
    owners.post(f"/imports/{taken.pk}/pause")
    assert list(files) == []
    assert Memo.objects.count() == 1
    assert imports_waiting() == 0
    assert "Paused." in shown(owners, taken)
    owners.post(f"/imports/{taken.pk}/start")
    assert imports_waiting() == 1
    work_on_next_import(timezone.now() + SOON)
    assert Memo.objects.count() == 5


def test_a_step_is_short_and_the_next_ring_goes_on(owners: Client, old: Path) -> None:
    taken = listed(owners, old)
    service.start_import(taken, uses_texts=False)
    for done in range(1, 5):
        assert work_on_next_import(timezone.now())
        assert Memo.objects.count() == done


def test_what_another_worker_holds_is_left_to_it_until_nothing_is_heard_of_it(owners: Client, old: Path) -> None:
    taken = listed(owners, old)
    service.start_import(taken, uses_texts=False)
    next(service.ingest_files(taken))
    assert imports_waiting() == 0
    assert not work_on_next_import(timezone.now() + SOON)
    Import.objects.update(held_until=timezone.now() - timedelta(seconds=1))  # as if it had been killed
    assert imports_waiting() == 1
    assert work_on_next_import(timezone.now() + SOON)
    assert Memo.objects.count() == 5


def test_two_at_once_are_harmless(owners: Client, old: Path) -> None:
    taken = listed(owners, old)
    service.start_import(taken, uses_texts=False)
    one, other = service.ingest_files(taken), service.ingest_files(taken)
    for _ in range(5):
        next(one, None)
        next(other, None)
    assert Memo.objects.count() == 5
    assert set(taken.files.values_list("state", flat=True)) == {"kept"}


def test_killed_before_the_outcome_was_written_it_is_the_same_memo(owners: Client, old: Path) -> None:
    taken = listed(owners, old)
    service.start_import(taken, uses_texts=False)
    next(service.ingest_files(taken))
    ImportedFile.objects.update(state="waiting", memo=None)
    Import.objects.update(held_until=None)
    work_on_next_import(timezone.now() + SOON)
    assert Memo.objects.count() == 5
    assert set(taken.files.values_list("state", flat=True)) == {"kept"}


def test_a_folder_that_is_taken_away_pauses_it_and_says_so(owners: Client, old: Path) -> None:
    taken = listed(owners, old)
    service.start_import(taken, uses_texts=False)
    old.rename(old.with_name("away"))
    work_on_next_import(timezone.now() + SOON)
    assert "There is no such folder on this machine" in shown(owners, taken)
    old.with_name("away").rename(old)
    owners.post(f"/imports/{taken.pk}/start")
    work_on_next_import(timezone.now() + SOON)
    assert Memo.objects.count() == 5


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_a_disk_that_fails_pauses_it_with_a_sentence(
    code: int, owners: Client, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = listed(owners, old)
    service.start_import(taken, uses_texts=False)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing(code))
        work_on_next_import(timezone.now() + SOON)
    assert not Memo.objects.exists()
    assert "disk" in Import.objects.get().problem_sentence
    owners.post(f"/imports/{taken.pk}/start")
    work_on_next_import(timezone.now() + SOON)
    assert Memo.objects.count() == 5


def test_a_list_is_forgotten_and_what_was_taken_in_stays(owners: Client, old: Path) -> None:
    taken = listed(owners, old)
    service.start_import(taken, uses_texts=False)
    work_on_next_import(timezone.now() + SOON)
    owners.post(f"/imports/{taken.pk}/discard")
    assert not ImportedFile.objects.exists()
    assert Memo.objects.count() == 5


def test_what_is_left_out_has_a_page_of_its_own(owners: Client, old: Path) -> None:
    (old / "notes.pdf").write_bytes(b"%PDF")
    page = shown(owners, listed(owners, old), "?only=refused")
    assert "notes.pdf" in page
    assert "not a recording" in page
    assert "2021-03-04" not in page


def test_a_name_that_is_no_text_is_left_out_and_said(owners: Client, old: Path) -> None:
    os.close(os.open(os.fsencode(old) + b"/caf\xe9.ogg", os.O_CREAT))
    taken = listed(owners, old)
    assert taken.files.get(state="refused").problem_sentence.startswith("Its name is too long, or not written")


@pytest.fixture
def rings() -> Iterator[list[object]]:
    """What was announced."""
    heard: list[object] = []

    def hear(**announcement: object) -> None:
        heard.append(announcement["id"])

    import_due.connect(hear)
    yield heard
    import_due.disconnect(hear)


@pytest.mark.django_db(transaction=True)
def test_it_is_announced_on_commit(owner: User, old: Path, rings: list[object]) -> None:
    with transaction.atomic():
        taken = service.request_import(owner, str(old), "UTC")
        assert rings == []
    assert rings == [taken.pk]
