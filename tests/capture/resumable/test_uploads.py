"""Uploads in pieces, as tus 1.0 asks: what is taken, what is answered, and everything that is refused."""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.http import parse_http_date

from capture.models import Memo, Upload, User
from capture.resumable import partial
from capture.services import delete_memo, purge_deleted, revoke
from tests.capture.conftest import OGG, Phone, files, nothing_stored, problem
from tests.capture.resumable.conftest import UPLOADS, TusPhone, checksum, upload_at

SHA = hashlib.sha256(OGG).hexdigest()
HALF = len(OGG) // 2


def nothing_begun(home: Path) -> bool:
    return nothing_stored(home) and not Upload.objects.exists() and not list((home / "uploads").glob("*"))


def test_what_is_offered_is_said_to_anybody(client: Client) -> None:
    answer = client.options(UPLOADS)
    assert answer.status_code == 204
    assert answer["Tus-Resumable"] == answer["Tus-Version"] == "1.0.0"
    assert answer["Tus-Extension"] == "creation,creation-with-upload,checksum,expiration,termination"
    assert answer["Tus-Max-Size"] == str(2 * 1024**3)
    assert answer["Tus-Checksum-Algorithm"] == "sha1,sha256"


def test_an_upload_in_two_pieces_makes_the_memo_that_put_would(tus: TusPhone, home: Path) -> None:
    said = {"id": "m-1", "recorded_at": "2026-11-24T03:12:00+01:00", "sha256": SHA.upper(), "context": "walk"}
    address = tus.begun(type="audio/ogg", **said)
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
    address = tus.begun(id="m-1", context="sit")
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
    address = tus.begun()
    tus.patch(address, 0, OGG)
    assert tus.phone.receipt(address.rsplit("/", 1)[1]).json()["sha256"] == SHA


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_body_that_does_not_match_its_checksum_is_forgotten(algorithm: str, tus: TusPhone) -> None:
    address = tus.begun()
    right = checksum(algorithm, hashlib.new(algorithm, OGG[:HALF]).digest())
    assert problem(tus.patch(address, 0, b"x" * HALF, Upload_Checksum=right), 460, "wrong-checksum")
    assert tus.offset(address) == 0
    assert partial.size(upload_at(address).pk) == 0
    assert tus.patch(address, 0, OGG[:HALF], Upload_Checksum=right).status_code == 204
    assert tus.offset(address) == HALF


@pytest.mark.parametrize(
    ("said", "status", "kind"),
    [
        ({"Upload_Metadata": "id YQ==,id YQ=="}, 400, "bad-metadata"),
        ({"Upload_Metadata": "id YSBi"}, 400, "bad-id"),
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
    address = tus.begun()
    settings.DISK_RESERVE = 10**18
    assert problem(tus.begin(), 507, "disk-nearly-full")
    assert problem(tus.patch(address, 0, OGG), 507, "disk-nearly-full")
    settings.DISK_RESERVE = 0
    assert tus.patch(address, 0, OGG).status_code == 204


@pytest.mark.parametrize("pieces", [(300,), (5, 295), (299, 1)])
def test_what_is_no_audio_is_seen_by_its_first_bytes(pieces: tuple[int, ...], tus: TusPhone, home: Path) -> None:
    address, offset = tus.begun(10_000), 0
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
    address = tus.begun()
    assert problem(tus.ask("PATCH", address, OGG, **{"Upload_Offset": "0", **how}), status, kind)
    assert tus.offset(address) == 0


def test_a_body_of_another_type_begins_nothing(tus: TusPhone, home: Path) -> None:
    answer = tus.ask("POST", UPLOADS, OGG, Upload_Length=str(len(OGG)), Content_Type="audio/ogg")
    assert problem(answer, 415, "wrong-type")
    assert nothing_begun(home)


def test_more_than_was_announced_is_refused(tus: TusPhone, home: Path) -> None:
    address = tus.begun()
    assert problem(tus.patch(address, 0, OGG + b"!"), 413, "past-the-end")
    assert tus.offset(address) == 0
    tus.ask("DELETE", address)
    assert problem(tus.begin(len(OGG), OGG + b"!"), 413, "past-the-end")
    assert nothing_begun(home)


def test_a_length_of_the_body_is_needed(tus: TusPhone) -> None:
    address = tus.begun()
    answer = tus.ask("PATCH", address, Upload_Offset="0", Content_Type="application/offset+octet-stream")
    assert answer.status_code in {411, 415}
    assert tus.offset(address) == 0


def test_what_came_of_a_body_that_broke_off_is_kept(tus: TusPhone) -> None:
    address = tus.begun()
    assert problem(tus.patch(address, 0, OGG[:HALF], Content_Length=str(len(OGG))), 400, "incomplete")
    assert tus.offset(address) == HALF
    assert tus.patch(address, HALF, OGG[HALF:]).status_code == 204


def test_what_came_of_a_body_with_a_checksum_that_broke_off_is_not(tus: TusPhone) -> None:
    address = tus.begun()
    whole = checksum("sha1", hashlib.sha1(OGG).digest())
    assert problem(
        tus.patch(address, 0, OGG[:HALF], Content_Length=str(len(OGG)), Upload_Checksum=whole), 400, "incomplete"
    )
    assert tus.offset(address) == 0


def test_an_upload_whose_beginning_broke_off_is_forgotten(tus: TusPhone, home: Path) -> None:
    answer = tus.ask("POST", UPLOADS, OGG[:HALF], Content_Length=str(len(OGG)), Upload_Length=str(len(OGG)))
    assert problem(answer, 400, "incomplete")
    assert nothing_begun(home)


def test_a_finished_upload_is_answered_again(tus: TusPhone) -> None:
    address = tus.begun()
    tus.patch(address, 0, OGG)
    assert tus.offset(address) == len(OGG)
    assert tus.patch(address, len(OGG), b"").status_code == 204
    assert problem(tus.patch(address, 0, OGG), 409, "wrong-offset")
    assert Memo.objects.count() == 1


def test_a_recording_that_is_not_what_was_announced_is_forgotten(tus: TusPhone, home: Path) -> None:
    address = tus.begun(sha256="0" * 64)
    assert problem(tus.patch(address, 0, OGG), 400, "wrong-digest")
    assert nothing_begun(home)


def test_an_ended_upload_is_gone(tus: TusPhone, home: Path) -> None:
    address = tus.begun()
    tus.patch(address, 0, OGG[:HALF])
    assert tus.ask("DELETE", address).status_code == 204
    assert nothing_begun(home)
    assert tus.ask("HEAD", address).status_code == 404
    assert problem(tus.ask("DELETE", address), 404, "unknown-upload")


def test_ending_a_finished_upload_ends_no_memo(tus: TusPhone) -> None:
    address = tus.begun(id="m-1")
    tus.patch(address, 0, OGG)
    assert tus.ask("DELETE", address).status_code == 204
    assert tus.phone.receipt("m-1").status_code == 200


def test_an_expired_upload_is_gone(tus: TusPhone) -> None:
    address = tus.begun()
    Upload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert tus.ask("HEAD", address).status_code == 410
    assert problem(tus.patch(address, 0, OGG), 410, "expired-upload")


def test_whoever_can_only_post_says_what_is_meant(tus: TusPhone) -> None:
    address = tus.begun(id="m-1")
    answer = tus.ask("POST", address, OGG, Upload_Offset="0", X_HTTP_Method_Override="PATCH")
    assert answer.status_code == 204
    assert tus.phone.receipt("m-1").status_code == 200
    assert tus.ask("POST", address).status_code == 405
    assert tus.ask("GET", address).status_code == 405


def test_only_its_device_knows_an_upload(tus: TusPhone, alice: User, bobs_phone: Phone) -> None:
    address = tus.begun()
    for other in (TusPhone(bobs_phone), TusPhone(Phone(alice, "walks"))):
        assert other.ask("HEAD", address).status_code == 404
        assert problem(other.patch(address, 0, OGG), 404, "unknown-upload")
        assert problem(other.ask("DELETE", address), 404, "unknown-upload")
    assert tus.offset(address) == 0


def test_tokens_that_are_none_begin_nothing(alice: User, home: Path) -> None:
    phone = Phone(alice)
    tus = TusPhone(phone)
    address = tus.begun()
    revoke(phone.device)
    assert problem(tus.begin(), 401, "revoked-token")
    assert problem(tus.patch(address, 0, OGG), 401, "revoked-token")
    phone.client = Client(headers={"Authorization": "Bearer guessed"})
    assert problem(tus.begin(), 401, "unknown-token")
    phone.client = Client()
    phone.client.force_login(alice)
    assert problem(tus.begin(), 401, "no-token")
    assert nothing_stored(home)


def test_other_bytes_under_a_known_id_are_refused(tus: TusPhone, home: Path) -> None:
    tus.phone.put("m-1", OGG + b"!")
    assert problem(tus.begin(id="m-1", sha256=SHA), 409, "other-bytes")
    address = tus.begun(id="m-1")
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
    tus.patch(tus.begun(id="m-2"), 0, OGG)
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
