"""Uploads in pieces, as tus 1.0 asks: what is taken, and what is answered."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.http import parse_http_date

from capture.models import Memo, Upload
from capture.tus import partial_file
from tests.support.answers import problem
from tests.support.api_phone import OGG
from tests.support.data_folder import files, nothing_begun
from tests.support.tus_phone import UPLOADS, TusPhone, checksum, upload_at

SHA = hashlib.sha256(OGG).hexdigest()
HALF = len(OGG) // 2


def test_what_is_offered_is_said_to_anybody(client: Client) -> None:
    answer = client.options(UPLOADS)
    assert answer.status_code == 204
    assert answer["Tus-Resumable"] == answer["Tus-Version"] == "1.0.0"
    assert answer["Tus-Extension"] == "creation,creation-with-upload,checksum,expiration,termination"
    assert answer["Tus-Max-Size"] == str(2 * 1024**3)
    assert answer["Tus-Checksum-Algorithm"] == "sha1,sha256"


def test_an_upload_in_two_pieces_makes_the_memo_that_put_would(tus: TusPhone, home: Path) -> None:
    said = {"id": "m-1", "recorded_at": "2026-11-24T03:12:00+01:00", "sha256": SHA.upper(), "context": "walk"}
    address = tus.begin_upload(type="audio/ogg", **said)
    assert tus.offset(address) == 0
    first = tus.patch(address, 0, OGG[:HALF])
    assert (first.status_code, first["Upload-Offset"]) == (204, str(HALF))
    assert not Memo.objects.exists()
    assert problem(tus.phone.receipt("m-1"), 404, "unknown-memo")
    second = tus.patch(address, HALF, OGG[HALF:])
    assert (second.status_code, second["Upload-Offset"], second["Tus-Resumable"]) == (204, str(len(OGG)), "1.0.0")
    memo = Memo.objects.get()
    assert files(home) == [home / "audio" / memo.path]
    assert files(home)[0].read_bytes() == OGG
    assert (memo.client_id, memo.sha256, memo.context, memo.utc_offset) == ("m-1", SHA, "walk", 60)
    assert (memo.device, memo.source, memo.kind) == (tus.phone.device, "api", "ogg")
    assert tus.phone.receipt("m-1").json()["safe_to_delete"] is True
    assert tus.phone.put("m-1").status_code == 200
    assert list((home / "uploads").iterdir()) == []


def test_head_says_where_it_goes_on(tus: TusPhone) -> None:
    address = tus.begin_upload(id="m-1", context="sit")
    tus.patch(address, 0, OGG[:HALF])
    answer = tus.ask("HEAD", address)
    assert (answer["Upload-Offset"], answer["Upload-Length"]) == (str(HALF), str(len(OGG)))
    assert (answer["Cache-Control"], answer["Tus-Resumable"]) == ("no-store", "1.0.0")
    assert answer["Upload-Metadata"] == "id bS0x,context c2l0"
    ahead = parse_http_date(answer["Upload-Expires"]) - timezone.now().timestamp()
    assert timedelta(days=6.9) < timedelta(seconds=ahead) < timedelta(days=7.1)


def test_a_recording_can_come_with_its_beginning(tus: TusPhone) -> None:
    answer = tus.begin(len(OGG), OGG, id="m-1")
    assert (answer.status_code, answer["Upload-Offset"]) == (201, str(len(OGG)))
    assert tus.phone.receipt("m-1").json()["sha256"] == SHA


def test_a_part_can_come_with_the_beginning(tus: TusPhone) -> None:
    answer = tus.begin(len(OGG), OGG[:10], id="m-1")
    assert (answer.status_code, answer["Upload-Offset"]) == (201, "10")
    assert tus.patch(answer["Location"], 10, OGG[10:]).status_code == 204


def test_without_an_id_the_receipt_is_under_the_last_part_of_the_address(tus: TusPhone) -> None:
    address = tus.begin_upload()
    tus.patch(address, 0, OGG)
    assert tus.phone.receipt(address.rsplit("/", 1)[1]).json()["sha256"] == SHA


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_body_that_does_not_match_its_checksum_is_forgotten(algorithm: str, tus: TusPhone) -> None:
    address = tus.begin_upload()
    right = checksum(algorithm, hashlib.new(algorithm, OGG[:HALF]).digest())
    assert problem(tus.patch(address, 0, b"x" * HALF, Upload_Checksum=right), 460, "wrong-checksum")
    assert tus.offset(address) == 0
    assert partial_file.partial_bytes(upload_at(address).pk) == 0
    assert tus.patch(address, 0, OGG[:HALF], Upload_Checksum=right).status_code == 204
    assert tus.offset(address) == HALF


def test_what_came_of_a_body_that_broke_off_is_kept(tus: TusPhone) -> None:
    address = tus.begin_upload()
    assert problem(tus.patch(address, 0, OGG[:HALF], Content_Length=str(len(OGG))), 400, "incomplete")
    assert tus.offset(address) == HALF
    assert tus.patch(address, HALF, OGG[HALF:]).status_code == 204


def test_what_came_of_a_body_with_a_checksum_that_broke_off_is_not(tus: TusPhone) -> None:
    address = tus.begin_upload()
    whole = checksum("sha1", hashlib.sha1(OGG).digest())
    assert problem(
        tus.patch(address, 0, OGG[:HALF], Content_Length=str(len(OGG)), Upload_Checksum=whole), 400, "incomplete"
    )
    assert tus.offset(address) == 0


def test_a_finished_upload_is_answered_again(tus: TusPhone) -> None:
    address = tus.begin_upload()
    tus.patch(address, 0, OGG)
    assert tus.offset(address) == len(OGG)
    assert tus.patch(address, len(OGG), b"").status_code == 204
    assert problem(tus.patch(address, 0, OGG), 409, "wrong-offset")
    assert Memo.objects.count() == 1


def test_an_ended_upload_is_gone(tus: TusPhone, home: Path) -> None:
    address = tus.begin_upload()
    tus.patch(address, 0, OGG[:HALF])
    assert tus.ask("DELETE", address).status_code == 204
    assert nothing_begun(home)
    assert tus.ask("HEAD", address).status_code == 404
    assert problem(tus.ask("DELETE", address), 404, "unknown-upload")


def test_ending_a_finished_upload_ends_no_memo(tus: TusPhone) -> None:
    address = tus.begin_upload(id="m-1")
    tus.patch(address, 0, OGG)
    assert tus.ask("DELETE", address).status_code == 204
    assert tus.phone.receipt("m-1").status_code == 200


def test_an_expired_upload_is_gone(tus: TusPhone) -> None:
    address = tus.begin_upload()
    Upload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert tus.ask("HEAD", address).status_code == 410
    assert problem(tus.patch(address, 0, OGG), 410, "expired-upload")


def test_whoever_can_only_post_says_what_is_meant(tus: TusPhone) -> None:
    address = tus.begin_upload(id="m-1")
    answer = tus.ask("POST", address, OGG, Upload_Offset="0", X_HTTP_Method_Override="PATCH")
    assert answer.status_code == 204
    assert tus.phone.receipt("m-1").status_code == 200
    assert tus.ask("POST", address).status_code == 405
    assert tus.ask("GET", address).status_code == 405
