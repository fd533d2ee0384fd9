"""Sits as a phone tells of them: under an id of its own, at the beginning, at the end, and again."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from capture.models import Sit, User
from capture.services.devices import revoke_device
from capture.services.sits import SentSit, record_sit
from tests.support.answers import problem
from tests.support.api_phone import Phone

DAWN, LATER = "2026-11-24T06:00:00+01:00", "2026-11-24T06:40:00+01:00"
DAWN_UTC = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)


def put(phone: Phone, client_id: str, **told: Any) -> Any:
    return phone.client.put(f"/api/v1/sits/{client_id}", told, content_type="application/json")


def test_a_sit_begins_and_is_over(phone: Phone, alice: User) -> None:
    begun = put(phone, "s-1", started=DAWN, kind="breath")
    over = put(phone, "s-1", started=DAWN, ended=LATER)
    assert (begun.status_code, begun.json(), over.status_code) == (201, {"id": "s-1"}, 200)
    sit = Sit.objects.get()
    assert (sit.user, sit.device, sit.kind) == (alice, phone.device, "breath")
    assert (sit.started_at, sit.ended_at) == (DAWN_UTC, DAWN_UTC + timedelta(minutes=40))


def test_it_may_be_sent_again_and_in_any_order(phone: Phone) -> None:
    statuses = [put(phone, "s-1", **told).status_code for told in (
        {"started": DAWN, "ended": LATER}, {"started": DAWN}, {"started": DAWN, "ended": None}, {"started": LATER},
    )]  # fmt: skip
    assert statuses == [201, 200, 200, 200]
    sit = Sit.objects.get()
    assert (sit.started_at, sit.ended_at) == (DAWN_UTC, DAWN_UTC + timedelta(minutes=40))


@pytest.mark.parametrize(
    ("client_id", "told", "kind"),
    [
        ("s-1", {}, "bad-request"),
        ("s-1", {"started": None}, "bad-request"),
        ("s-1", {"started": 1764000000}, "bad-request"),
        ("s-1", {"started": DAWN, "kind": "a" * 41}, "bad-request"),
        ("s-1", {"started": "yesterday"}, "bad-date"),
        ("s-1", {"started": DAWN, "ended": "2026-11-24"}, "bad-date"),
        ("s-1", {"started": LATER, "ended": DAWN}, "ends-before-it-starts"),
        ("s-1", {"started": "2006-11-24T06:00:00Z", "ended": LATER}, "sit-too-long"),
        ("a%20b", {"started": DAWN}, "bad-id"),
        ("a" * 129, {"started": DAWN}, "bad-id"),
        ("%2E%2E", {"started": DAWN}, "bad-id"),
    ],
)
def test_what_cannot_be_is_refused_and_not_kept(phone: Phone, client_id: str, told: dict[str, Any], kind: str) -> None:
    assert problem(put(phone, client_id, **told), 400, kind)
    assert not Sit.objects.exists()


@pytest.mark.parametrize("started", ["1970-01-01T00:00:00Z", "2199-01-01T00:00:00Z"])
def test_a_phone_that_forgot_the_date_sits_now(phone: Phone, started: str) -> None:
    before = timezone.now()
    assert put(phone, "s-1", started=started).status_code == 201
    assert put(phone, "s-1", started=started, ended="1970-01-01T00:40:00Z").status_code == 200
    sit = Sit.objects.get()
    assert before <= sit.started_at <= (sit.ended_at or before) <= timezone.now()


def test_an_end_before_a_beginning_that_was_assumed_is_the_beginning(phone: Phone) -> None:
    put(phone, "s-1", started="1970-01-01T00:00:00Z")
    assert put(phone, "s-1", started=DAWN, ended="2020-01-01T00:00:00Z").status_code == 400
    assert put(phone, "s-1", started="2019-12-31T23:00:00Z", ended="2020-01-01T00:00:00Z").status_code == 200
    sit = Sit.objects.get()
    assert sit.ended_at == sit.started_at


def test_what_cannot_be_seen_in_a_kind_is_left_out(phone: Phone) -> None:
    assert put(phone, "s-1", started=DAWN, kind="\0 Zazen\u202e ").status_code == 201
    assert Sit.objects.get().kind == "Zazen"


def test_ids_are_each_users_own(phone: Phone, bobs_phone: Phone) -> None:
    assert put(phone, "s-1", started=DAWN).status_code == 201
    assert put(bobs_phone, "s-1", started=LATER, ended=LATER).status_code == 201
    assert Sit.objects.get(user=phone.device.user).ended_at is None


def test_an_unpaired_phone_and_a_stranger_tell_of_none(phone: Phone, client: Client) -> None:
    revoke_device(phone.device)
    assert problem(put(phone, "s-1", started=DAWN), 401, "revoked-token")
    asked = client.put("/api/v1/sits/s-1", {"started": DAWN}, content_type="application/json")
    assert problem(asked, 401, "no-token")
    assert not Sit.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_sit_that_is_sent_twice_at_once_is_one(phone: Phone) -> None:
    start = threading.Barrier(8)
    new: list[bool] = []

    def tell() -> None:
        start.wait()
        try:
            new.append(record_sit(phone.device, "s-1", SentSit(DAWN, LATER)))
        finally:
            connection.close()

    threads = [threading.Thread(target=tell) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(new) == [False] * 7 + [True]
    assert Sit.objects.count() == 1


def test_no_sit_lasts_for_years_whatever_a_phone_sends_and_sent(phone: Phone, alice: User) -> None:
    put(phone, "s-1", started="2010-11-24T06:00:00Z")
    put(phone, "s-1", started="1970-01-01T00:00:00Z", ended=LATER)
    sit = Sit.objects.get()
    assert sit.ended_at == sit.started_at + timedelta(days=1)
    Sit.objects.update(ended_at=sit.started_at + timedelta(days=36500))  # as it was kept before
    assert not Sit.objects.filter(user=alice).around(DAWN_UTC).exists()
    assert Sit.objects.filter(user=alice).around(sit.started_at + timedelta(hours=23)).exists()
