"""What no upload is begun for, or goes on with: a problem document, and nothing stored."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from capture.models import User
from capture.services.devices import revoke_device
from tests.support.answers import problem
from tests.support.api_phone import OGG, Phone
from tests.support.data_folder import nothing_begun, nothing_stored
from tests.support.tus_phone import UPLOADS, TusPhone

SHA = hashlib.sha256(OGG).hexdigest()
HALF = len(OGG) // 2


@pytest.mark.parametrize(
    ("said", "status", "kind"),
    [
        ({"Upload_Metadata": "id YQ==,id YQ=="}, 400, "bad-metadata"),
        ({"Upload_Metadata": "id YSBi"}, 400, "bad-id"),
        ({"Upload_Metadata": "id Lg=="}, 400, "bad-id"),
        ({"Upload_Metadata": "id Li4="}, 400, "bad-id"),
        ({"Upload_Metadata": "recorded_at eA=="}, 400, "bad-date"),
        ({"Upload_Metadata": "sha256 eA=="}, 400, "bad-digest"),
        ({"Upload_Metadata": "context eA=="}, 400, "bad-context"),
        ({"Upload_Length": "x"}, 400, "bad-number"),
        ({"Upload_Length": "0"}, 400, "empty"),
        ({"Upload_Length": str(2 * 1024**3 + 1)}, 413, "too-large"),
        ({"Upload_Length": str(10**15)}, 413, "too-large"),
        ({"Upload_Checksum": "md5 YQ=="}, 400, "bad-checksum"),
        ({"Tus_Resumable": "0.2.2"}, 412, "tus-version"),
        ({"Tus_Resumable": ""}, 412, "tus-version"),
    ],
)
def test_what_no_upload_is_begun_for(said: dict[str, str], status: int, kind: str, tus: TusPhone, home: Path) -> None:
    answer = tus.ask("POST", UPLOADS, **{"Upload_Length": "100", **said})
    assert problem(answer, status, kind)
    assert answer["Tus-Resumable"] == "1.0.0"
    assert answer.get("Tus-Version") == ("1.0.0" if status == 412 else None)
    assert nothing_begun(home)


def test_a_length_is_needed(tus: TusPhone, home: Path) -> None:
    assert problem(tus.ask("POST", UPLOADS, Upload_Defer_Length="1"), 400, "bad-number")
    assert nothing_begun(home)


def test_a_date_of_any_length_is_kept_or_refused(tus: TusPhone) -> None:
    assert problem(tus.begin(recorded_at=f"2026-11-24T03:12:00.{'0' * 60}Z"), 400, "bad-date")


def test_where_the_disk_is_nearly_full_no_upload_is_begun(tus: TusPhone, home: Path, settings: Any) -> None:
    address = tus.begin_upload()
    settings.DISK_RESERVE = 10**18
    assert problem(tus.begin(), 507, "disk-nearly-full")
    assert problem(tus.patch(address, 0, OGG), 507, "disk-nearly-full")
    settings.DISK_RESERVE = 0
    assert tus.patch(address, 0, OGG).status_code == 204


@pytest.mark.parametrize("pieces", [(300,), (5, 295), (299, 1)])
def test_what_is_no_audio_is_seen_by_its_first_bytes(pieces: tuple[int, ...], tus: TusPhone, home: Path) -> None:
    address, offset = tus.begin_upload(10_000), 0
    for piece in pieces:
        answer = tus.patch(address, offset, b"x" * piece)
        offset += piece
        if offset >= 64:
            break
    assert problem(answer, 415, "not-audio")
    assert nothing_begun(home)
    assert tus.ask("HEAD", address).status_code == 404
    assert problem(tus.begin(300, b"x" * 300), 415, "not-audio")
    assert nothing_begun(home)


@pytest.mark.parametrize(
    ("how", "status", "kind"),
    [
        ({"Content_Type": "audio/ogg"}, 415, "wrong-type"),
        ({"Upload_Offset": "x"}, 400, "bad-number"),
        ({"Upload_Offset": "1"}, 409, "wrong-offset"),
        ({"Upload_Checksum": "sha1 x"}, 400, "bad-checksum"),
        ({"Tus_Resumable": "2.0.0"}, 412, "tus-version"),
    ],
)
def test_what_no_upload_goes_on_with(how: dict[str, str], status: int, kind: str, tus: TusPhone) -> None:
    address = tus.begin_upload()
    assert problem(tus.ask("PATCH", address, OGG, **{"Upload_Offset": "0", **how}), status, kind)
    assert tus.offset(address) == 0


def test_a_body_of_another_type_begins_nothing(tus: TusPhone, home: Path) -> None:
    answer = tus.ask("POST", UPLOADS, OGG, Upload_Length=str(len(OGG)), Content_Type="audio/ogg")
    assert problem(answer, 415, "wrong-type")
    assert nothing_begun(home)


def test_more_than_was_announced_is_refused(tus: TusPhone, home: Path) -> None:
    address = tus.begin_upload()
    assert problem(tus.patch(address, 0, OGG + b"!"), 413, "past-the-end")
    assert tus.offset(address) == 0
    tus.ask("DELETE", address)
    assert problem(tus.begin(len(OGG), OGG + b"!"), 413, "past-the-end")
    assert nothing_begun(home)


def test_a_length_of_the_body_is_needed(tus: TusPhone) -> None:
    address = tus.begin_upload()
    answer = tus.ask("PATCH", address, Upload_Offset="0", Content_Type="application/offset+octet-stream")
    assert answer.status_code in {411, 415}
    assert tus.offset(address) == 0


def test_an_upload_whose_beginning_broke_off_is_forgotten(tus: TusPhone, home: Path) -> None:
    answer = tus.ask("POST", UPLOADS, OGG[:HALF], Content_Length=str(len(OGG)), Upload_Length=str(len(OGG)))
    assert problem(answer, 400, "incomplete")
    assert nothing_begun(home)


def test_a_recording_that_is_not_what_was_announced_is_forgotten(tus: TusPhone, home: Path) -> None:
    address = tus.begin_upload(sha256="0" * 64)
    assert problem(tus.patch(address, 0, OGG), 400, "wrong-digest")
    assert nothing_begun(home)


def test_tokens_that_are_none_begin_nothing(alice: User, home: Path) -> None:
    phone = Phone(alice)
    tus = TusPhone(phone)
    address = tus.begin_upload()
    revoke_device(phone.device)
    assert problem(tus.begin(), 401, "revoked-token")
    assert problem(tus.patch(address, 0, OGG), 401, "revoked-token")
    phone.client = Client(headers={"Authorization": "Bearer guessed"})
    assert problem(tus.begin(), 401, "unknown-token")
    phone.client = Client()
    phone.client.force_login(alice)
    assert problem(tus.begin(), 401, "no-token")
    assert nothing_stored(home)
