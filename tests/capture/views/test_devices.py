"""The devices page: how they are called, what they sent, what they still hold; and how a phone tells of that."""

import html
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from capture.models import Device, Memo
from capture.services.devices import revoke_device
from tests.support.answers import problem
from tests.support.api_phone import Phone
from tests.support.recordings import speak


def page(client: Client) -> str:
    """Return the words of the devices page, its spaces made plain."""
    said = html.unescape(client.get("/devices/").content.decode())
    return " ".join(said.replace("\N{NO-BREAK SPACE}", " ").split())


def change(client: Client, device: Device, **extra: Any) -> Any:
    form = {"name": extra.pop("name", device.name), "context": extra.pop("context", "")}
    return client.post(f"/devices/{device.pk}/change", form, **extra)


def tell(phone: Phone, **told: Any) -> Any:
    return phone.client.put("/api/v1/device", told, content_type="application/json")


def test_the_page_tells_what_a_device_is_called_and_what_it_sent(alices: Client, bedside: Device) -> None:
    speak(bedside, "memo-001.ogg")
    gone = speak(bedside, "memo-002.ogg")
    Memo.objects.filter(pk=gone.pk).update(deleted_at=timezone.now())
    assert "bedside" in page(alices)
    assert "1 recording." in page(alices)
    assert "Never heard yet" in page(alices)


def test_a_device_is_called_anew_and_its_recordings_get_a_context(alices: Client, bedside: Device) -> None:
    answer = change(alices, bedside, name="  Küche\0 ", context="night")
    assert answer["Location"] == "/devices/"
    bedside.refresh_from_db()
    assert (bedside.name, bedside.default_context) == ("Küche", "night")
    assert "Küche" in page(alices)
    change(alices, bedside, name="Küche")
    bedside.refresh_from_db()
    assert bedside.default_context == ""


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"name": ""}, "A device's name has 1 to 100 characters."),
        ({"name": " \t\u200b"}, "A device's name has 1 to 100 characters."),
        ({"name": "a" * 101}, "A device's name has 1 to 100 characters."),
        ({"context": "office"}, "The context must be night, walk, sit or question, or be left out."),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    alices: Client, bedside: Device, form: dict[str, str], sentence: str
) -> None:
    before = Device.objects.values().get()
    change(alices, bedside, **form)
    assert sentence in page(alices)
    fragment = html.unescape(change(alices, bedside, headers={"HX-Request": "true"}, **form).content.decode())
    assert sentence in fragment
    assert Device.objects.values().get() == before


def test_in_place_only_the_device_itself_is_sent_back(alices: Client, bedside: Device) -> None:
    answer = change(alices, bedside, name="nightstand", headers={"HX-Request": "true"})
    fragment = answer.content.decode().strip()
    assert fragment.startswith("<li")
    assert fragment.endswith("</li>")
    assert "nightstand" in fragment
    assert "Saved." not in page(alices)


def test_what_was_unpaired_stands_at_the_end_and_uploads_no_more(
    alices: Client, phone: Phone, nightstand: Device
) -> None:
    assert phone.put("m-1").status_code == 201
    alices.post(f"/devices/{phone.device.pk}/revoke")
    assert problem(phone.put("m-2"), 401, "revoked-token")
    shown = page(alices)
    assert shown.index("nightstand") < shown.index("One that was unpaired") < shown.index("phone, 1 recording")
    assert f"/devices/{phone.device.pk}/" not in shown


def test_another_users_device_is_not_there(alices: Client, bobs_phone: Phone) -> None:
    for what in ("change", "revoke"):
        assert alices.post(f"/devices/{bobs_phone.device.pk}/{what}", {"name": "mine"}).status_code == 404
    bobs_phone.device.refresh_from_db()
    assert (bobs_phone.device.name, bobs_phone.device.revoked_at) == ("phone", None)


def test_what_a_phone_still_holds_is_seen(alices: Client, phone: Phone) -> None:
    assert "held" not in page(alices)
    oldest = timezone.now() - timedelta(days=2, minutes=5)
    assert tell(phone, held=3, oldest=oldest.isoformat()).status_code == 204
    Device.objects.update(held_said_at=timezone.now() - timedelta(minutes=7, seconds=5))
    assert "3 recordings were still held there 7 minutes ago. The oldest was spoken 2 days" in page(alices)
    assert tell(phone, held=1).status_code == 204
    assert "1 recording was still held there less than a minute ago. <" in page(alices)
    assert tell(phone, held=0, oldest=None).status_code == 204
    assert "It held no recordings back when it last said so, less than a minute ago." in page(alices)


@pytest.mark.parametrize("oldest", ["1970-01-01T00:00:00Z", "2199-01-01T00:00:00+01:00", "0001-01-01T00:00:00+10:00"])
def test_a_phone_that_forgot_the_date_does_not_know_how_old_they_are(phone: Phone, oldest: str) -> None:
    assert tell(phone, held=2, oldest=oldest).status_code == 204
    phone.device.refresh_from_db()
    assert (phone.device.held, phone.device.oldest_held) == (2, None)
    assert phone.device.held_said_at is not None


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({}, "bad-request"),
        ({"held": -1}, "bad-request"),
        ({"held": 2**31}, "bad-request"),
        ({"held": 1.5}, "bad-request"),
        ({"held": None}, "bad-request"),
        ({"held": 1, "oldest": 1764000000}, "bad-request"),
        ({"held": 1, "oldest": "yesterday"}, "bad-date"),
    ],
)
def test_what_makes_no_sense_is_refused_and_not_kept(phone: Phone, told: dict[str, Any], kind: str) -> None:
    assert problem(tell(phone, **told), 400, kind)
    phone.device.refresh_from_db()
    assert phone.device.held_said_at is None


def test_what_is_no_json_is_refused(phone: Phone) -> None:
    answer = phone.client.put("/api/v1/device", b"{", content_type="application/json")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_each_phone_tells_of_itself_alone(phone: Phone, bobs_phone: Phone) -> None:
    revoke_device(bobs_phone.device)
    assert problem(tell(bobs_phone, held=1), 401, "revoked-token")
    assert problem(Client().put("/api/v1/device", {"held": 1}, content_type="application/json"), 401, "no-token")
    assert tell(phone, held=1).status_code == 204
    assert list(Device.objects.exclude(held=None)) == [phone.device]


def test_both_are_described(client: Client, db: None) -> None:
    described = json.loads(client.get("/api/v1/openapi.json").content)["paths"]
    assert {"204", "400", "401"} <= set(described["/api/v1/device"]["put"]["responses"])
    assert {"200", "201", "400", "401"} <= set(described["/api/v1/sits/{client_id}"]["put"]["responses"])


def test_a_script_gets_a_token_that_is_shown_once(alices: Client, client: Client) -> None:
    shown = alices.post("/devices/token", {"name": "laptop"})
    assert shown.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    (token,) = re.findall(r'<p class="code">(\S{40,})</p>', shown.content.decode())
    asked = Client(headers={"Authorization": f"Bearer {token}"}).get("/api/v1/memos/none")
    assert asked.json()["type"].endswith("/unknown-memo")
    assert "laptop" in page(alices)
    assert token not in page(alices)


def test_a_token_needs_a_name(alices: Client) -> None:
    alices.post("/devices/token", {"name": " "})
    assert "A device's name has 1 to 100 characters." in page(alices)
    assert not Device.objects.exists()


def test_who_pairs_a_phone_is_told_an_address_without_the_code(alices: Client, settings: Any) -> None:
    settings.STILLNOTE_URL = "https://notes.example.org"
    shown = html.unescape(alices.post("/devices/pair").content.decode())
    assert "<code>https://notes.example.org/phone/</code>" in shown
    assert "fingerprint" not in shown
