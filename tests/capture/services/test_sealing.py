"""A sealed recording is kept as it was recorded, and its receipt is for the bytes that its phone holds."""

import gc
import hashlib
import io
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from capture.core.audio_types import HEAD_BYTES
from capture.models import Device, Memo, PairingCode, SealedCopy, Source, User
from capture.services import sealing
from capture.services.deletion import delete_memo, purge_deleted
from capture.services.devices import create_pairing_code
from capture.services.sealing import KEY_FILE, ensure_public_key
from capture.storage import stores
from capture.tus.finish import finish_left_uploads
from capture.tus.lease import UploadLease
from tests.support.answers import problem
from tests.support.api_phone import OGG, Phone, audio
from tests.support.data_folder import nothing_stored
from tests.support.sealing import seal, service_key
from tests.support.tus_phone import TusPhone

PIECES = [OGG[:100], OGG[100:200], OGG[200:]]


@pytest.fixture
def public(home: Path) -> X25519PublicKey:
    return service_key()


def find_receipt(sealed: bytes, *, whole: bool = True) -> dict[str, Any]:
    """Return what a receipt for OGG, sealed, says beside its id and its time."""
    opened = {"sha256": hashlib.sha256(OGG).hexdigest(), "bytes": len(OGG), "whole": whole}
    sent = {"sha256": hashlib.sha256(sealed).hexdigest(), "bytes": len(sealed)}
    return {**sent, "safe_to_delete": True, "opened": opened}


def told(answer: Any) -> dict[str, Any]:
    """Return what a receipt says beside its id and its time."""
    assert answer.status_code in {200, 201}, answer.content
    return {name: value for name, value in answer.json().items() if name not in {"id", "received_at"}}


def stored(memo: Memo) -> bytes:
    found = stores.find_stored(memo.path)
    return b"".join(found.part(range(found.size)))


def test_what_comes_sealed_is_kept_byte_for_byte_and_its_receipt_is_for_both(
    phone: Phone, public: X25519PublicKey
) -> None:
    sealed = seal(public, PIECES)
    assert told(phone.put("m-1", sealed)) == find_receipt(sealed)
    memo = Memo.objects.get()
    assert (stored(memo), memo.kind, memo.bytes) == (OGG, "ogg", len(OGG))
    assert told(phone.receipt("m-1")) == find_receipt(sealed)
    assert told(phone.put("m-1", sealed)) == find_receipt(sealed)
    assert Memo.objects.count() == 1


def test_what_a_killed_phone_left_is_kept_and_told_to_be_a_part(phone: Phone, public: X25519PublicKey) -> None:
    sealed = seal(public, [OGG], is_ended=False)
    assert told(phone.put("m-1", sealed)) == find_receipt(sealed, whole=False)
    assert told(phone.receipt("m-1")) == find_receipt(sealed, whole=False)


def test_it_may_come_by_parts_and_what_is_here_need_not_be_sent_again(phone: Phone, public: X25519PublicKey) -> None:
    tus, sealed = TusPhone(phone), seal(public, PIECES)
    said = {"id": "m-1", "sha256": hashlib.sha256(sealed).hexdigest()}
    address = tus.begin_upload(len(sealed), **said)
    for begin, end in ((0, 10), (10, 200), (200, len(sealed))):
        assert tus.patch(address, begin, sealed[begin:end]).status_code == 204
    assert told(phone.receipt("m-1")) == find_receipt(sealed)
    assert stored(Memo.objects.get()) == OGG
    assert tus.offset(tus.begin_upload(len(sealed), **said)) == len(sealed)
    assert problem(tus.begin(len(sealed), id="m-1", sha256="0" * 64), 409, "other-bytes")


def test_whoever_opens_for_long_keeps_the_upload_meanwhile(
    phone: Phone, public: X25519PublicKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    renewed: list[object] = []
    monkeypatch.setattr(UploadLease, "renew_if_due", lambda hold: renewed.append(hold))  # noqa: PLW0108 - a builtin is no method
    tus, sealed = TusPhone(phone), seal(public, [OGG[:100], *(bytes([byte]) for byte in OGG[100:])])
    assert tus.patch(tus.begin_upload(len(sealed)), 0, sealed).status_code == 204
    assert len(renewed) > len(OGG) - 100
    assert stored(Memo.objects.get()) == OGG


def test_what_was_deleted_is_not_kept_again_and_its_phone_lets_go_of_it(phone: Phone, public: X25519PublicKey) -> None:
    tus, sealed = TusPhone(phone), seal(public, PIECES)
    said = {"id": "m-1", "sha256": hashlib.sha256(sealed).hexdigest()}
    phone.put("m-1", sealed)
    delete_memo(Memo.objects.get())
    purge_deleted(timezone.now() + timedelta(days=1))
    assert told(phone.put("m-1", sealed)) == find_receipt(sealed)
    tus.begin_upload(len(sealed), **said)
    without_audio = find_receipt(sealed)
    del without_audio["opened"]
    assert told(phone.receipt("m-1")) == without_audio
    assert not Memo.objects.exists()


def test_the_same_audio_is_one_memo_however_it_came(phone: Phone, public: X25519PublicKey, alices: Client) -> None:
    one, other = seal(public, PIECES), seal(public, [OGG])
    plain = told(phone.put("m-1"))
    assert told(phone.put("m-2", one)) == find_receipt(one)
    assert told(phone.put("m-3", other)) == find_receipt(other)
    page = alices.post("/memos/add", {"audio": audio(one, "2026-11-30T03-12-00 1234abcd.sealed")})
    assert page.status_code == 302
    assert told(phone.receipt("m-1")) == plain
    assert told(phone.receipt("m-2")) == find_receipt(one)
    assert told(phone.receipt("m-3")) == find_receipt(other)
    assert Memo.objects.count() == 1


def test_a_file_that_a_phone_saved_is_taken_by_the_page_at_the_date_of_its_name(
    alices: Client, public: X25519PublicKey
) -> None:
    alices.post("/memos/add", {"audio": audio(seal(public, PIECES), "2026-11-30T03-12-00 1234abcd.sealed")})
    memo = Memo.objects.get()
    assert (stored(memo), memo.source, memo.date_assumed) == (OGG, Source.WEB, False)
    assert f"{memo.recorded_at:%Y-%m-%dT%H:%M}" == "2026-11-30T03:12"


def test_a_folder_of_such_files_is_imported(alice: User, public: X25519PublicKey, tmp_path_factory: Any) -> None:
    folder = tmp_path_factory.mktemp("saved")
    for number, name in enumerate(("2026-11-29T03-12-00 a.sealed", "2026-11-30T03-12-00 b.sealed")):
        (folder / name).write_bytes(seal(public, [OGG, bytes([number])]))
        os.utime(folder / name, (0, 1_700_000_000))
    call_command("import_memos", folder, "--yes", "--user", alice.username, stdout=io.StringIO())
    assert [f"{memo.recorded_at:%d}" for memo in Memo.objects.order_by("recorded_at")] == ["29", "30"]


def damaged(sealed: bytes, _: X25519PublicKey) -> bytes:
    return sealed[:-1] + bytes([sealed[-1] ^ 1])


def for_another(_: bytes, __: X25519PublicKey) -> bytes:
    return seal(X25519PrivateKey.generate().public_key(), PIECES)


def no_audio(_: bytes, public: X25519PublicKey) -> bytes:
    return seal(public, [b"no audio at all" * 10])


def nothing(_: bytes, public: X25519PublicKey) -> bytes:
    return seal(public, [])


def sealed_twice(sealed: bytes, public: X25519PublicKey) -> bytes:
    return seal(public, [sealed])


@pytest.mark.parametrize(
    ("spoil", "refusal"),
    [
        (damaged, (400, "sealed-damaged")),
        (for_another, (400, "sealed-for-another")),
        (no_audio, (415, "not-audio")),
        (nothing, (400, "empty")),
        (sealed_twice, (415, "not-audio")),
    ],
)
def test_what_cannot_be_opened_is_refused_by_every_door_and_nothing_is_stored(
    spoil: Callable[[bytes, X25519PublicKey], bytes],
    refusal: tuple[int, str],
    phone: Phone,
    public: X25519PublicKey,
    home: Path,
) -> None:
    sealed = spoil(seal(public, PIECES), public)
    tus = TusPhone(phone)
    assert problem(phone.put("m-1", sealed), *refusal)
    assert problem(phone.post(audio=audio(sealed)), *refusal)
    address = tus.begin_upload(len(sealed))
    assert problem(tus.patch(address, 0, sealed), *refusal)
    gc.collect()
    assert nothing_stored(home)
    assert not SealedCopy.objects.exists()


def test_nobody_opens_where_no_key_was_ever_made(phone: Phone, home: Path) -> None:
    sealed = seal(X25519PrivateKey.generate().public_key(), PIECES)
    assert problem(phone.put("m-1", sealed), 400, "sealed-for-another")
    assert not (home / KEY_FILE).exists()


def test_what_is_for_another_key_is_refused_by_its_first_bytes(phone: Phone, home: Path) -> None:
    tus, sealed = TusPhone(phone), for_another(b"", service_key())
    address = tus.begin_upload(len(sealed))
    assert problem(tus.patch(address, 0, sealed[:100]), 400, "sealed-for-another")
    assert nothing_stored(home)


def test_an_unreadable_key_is_told_by_every_door_and_nothing_is_lost(
    phone: Phone, public: X25519PublicKey, home: Path, alice: User, client: Client
) -> None:
    sealed, key = seal(public, PIECES), (home / KEY_FILE).read_bytes()
    code = create_pairing_code(alice, seals=True)
    (home / KEY_FILE).write_bytes(b"no key at all")
    tus = TusPhone(phone)
    assert problem(phone.put("m-1", sealed), 503, "sealing-key-unreadable")
    assert problem(phone.post(audio=audio(sealed)), 503, "sealing-key-unreadable")
    assert problem(tus.patch(tus.begin_upload(len(sealed)), 0, sealed), 503, "sealing-key-unreadable")
    assert problem(redeem(client, code, seals=True), 503, "sealing-key-unreadable")
    assert told(phone.put("m-2"))["safe_to_delete"]
    (home / KEY_FILE).write_bytes(key)
    assert redeem(client, code, seals=True).status_code == 201
    assert told(phone.put("m-1", sealed)) == find_receipt(sealed)


def test_an_upload_that_came_whole_before_its_key_is_lost_is_finished_once_it_is_back(
    phone: Phone, public: X25519PublicKey, home: Path
) -> None:
    longer = OGG + bytes(HEAD_BYTES)
    tus, sealed, key = TusPhone(phone), seal(public, [longer]), (home / KEY_FILE).read_bytes()
    address = tus.begin_upload(len(sealed), id="m-1")
    assert tus.patch(address, 0, sealed[:-1]).status_code == 204
    (home / KEY_FILE).unlink()
    assert problem(tus.patch(address, len(sealed) - 1, sealed[-1:]), 400, "sealed-for-another")
    (home / KEY_FILE).write_bytes(key)
    finish_left_uploads(timezone.now() + timedelta(hours=2))
    assert told(phone.receipt("m-1"))["sha256"] == hashlib.sha256(sealed).hexdigest()
    assert stored(Memo.objects.get()) == longer


def test_limits_hold_for_what_is_sealed(phone: Phone, public: X25519PublicKey, settings: Any) -> None:
    sealed = seal(public, PIECES)
    settings.QUOTA = len(sealed) - 1
    assert problem(phone.put("m-1", sealed), 507, "quota")
    settings.QUOTA, settings.MAX_UPLOAD = 0, len(sealed) - 1
    assert problem(phone.put("m-1", sealed), 413, "too-large")
    settings.MAX_UPLOAD = len(sealed)
    assert told(phone.put("m-1", sealed)) == find_receipt(sealed)


def redeem(client: Client, code: str, **said: Any) -> Any:
    return client.post("/api/v1/pair", {"code": code, **said}, content_type="application/json")


def test_a_sealed_pairing_gives_the_key_and_each_contact_gives_it_again(alice: User, client: Client) -> None:
    code = create_pairing_code(alice, seals=True)
    preview = client.post("/api/v1/pair/preview", {"code": code}, content_type="application/json")
    assert preview.json()["seals"] is True
    paired = redeem(client, code, seals=True).json()
    assert paired["seal_key"] == ensure_public_key()
    assert Device.objects.get().seals
    bearer = {"Authorization": f"Bearer {paired['token']}"}
    contact = client.put("/api/v1/device", {"held": 0}, content_type="application/json", headers=bearer)
    assert (contact.status_code, contact.json()) == (200, {"seal_key": paired["seal_key"]})


def test_a_device_that_cannot_seal_is_not_paired_for_it_and_the_code_stays_good(alice: User, client: Client) -> None:
    code = create_pairing_code(alice, seals=True)
    assert problem(redeem(client, code), 400, "cannot-seal")
    assert not Device.objects.exists()
    assert redeem(client, code, seals=True).status_code == 201


def test_another_pairing_gives_no_key_and_makes_none(alice: User, client: Client, home: Path) -> None:
    paired = redeem(client, create_pairing_code(alice), seals=True).json()
    assert "seal_key" not in paired
    assert not Device.objects.get().seals
    assert not (home / KEY_FILE).exists()


def test_the_key_is_its_owners_alone_and_stays(home: Path) -> None:
    first = ensure_public_key()
    assert ensure_public_key() == first
    assert (home / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert [file.name for file in home.iterdir()] == [KEY_FILE]


def test_two_that_make_the_key_at_once_agree_on_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = ensure_public_key()
    made = (home / KEY_FILE).read_bytes()
    monkeypatch.setattr(sealing, "sealing_key", lambda: None)
    assert ensure_public_key() == first
    assert (home / KEY_FILE).read_bytes() == made


def test_a_person_asks_for_it_on_the_devices_page(alices: Client) -> None:
    page = alices.post("/devices/pair", {"seals": "on"}).content.decode()
    assert "will be sealed" in page
    assert PairingCode.objects.get().seals
    assert "will be sealed" not in alices.post("/devices/pair").content.decode()
    assert not PairingCode.objects.order_by("-pk")[0].seals


def test_the_devices_page_says_which_seal(alices: Client, bedside: Device) -> None:
    assert "It seals" not in alices.get("/devices/").content.decode()
    Device.objects.filter(pk=bedside.pk).update(seals=True)
    assert "It seals what it records." in alices.get("/devices/").content.decode()
