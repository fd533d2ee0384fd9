"""Whose upload it is, and whose recording: the same rules as everywhere, whatever is sent again."""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from capture.models import Memo, Upload, User
from capture.services.deletion import delete_memo, purge_deleted
from tests.support.answers import problem
from tests.support.api_phone import OGG, Phone
from tests.support.data_folder import files, nothing_stored
from tests.support.tus_phone import TusPhone

SHA = hashlib.sha256(OGG).hexdigest()
HALF = len(OGG) // 2


def test_only_its_device_knows_an_upload(tus: TusPhone, alice: User, bobs_phone: Phone) -> None:
    address = tus.begin_upload()
    for other in (TusPhone(bobs_phone), TusPhone(Phone(alice, "walks"))):
        assert other.ask("HEAD", address).status_code == 404
        assert problem(other.patch(address, 0, OGG), 404, "unknown-upload")
        assert problem(other.ask("DELETE", address), 404, "unknown-upload")
    assert tus.offset(address) == 0


def test_other_bytes_under_a_known_id_are_refused(tus: TusPhone, home: Path) -> None:
    tus.phone.put("m-1", OGG + b"!")
    assert problem(tus.begin(id="m-1", sha256=SHA), 409, "other-bytes")
    address = tus.begin_upload(id="m-1")
    assert problem(tus.patch(address, 0, OGG), 409, "other-bytes")
    assert not Upload.objects.exists()
    assert len(files(home)) == 1


def test_a_known_recording_need_not_be_sent(tus: TusPhone, home: Path) -> None:
    tus.phone.put("m-1")
    answer = tus.begin(id="m-1", sha256=SHA)
    assert (answer.status_code, answer["Upload-Offset"]) == (201, str(len(OGG)))
    assert tus.offset(answer["Location"]) == len(OGG)
    assert len(files(home)) == 1


def test_known_bytes_under_a_new_id_get_the_receipt_of_the_first(tus: TusPhone, home: Path) -> None:
    tus.phone.put("m-1")
    tus.patch(tus.begin_upload(id="m-2"), 0, OGG)
    first, second = tus.phone.receipt("m-1").json(), tus.phone.receipt("m-2").json()
    assert second == {**first, "id": "m-2"}
    assert len(files(home)) == 1
    assert list((home / "uploads").iterdir()) == []


@pytest.mark.parametrize("said", [{}, {"sha256": SHA}])
def test_what_another_device_of_the_user_sent_gets_its_receipt(
    said: dict[str, str], tus: TusPhone, alice: User
) -> None:
    sent = Phone(alice, "walks").put("m-1").json()
    answer = tus.begin(id="m-1", **said)
    if answer["Upload-Offset"] == "0":
        tus.patch(answer["Location"], 0, OGG)
    assert tus.phone.receipt("m-1").json() == sent


@pytest.mark.parametrize("said", [{}, {"sha256": SHA}])
def test_a_deleted_recording_is_answered_and_not_stored(
    said: dict[str, str], tus: TusPhone, home: Path, django_capture_on_commit_callbacks: Any
) -> None:
    tus.phone.put("m-1")
    delete_memo(Memo.objects.get())
    with django_capture_on_commit_callbacks(execute=True):
        purge_deleted(timezone.now() + timedelta(days=1))
    answer = tus.begin(id="m-1", **said)
    if answer["Upload-Offset"] == "0":
        tus.patch(answer["Location"], 0, OGG)
    receipt = tus.phone.receipt("m-1").json()
    assert (receipt["sha256"], receipt["bytes"], receipt["safe_to_delete"]) == (SHA, len(OGG), True)
    assert nothing_stored(home)
    assert problem(tus.begin(id="m-1", sha256="0" * 64), 409, "other-bytes")


def test_the_device_of_another_user_gets_a_memo_of_its_own(tus: TusPhone, bob: User) -> None:
    tus.phone.put("m-1")
    other = TusPhone(Phone(bob))
    assert other.begin(id="m-1", sha256=SHA)["Upload-Offset"] == "0"
