"""Who holds a copy of the database is logged in by none of it."""

from datetime import timedelta

from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from capture.models import User
from config.http.sessions import SessionStore, delete_expired_sessions


def log_in(client: Client) -> str:
    client.post("/login/", {"username": "alice", "password": "correct horse"})
    assert not get_user(client).is_anonymous
    return str(client.cookies["sessionid"].value)


def test_a_row_is_no_cookie(client: Client, alice: User) -> None:
    cookie = log_in(client)
    row = Session.objects.get()
    assert cookie not in {row.session_key, row.session_data}
    thief = Client()
    thief.cookies["sessionid"] = row.session_key
    assert thief.get("/topics/").status_code == 302
    assert client.get("/topics/").status_code == 200


def test_logging_out_ends_it_for_good(client: Client, alice: User) -> None:
    cookie = log_in(client)
    client.post("/logout/")
    assert not Session.objects.exists()
    client.cookies["sessionid"] = cookie
    assert client.get("/topics/").status_code == 302


def test_a_new_log_in_has_a_key_of_its_own(client: Client, alice: User) -> None:
    first = log_in(client)
    client.post("/login/", {"username": "alice", "password": "correct horse"})
    store = SessionStore()
    assert store.exists(first)
    store = SessionStore(first)
    store["kept"] = "here"
    store.cycle_key()
    assert store.session_key not in {first, None}
    assert not store.exists(first)
    assert SessionStore(store.session_key)["kept"] == "here"


def test_what_is_over_is_removed_and_what_lasts_stays(alices: Client) -> None:
    assert alices.get("/").status_code == 200
    lasting = Session.objects.get()
    for number in range(3):
        Session.objects.create(session_key=str(number), expire_date=timezone.now() - timedelta(seconds=1))
    assert delete_expired_sessions() == 3
    assert list(Session.objects.all()) == [lasting]
    assert delete_expired_sessions() == 0
