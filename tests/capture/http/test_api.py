"""The upload API: what it takes, what it answers, and everything that it refuses, with nothing stored."""

import base64
import hashlib
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from capture.models import Memo, User
from capture.services.devices import revoke_device
from tests.support.answers import problem
from tests.support.api_phone import OGG, Phone
from tests.support.data_folder import files, nothing_stored

SHA = hashlib.sha256(OGG).hexdigest()
DIGEST = f"sha-256=:{base64.b64encode(hashlib.sha256(OGG).digest()).decode()}:"


def recording(audio: bytes = OGG) -> SimpleUploadedFile:
    return SimpleUploadedFile("a name nobody keeps.ogg", audio)


def test_a_put_recording_gets_a_receipt_and_is_kept(phone: Phone, home: Path) -> None:
    answer = phone.put("m-1", Recorded_At="2026-11-24T03:12:00+01:00", Repr_Digest=DIGEST, Memo_Context="walk")
    memo = Memo.objects.get()
    assert answer.status_code == 201
    receipt = answer.json()
    assert receipt.pop("received_at").startswith(memo.received_at.isoformat()[:19])
    assert receipt == {"id": "m-1", "sha256": SHA, "bytes": len(OGG), "safe_to_delete": True}
    assert (home / "audio" / memo.path).read_bytes() == OGG
    assert files(home) == [home / "audio" / memo.path]
    assert (memo.recorded_at.isoformat(), memo.utc_offset) == ("2026-11-24T02:12:00+00:00", 60)
    assert (memo.context, memo.kind, memo.device, memo.date_assumed) == ("walk", "ogg", phone.device, False)


def test_a_form_takes_the_same(phone: Phone, home: Path) -> None:
    sent = {"id": "f-1", "recorded_at": "2026-11-24T03:12:00Z", "sha256": SHA.upper(), "context": "sit"}
    answer = phone.post(audio=recording(), **sent)
    assert (answer.status_code, answer.json()["id"], answer.json()["sha256"]) == (201, "f-1", SHA)
    memo = Memo.objects.get()
    assert (memo.context, memo.utc_offset) == ("sit", None)
    assert files(home) == [home / "audio" / memo.path]


def test_a_form_without_id_gets_one_and_its_receipt_can_be_asked_for(phone: Phone) -> None:
    given = phone.post(audio=recording()).json()["id"]
    assert phone.receipt(given).json()["safe_to_delete"] is True


def test_an_empty_optional_field_counts_as_missing(phone: Phone) -> None:
    assert phone.post(audio=recording(), id="", recorded_at="", sha256="", context="").status_code == 201


def test_a_recording_is_stored_under_no_name_of_the_senders(phone: Phone, home: Path) -> None:
    phone.post(audio=recording(), id="..x")
    memo = Memo.objects.get()
    assert [file.name for file in files(home)] == [f"{memo.pk}-{memo.user_id}"]


def test_sending_again_is_answered_200_with_the_same_receipt(phone: Phone) -> None:
    first, again = phone.put("m-1"), phone.put("m-1")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()


@pytest.mark.parametrize(
    ("headers", "audio", "status", "kind"),
    [
        ({}, b"", 400, "empty"),
        ({}, b"This is no recording.", 415, "not-audio"),
        ({"Repr_Digest": DIGEST}, OGG + b"!", 400, "wrong-digest"),
        ({"Repr_Digest": "sha-256=deadbeef"}, OGG, 400, "bad-digest"),
        ({"Recorded_At": "yesterday"}, OGG, 400, "bad-date"),
        ({"Recorded_At": "2026-11-24T03:12:00"}, OGG, 400, "bad-date"),
        ({"Memo_Context": "office"}, OGG, 400, "bad-context"),
    ],
)
def test_what_a_put_is_refused_for(
    *, headers: dict[str, str], audio: bytes, status: int, kind: str, phone: Phone, home: Path
) -> None:
    assert problem(phone.put("m-1", audio, **headers), status, kind)
    assert nothing_stored(home)


@pytest.mark.parametrize(
    ("fields", "status", "kind"),
    [
        ({}, 400, "no-audio"),
        ({"audio": "words"}, 400, "no-audio"),
        ({"audio": (b"",)}, 400, "empty"),
        ({"audio": (b"This is no recording.",)}, 415, "not-audio"),
        ({"audio": (OGG,), "sha256": "0" * 64}, 400, "wrong-digest"),
        ({"audio": (OGG,), "sha256": "12"}, 400, "bad-digest"),
        ({"audio": (OGG,), "recorded_at": "yesterday"}, 400, "bad-date"),
        ({"audio": (OGG,), "context": "office"}, 400, "bad-context"),
        ({"audio": (OGG,), "id": "a b"}, 400, "bad-id"),
        ({"audio": (OGG,), "id": "a" * 129}, 400, "bad-id"),
        ({"audio": (OGG,), "id": "."}, 400, "bad-id"),
        ({"audio": (OGG,), "id": ".."}, 400, "bad-id"),
    ],
)
def test_what_a_form_is_refused_for(fields: dict[str, Any], status: int, kind: str, phone: Phone, home: Path) -> None:
    sent = {name: recording(*value) if isinstance(value, tuple) else value for name, value in fields.items()}
    assert problem(phone.post(**sent), status, kind)
    assert nothing_stored(home)


@pytest.mark.parametrize("client_id", ["a%20b", "%C3%A4", "a" * 129, "a%00", ".", "..", "%2E", "%2e%2E"])
def test_an_id_that_is_none_is_refused(client_id: str, phone: Phone, home: Path) -> None:
    assert problem(phone.put(client_id), 400, "bad-id")
    assert nothing_stored(home)


@pytest.mark.parametrize("path", ["/api/v1/memos/m-1", "/api/v1/memos"])
def test_a_body_of_unknown_length_is_refused(path: str, phone: Phone, home: Path) -> None:
    send = phone.client.put if path.endswith("m-1") else phone.client.post
    assert problem(send(path, OGG, content_type="audio/ogg", CONTENT_LENGTH=""), 411, "length-required")
    assert nothing_stored(home)


def test_fewer_bytes_than_announced_are_refused(phone: Phone, home: Path) -> None:
    assert problem(phone.put_of_length(len(OGG) + 1, "m-1", OGG), 400, "incomplete")
    assert nothing_stored(home)


def test_too_large_a_recording_is_refused(phone: Phone, home: Path, settings: Any) -> None:
    settings.MAX_UPLOAD = len(OGG) - 1
    assert problem(phone.put("m-1"), 413, "too-large")
    assert problem(phone.post(audio=recording()), 413, "too-large")
    settings.MAX_UPLOAD = len(OGG)
    assert nothing_stored(home)
    assert phone.put("m-1").status_code == 201


def test_the_disk_reserve_is_not_touched(phone: Phone, home: Path, settings: Any) -> None:
    settings.DISK_RESERVE = 2**62
    assert problem(phone.put("m-1"), 507, "disk-nearly-full")
    assert problem(phone.post(audio=recording()), 507, "disk-nearly-full")
    assert nothing_stored(home)


def test_other_bytes_under_a_known_id_are_refused(phone: Phone, home: Path) -> None:
    phone.put("m-1")
    assert problem(phone.put("m-1", OGG + b"!"), 409, "other-bytes")
    assert problem(phone.post(audio=recording(OGG + b"!"), id="m-1"), 409, "other-bytes")
    assert len(files(home)) == Memo.objects.count() == 1


@pytest.mark.parametrize("authorization", [None, "Bearer unknown", "Bearer ", "Basic YTpi"])
def test_without_a_known_token_nothing_is_taken(authorization: str | None, home: Path, db: None) -> None:
    client = Client(headers={"Authorization": authorization} if authorization else None)
    for answer in (
        client.put("/api/v1/memos/m-1", OGG, content_type="audio/ogg"),
        client.post("/api/v1/memos", {"audio": recording()}),
        client.get("/api/v1/memos/m-1"),
    ):
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"] == "Bearer"
        assert answer["Content-Type"] == "application/problem+json"
    assert nothing_stored(home)


def test_a_revoked_token_is_told_so(phone: Phone, home: Path) -> None:
    revoke_device(phone.device)
    assert problem(phone.put("m-1"), 401, "revoked-token")
    assert nothing_stored(home)


def test_the_phone_of_a_closed_account_is_not_known(phone: Phone, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert problem(phone.put("m-1"), 401, "unknown-token")


def test_a_session_is_no_token(alice: User, client: Client) -> None:
    client.force_login(alice)
    assert problem(client.put("/api/v1/memos/m-1", OGG), 401, "no-token")


def test_a_token_opens_no_page(phone: Phone) -> None:
    assert phone.client.get("/", headers={"Authorization": f"Bearer {phone.token}"}).status_code == 302
    assert problem(
        phone.client.get("/api/v1/memos", headers={"Authorization": f"Bearer {phone.token}"}), 403, "token-sends"
    )


@pytest.mark.parametrize("written", ["%00", "m%001", "m%201", "%F0%9F%8E%99", "m" * 500])
def test_under_what_is_no_id_there_is_no_receipt(written: str, phone: Phone) -> None:
    assert problem(phone.receipt(written), 404, "unknown-memo")


def test_a_receipt_is_for_the_device_that_sent_the_memo(phone: Phone, bobs_phone: Phone, alice: User) -> None:
    phone.put("m-1")
    other = Phone(alice, "nightstand")
    assert phone.receipt("m-1").json()["sha256"] == SHA
    assert problem(other.receipt("m-1"), 404, "unknown-memo")
    assert problem(bobs_phone.receipt("m-1"), 404, "unknown-memo")
    other.put("n-1")
    assert other.receipt("n-1").json() == phone.receipt("m-1").json() | {"id": "n-1"}


def test_a_form_of_too_many_parts_is_refused(phone: Phone, home: Path, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 2
    assert problem(phone.post(audio=[recording()] * 3), 400, "too-many-files")
    assert nothing_stored(home)


def test_a_form_that_is_none_is_refused(phone: Phone, home: Path) -> None:
    answer = phone.client.post("/api/v1/memos", b"nonsense", content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert nothing_stored(home)


def test_no_token_and_no_file_name_is_logged(phone: Phone, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        phone.post(audio=recording())
        phone.post(audio=recording(b"no audio"))
    assert phone.token not in caplog.text
    assert "nobody keeps" not in caplog.text


def test_the_description_lists_every_address(client: Client) -> None:
    described = json.loads(client.get("/api/v1/openapi.json").content)["paths"]
    assert {path: set(methods) for path, methods in described.items()} == {
        "/api/v1/memos/{client_id}": {"put", "get"},
        "/api/v1/memos": {"get", "post"},
        "/api/v1/memos/{memo_id}/audio": {"get"},
        "/api/v1/memos/{memo_id}/original": {"get"},
        "/api/v1/ideas": {"get"},
        "/api/v1/ideas/{idea_id}": {"get"},
        "/api/v1/topics": {"get"},
        "/api/v1/topics/{topic_id}": {"get"},
        "/api/v1/topics/{topic_id}/ideas": {"get"},
        "/api/v1/search": {"get"},
        "/api/v1/changes": {"get"},
        "/api/v1/sits": {"get"},
        "/api/v1/pair": {"post"},
        "/api/v1/pair/preview": {"post"},
        "/api/v1/uploads/": {"post", "options"},
        "/api/v1/uploads/{upload_id}": {"head", "patch", "delete"},
        "/api/v1/device": {"put"},
        "/api/v1/sits/{client_id}": {"put"},
    }
    put = described["/api/v1/memos/{client_id}"]["put"]
    assert {"Recorded-At", "Repr-Digest", "Memo-Context"} <= {parameter["name"] for parameter in put["parameters"]}
    assert put["requestBody"]["content"]["audio/*"]
    assert {"201", "409", "411", "413", "415", "507"} <= set(put["responses"])


def test_generated_clients_keep_the_names_of_their_functions(client: Client) -> None:
    paths = json.loads(client.get("/api/v1/openapi.json").content)["paths"]
    names = {f"{method} {path}": one["operationId"] for path, ways in paths.items() for method, one in ways.items()}
    assert names == {
        "post /api/v1/memos": "capture_api_post_memo",
        "get /api/v1/memos/{client_id}": "capture_api_get_receipt",
        "put /api/v1/memos/{client_id}": "capture_api_put_memo",
        "post /api/v1/pair": "capture_api_pair",
        "post /api/v1/pair/preview": "capture_api_preview_pairing",
        "put /api/v1/device": "capture_api_put_device",
        "put /api/v1/sits/{client_id}": "capture_api_put_sit",
        "get /api/v1/memos": "list_memos",
        "get /api/v1/memos/{memo_id}/audio": "read_audio",
        "get /api/v1/memos/{memo_id}/original": "read_original",
        "get /api/v1/sits": "list_sits",
        "get /api/v1/ideas": "list_ideas",
        "get /api/v1/ideas/{idea_id}": "read_idea",
        "get /api/v1/search": "list_hits",
        "get /api/v1/topics": "list_topics",
        "get /api/v1/topics/{topic_id}": "read_topic",
        "get /api/v1/topics/{topic_id}/ideas": "list_topic_ideas",
        "get /api/v1/changes": "list_changes",
        "options /api/v1/uploads/": "capture_resumable_api_offer_tus",
        "post /api/v1/uploads/": "capture_resumable_api_begin_upload",
        "head /api/v1/uploads/{upload_id}": "capture_resumable_api_ask_upload",
        "patch /api/v1/uploads/{upload_id}": "capture_resumable_api_continue_upload",
        "delete /api/v1/uploads/{upload_id}": "capture_resumable_api_end_upload",
    }
