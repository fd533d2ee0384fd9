"""How a phone comes to be known: once, within ten minutes, for a token that can only upload."""

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from capture.models import Device, PairingCode, User
from capture.services.devices import CODE_LIFE, create_pairing_code, pairing_link, qr_svg, qr_terminal, token_hash
from tests.support.answers import problem
from tests.support.api_phone import OGG


def redeem(client: Client, code: str, name: str = "bedside") -> Any:
    return client.post("/api/v1/pair", {"code": code, "name": name}, content_type="application/json")


def test_a_code_is_traded_for_a_token_that_uploads(alice: User, client: Client) -> None:
    answer = redeem(client, create_pairing_code(alice))
    assert answer.status_code == 201
    paired = answer.json()
    device = Device.objects.get(pk=paired["device"])
    assert (device.user, device.name, paired["url"]) == (alice, "bedside", "http://127.0.0.1:8000")
    upload = client.put(
        "/api/v1/memos/m-1", OGG, content_type="audio/ogg", headers={"Authorization": f"Bearer {paired['token']}"}
    )
    assert upload.status_code == 201
    device.refresh_from_db()
    assert device.last_seen is not None


def test_whose_a_code_and_a_phone_are_is_said_without_using_the_code(alice: User, bob: User, client: Client) -> None:
    phone = redeem(client, create_pairing_code(alice)).json()
    assert phone["account"] == alice.username
    code = create_pairing_code(bob)

    def preview(token: str) -> Any:
        asked = {"code": code, "token": token}
        return client.post("/api/v1/pair/preview", asked, content_type="application/json").json()

    bobs = {"account": bob.username, "seals": False}
    assert preview(phone["token"]) == {**bobs, "paired_with": alice.username, "sends": True}
    assert preview("") == {**bobs, "paired_with": "", "sends": False}
    Device.objects.update(revoked_at=timezone.now())
    assert preview(phone["token"]) == {**bobs, "paired_with": alice.username, "sends": False}
    assert redeem(client, code).json()["account"] == bob.username
    gone = client.post("/api/v1/pair/preview", {"code": code}, content_type="application/json")
    assert problem(gone, 410, "code-used")


def test_a_code_is_worth_one_device(alice: User, client: Client) -> None:
    code = create_pairing_code(alice)
    assert redeem(client, code).status_code == 201
    assert problem(redeem(client, code), 410, "code-used")
    assert Device.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_racing_redemptions_make_one_device(alice: User) -> None:
    code = create_pairing_code(alice)
    start = threading.Barrier(16)
    statuses: list[int] = []

    def race() -> None:
        start.wait()
        try:
            statuses.append(redeem(Client(), code).status_code)
        finally:
            connection.close()

    phones = [threading.Thread(target=race) for _ in range(16)]
    for phone in phones:
        phone.start()
    for phone in phones:
        phone.join()
    assert sorted(statuses) == [201] + [410] * 15
    assert Device.objects.count() == 1


def test_a_code_runs_out_after_ten_minutes(alice: User, client: Client) -> None:
    code = create_pairing_code(alice)
    assert timedelta(minutes=10) == CODE_LIFE
    PairingCode.objects.update(expires_at=timezone.now())
    assert problem(redeem(client, code), 410, "code-expired")


def test_a_code_that_never_was_is_told_apart(client: Client, db: None) -> None:
    assert problem(redeem(client, "ABCD-EFGH"), 410, "code-unknown")


def test_the_code_of_an_account_that_was_closed_never_was(alice: User, client: Client) -> None:
    code = create_pairing_code(alice)
    User.objects.update(is_active=False)
    assert problem(redeem(client, code), 410, "code-unknown")
    assert not Device.objects.exists()


def test_a_device_is_called_what_its_person_types_on_it(alice: User, client: Client) -> None:
    token = redeem(client, create_pairing_code(alice)).json()["token"]

    def tell(**said: object) -> int:
        body = {"held": 0, **said}
        headers = {"Authorization": f"Bearer {token}"}
        return int(client.put("/api/v1/device", body, "application/json", headers=headers).status_code)

    assert tell(name=" By the\0 bed ", room_bytes=7_000_000) == 204
    device = Device.objects.get()
    assert (device.name, device.room_bytes) == ("By the bed", 7_000_000)
    assert tell() == 204
    device.refresh_from_db()
    assert (device.name, device.room_bytes) == ("By the bed", None)
    assert tell(name="x" * 101) == tell(room_bytes=-1) == 400


def test_a_code_may_be_typed_as_people_type(alice: User, client: Client) -> None:
    code = create_pairing_code(alice)
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}", code)
    assert redeem(client, f" {code.lower().replace('-', ' ')} ").status_code == 201


def test_neither_token_nor_code_is_stored_readably(alice: User, client: Client) -> None:
    code = create_pairing_code(alice)
    token = redeem(client, code).json()["token"]
    assert len(token) >= 43
    assert Device.objects.get().token_hash == token_hash(token)
    stored = str([*Device.objects.values_list(), *PairingCode.objects.values_list()])
    assert token not in stored
    assert code not in stored
    assert code.replace("-", "") not in stored


def test_old_codes_are_cleared_away(alice: User) -> None:
    create_pairing_code(alice)
    PairingCode.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    create_pairing_code(alice)
    assert PairingCode.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "shown"), [("", "phone"), ("\0\n", "phone"), ("  Küche\t", "Küche"), ("a" * 100, "a" * 100)]
)
def test_a_device_may_be_called_anything(name: str, shown: str, alice: User, client: Client) -> None:
    assert redeem(client, create_pairing_code(alice), name).status_code == 201
    assert Device.objects.get().name == shown


def test_a_name_beyond_sense_is_refused_and_the_code_stays(alice: User, client: Client) -> None:
    code = create_pairing_code(alice)
    assert problem(redeem(client, code, "a" * 101), 400, "bad-request")
    assert redeem(client, code).status_code == 201


def test_the_link_keeps_the_code_from_every_server_on_the_way(alice: User) -> None:
    code = create_pairing_code(alice)
    link = pairing_link(code)
    assert link == f"http://127.0.0.1:8000/phone/#pair={code}"
    assert qr_svg(link).startswith("<svg")
    assert len(qr_terminal(link).splitlines()) > 10
