"""Where somebody is logged in can be seen, and ended: one browser, or all others."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from capture.models import BrowserSession, User
from config.accounts.browser_sessions import browser_and_system

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"


def browser_of(name: str, password: str, agent: str = FIREFOX) -> Client:
    browser = Client(headers={"User-Agent": agent})
    assert browser.post("/login/", {"username": name, "password": password}).status_code == 302
    assert browser.get("/topics/").status_code == 200
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/topics/").status_code == 200


@pytest.fixture
def desk(alice: User) -> Client:
    return browser_of("alice", "correct horse")


@pytest.fixture
def phone(alice: User) -> Client:
    return browser_of("alice", "correct horse", PHONE)


def test_each_browser_is_listed_this_one_first(desk: Client, phone: Client) -> None:
    page = desk.get("/settings/sessions/").content.decode()
    assert page.index("Firefox on Linux") < page.index("This one") < page.index("Safari on iPhone")
    assert "This one" in phone.get("/settings/sessions/").content.decode().partition("Firefox on Linux")[0]


def test_one_is_logged_out_and_the_others_stay(desk: Client, phone: Client) -> None:
    there = BrowserSession.objects.get(browser="Safari")
    assert desk.post(f"/settings/sessions/{there.pk}/end").status_code == 302
    assert not is_in(phone)
    assert is_in(desk)


def test_nobody_logs_somebody_else_out(desk: Client, phone: Client, bob: User) -> None:
    bobs = browser_of("bob", "battery staple")
    there = BrowserSession.objects.get(browser="Safari")
    assert bobs.post(f"/settings/sessions/{there.pk}/end").status_code == 404
    assert "iPhone" not in bobs.get("/settings/sessions/").content.decode()
    bobs.post("/settings/sessions/end")
    assert is_in(phone)
    assert is_in(desk)


def test_all_others_are_logged_out_those_on_no_list_too(desk: Client, phone: Client, bob: User) -> None:
    bobs = browser_of("bob", "battery staple")
    silent = Client()
    assert silent.post("/login/", {"username": "alice", "password": "correct horse"}).status_code == 302
    assert BrowserSession.objects.filter(user__username="alice").count() == 2
    assert desk.post("/settings/sessions/end").status_code == 302
    assert [is_in(browser) for browser in (desk, phone, silent, bobs)] == [True, False, False, True]


def test_a_new_password_ends_all_others(desk: Client, phone: Client) -> None:
    new = {"old_password": "correct horse", "new_password1": "a new horse", "new_password2": "a new horse"}
    assert desk.post("/settings/password", new).status_code == 302
    assert is_in(desk)
    assert not is_in(phone)
    assert [str(row) for row in BrowserSession.objects.values_list("browser", flat=True)] == ["Firefox"]


def test_a_password_of_the_command_ends_all(desk: Client, phone: Client, capsys: Any) -> None:
    call_command("password", user="alice")
    assert not is_in(desk)
    assert not is_in(phone)
    assert not BrowserSession.objects.exists()


def test_what_is_over_is_not_listed(desk: Client, phone: Client) -> None:
    there = BrowserSession.objects.get(browser="Safari")
    Session.objects.filter(pk=there.key_hash).update(expire_date=timezone.now() - timedelta(seconds=1))
    assert "iPhone" not in desk.get("/settings/sessions/").content.decode()
    phone.post("/logout/")
    assert get_user(phone).is_anonymous


def test_what_was_over_long_ago_is_forgotten(alice: User, bob: User) -> None:
    for user, days in ((alice, 91), (alice, 89), (bob, 91)):
        seen = timezone.now() - timedelta(days=days)
        BrowserSession.objects.create(user=user, key_hash=f"{user} {days}", last_seen=seen)
    browser_of("alice", "correct horse")
    assert set(BrowserSession.objects.values_list("key_hash", flat=True)) >= {"alice 89", "bob 91"}
    assert not BrowserSession.objects.filter(key_hash="alice 91").exists()


def test_a_row_of_the_list_is_no_cookie(desk: Client) -> None:
    cookie = desk.cookies["sessionid"].value
    assert cookie not in set(BrowserSession.objects.values_list("key_hash", flat=True))
    thief = Client()
    thief.cookies["sessionid"] = BrowserSession.objects.get().key_hash
    assert not is_in(thief)


def test_it_is_written_down_at_the_first_page_and_then_once_an_hour(desk: Client) -> None:
    BrowserSession.objects.update(last_seen=timezone.now() - timedelta(days=1))
    before = BrowserSession.objects.get().last_seen
    desk.get("/settings/sessions/")
    assert BrowserSession.objects.get().last_seen == before


@pytest.mark.parametrize(
    ("agent", "known"),
    [
        (FIREFOX, ("Firefox", "Linux")),
        (PHONE, ("Safari", "iPhone")),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", ("Edge", "Windows")),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", ("Chrome", "Android")),
        ("curl/8.0", ("", "")),
        ("", ("", "")),
    ],
)
def test_a_browser_is_called_by_its_name(agent: str, known: tuple[str, str]) -> None:
    assert browser_and_system(agent) == known
