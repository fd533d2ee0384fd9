"""How much one user may keep: asked before a body is read and before it is kept, and never of what is here already."""

import hashlib
import threading
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from capture.core.errors import Refusal
from capture.models import Device, Memo, Upload, User
from capture.services import quota
from capture.services.deletion import delete_memo, purge_deleted
from capture.storage.incoming import Incoming
from capture.tus import partial_file
from tests.support.answers import problem
from tests.support.api_phone import OGG, Phone
from tests.support.data_folder import files, nothing_stored
from tests.support.ingest_model import send
from tests.support.tus_phone import TusPhone, upload_at

OTHER = OGG[:-1] + b"!"


@pytest.fixture(autouse=True)
def room_for_one(settings: Any) -> None:
    settings.QUOTA = 2 * len(OGG) - 1


def form_file(audio: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("memo.ogg", audio)


def test_what_fits_to_the_byte_is_kept(phone: Phone, settings: Any) -> None:
    settings.QUOTA = len(OGG)
    assert phone.put("m-1").status_code == 201


def test_one_byte_more_is_refused_by_put_and_by_form(phone: Phone, settings: Any, home: Path) -> None:
    settings.QUOTA = len(OGG) - 1
    assert problem(phone.put("m-1"), 507, "quota")
    assert problem(phone.post(audio=form_file(OGG)), 507, "quota")
    assert nothing_stored(home)


def test_what_is_announced_is_refused_before_it_is_read(phone: Phone, home: Path) -> None:
    phone.put("m-1")
    answer = phone.put_of_length(len(OTHER), "m-2", b"")  # a body that is read would be incomplete
    assert problem(answer, 507, "quota")
    assert len(files(home)) == 1


def test_what_is_known_is_acknowledged_however_full_it_is(phone: Phone, settings: Any) -> None:
    phone.put("m-1")
    settings.QUOTA = 1
    sha256 = b64encode(hashlib.sha256(OGG).digest()).decode()
    assert phone.put("m-1").status_code == 200
    assert phone.put("m-2", Repr_Digest=f"sha-256=:{sha256}:").status_code == 200
    assert phone.put("m-2").status_code == 200
    assert phone.post(audio=form_file(OGG)).status_code == 200
    assert problem(phone.put("m-1", OTHER), 409, "other-bytes")


def test_a_deleted_recording_counts_as_long_as_it_can_come_back_and_is_acknowledged_ever_after(
    phone: Phone, settings: Any
) -> None:
    settings.UNDO_SECONDS = 600
    phone.put("m-1")
    delete_memo(Memo.objects.get())
    assert problem(phone.put("m-2", OTHER), 507, "quota")
    settings.UNDO_SECONDS = -1
    purge_deleted(timezone.now())
    assert phone.put("m-2", OTHER).status_code == 201
    assert phone.put("m-1").status_code == 200


def test_others_have_a_quota_of_their_own(phone: Phone, bobs_phone: Phone) -> None:
    assert phone.put("m-1").status_code == bobs_phone.put("m-1").status_code == 201


def test_of_many_added_at_once_those_that_fit_are_kept(alice: User, client: Client) -> None:
    client.force_login(alice)
    page = client.post("/memos/add", {"audio": [form_file(OGG), form_file(OTHER)]}, follow=True).content.decode()
    assert "One recording is kept." in page
    assert "memo.ogg: There is no room for it in the 0 MB you may keep." in page


@pytest.mark.django_db(transaction=True)
def test_of_two_that_race_for_the_last_place_one_is_kept(
    bedside: Device, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both find room before they are kept; before they are committed only one does."""
    outcomes: list[int] = []
    both_found_room = threading.Barrier(2)
    keep = Incoming.keep

    def keep_after_both(incoming: Incoming, place: Path) -> None:
        both_found_room.wait(timeout=30)
        keep(incoming, place)

    monkeypatch.setattr(Incoming, "keep", keep_after_both)

    def upload(audio: bytes, name: str) -> None:
        try:
            send(bedside, name, audio)
        except Refusal as refusal:
            outcomes.append(refusal.status)
        else:
            outcomes.append(201)
        finally:
            connection.close()

    racers = [threading.Thread(target=upload, args=(audio, audio[-1:].hex())) for audio in (OGG, OTHER)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(outcomes) == [201, 507]
    assert Memo.objects.count() == len(files(home)) == 1


def test_a_resumable_upload_is_begun_only_where_there_is_room_or_it_is_known(phone: Phone, settings: Any) -> None:
    tus = TusPhone(phone)
    phone.put("m-1")
    assert problem(tus.begin(len(OTHER), id="m-2"), 507, "quota")
    assert not Upload.objects.exists()
    settings.QUOTA = 1
    for known in ("m-1", "m-3"):
        assert tus.begin(len(OGG), OGG, id=known, sha256=hashlib.sha256(OGG).hexdigest()).status_code == 201
        assert phone.receipt(known).status_code == 200


def test_what_is_held_of_unfinished_uploads_counts(phone: Phone, settings: Any) -> None:
    tus = TusPhone(phone)
    half = len(OGG) // 2
    settings.QUOTA = len(OGG) + half - 1
    first, second = tus.begin_upload(id="m-1"), tus.begin_upload(len(OTHER), id="m-2")
    assert tus.patch(first, 0, OGG[:half]).status_code == 204
    assert problem(tus.patch(second, 0, OTHER), 507, "quota")  # it would fit in what memos leave
    assert partial_file.partial_bytes(upload_at(second).pk) == 0
    other = OGG + b"m" * (half - 1)
    assert problem(tus.begin(len(other), id="m-3"), 507, "quota")
    assert problem(phone.put("m-3", other), 507, "quota")
    assert problem(phone.post(audio=form_file(other)), 507, "quota")
    assert tus.patch(first, half, OGG[half:]).status_code == 204
    assert phone.receipt("m-1").status_code == 200


def test_a_half_upload_does_not_count_against_its_own_recording(phone: Phone, settings: Any) -> None:
    tus = TusPhone(phone)
    settings.QUOTA = len(OGG)
    tus.patch(tus.begin_upload(id="m-1"), 0, OGG[:-1])
    assert tus.begin(id="m-1").status_code == 201
    assert phone.put("m-1").status_code == 201


def test_uploads_of_others_and_those_that_are_memos_do_not_count_twice(phone: Phone, bobs_phone: Phone) -> None:
    for tus in (TusPhone(phone), TusPhone(bobs_phone)):
        assert tus.begin(len(OGG), OGG, id="m-1").status_code == 201
        assert tus.begin(len(OGG) - 1, OGG[:-1], id="m-2").status_code == 201


def test_one_device_leaves_room_for_the_users_others(
    phone: Phone, alice: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.QUOTA = 0
    assert quota.MAX_DEVICE_UPLOADS < quota.MAX_OPEN_UPLOADS / 2
    monkeypatch.setattr(quota, "MAX_DEVICE_UPLOADS", 3)
    tus, other = TusPhone(phone), TusPhone(Phone(alice, "nightstand"))
    for number in range(3):
        tus.begin_upload(id=f"n-{number}")
    assert problem(tus.begin(id="n-4"), 429, "many-uploads")
    assert other.begin(id="n-4").status_code == 201


def test_a_user_has_so_many_uploads_open_and_no_more(
    phone: Phone, bobs_phone: Phone, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.QUOTA = 0
    monkeypatch.setattr(quota, "MAX_OPEN_UPLOADS", 3)
    tus = TusPhone(phone)
    tus.begin(len(OGG), OGG, id="m-1")
    addresses = [tus.begin_upload(id=f"n-{number}") for number in range(3)]
    refused = tus.begin(id="n-4")
    assert problem(refused, 429, "many-uploads")
    assert int(refused["Retry-After"]) > 0
    assert TusPhone(bobs_phone).begin(id="n-4").status_code == 201
    assert tus.begin(id="m-1", sha256=hashlib.sha256(OGG).hexdigest()).status_code == 201
    assert tus.ask("DELETE", addresses[0]).status_code == 204
    assert tus.begin(id="n-4").status_code == 201


def test_what_is_kept_is_added_up_from_an_index(alice: User) -> None:
    plan = Memo.objects.filter(user=alice).values("bytes").explain()
    if connection.vendor == "sqlite":
        assert "COVERING INDEX memo_bytes" in plan
    assert "memo_bytes" in connection.introspection.get_constraints(connection.cursor(), "capture_memo")
