"""A password is not enough where its person set up more: a code of an app, or one on paper, each taken once."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, get_resolver

from capture.http.rate_limit import ACCOUNT_TRIES_AN_HOUR
from capture.models import User
from config.accounts import urls
from tests.support.code_app import app_code, confirm_password, set_up_app
from tests.support.two_users import Bob, create_bobs_things

WHO = {"username": "alice", "password": "correct horse"}
CHANGES = [
    "/settings/login/app/",
    "/settings/login/passkeys/add/",
    "/settings/login/codes/",
    "/settings/login/codes/new/",
    "/settings/login/codes/text/",
    "/settings/login/app/remove/",
]


def paper_codes(client: Client) -> list[str]:
    return re.findall(r"<code>(\d{8})</code>", client.get("/settings/login/codes/").content.decode())


@pytest.fixture
def his(bob: User) -> Bob:
    """One of everything is Bob's, a passkey as well."""
    return create_bobs_things(bob)


@pytest.fixture
def key(alices: Client) -> str:
    """The key of Alice's app."""
    return set_up_app(alices, "correct horse")


def after_password(next_page: str = "") -> Client:
    """Return a browser in which Alice's password was said."""
    browser = Client()
    answer = browser.post("/login/", WHO | {"next": next_page})
    assert answer["Location"] == "/login/code/"
    assert get_user(browser).is_anonymous
    assert browser.get("/topics/").status_code == 302
    return browser


def test_after_the_password_a_code_of_the_app_lets_in(key: str) -> None:
    browser = after_password("/topics/")
    assert "A code of your app" in browser.get("/login/code/").content.decode()
    wrong = browser.post("/login/code/", {"code": "12345"})
    assert "That code does not fit" in wrong.content.decode()
    assert get_user(browser).is_anonymous
    assert browser.post("/login/code/", {"code": app_code(key, 1)})["Location"] == "/topics/"
    assert get_user(browser) == User.objects.get(username="alice")


def test_a_code_of_the_app_is_taken_once_by_whatever_process(key: str) -> None:
    code = app_code(key, 1)
    assert after_password().post("/login/code/", {"code": code}).status_code == 302
    cache.clear()  # another process of the web server knows nothing of this one's
    assert after_password().post("/login/code/", {"code": code}).status_code == 200


def test_a_code_on_paper_is_taken_once(alices: Client, key: str) -> None:
    codes = paper_codes(alices)
    assert len(codes) == 10
    assert after_password().post("/login/code/", {"code": codes[3]}).status_code == 302
    assert after_password().post("/login/code/", {"code": codes[3]}).status_code == 200
    assert set(paper_codes(alices)) == set(codes) - {codes[3]}
    text = alices.get("/settings/login/codes/text/")
    assert text.content.decode().split() == paper_codes(alices)
    assert "attachment" in text["Content-Disposition"]
    assert alices.post("/settings/login/codes/new/").status_code == 302
    assert not set(paper_codes(alices)) & set(codes)


def test_codes_have_so_many_tries_from_wherever_they_come(key: str) -> None:
    browser = after_password()
    for n in range(ACCOUNT_TRIES_AN_HOUR):
        assert browser.post("/login/code/", {"code": f"{n:05}"}, REMOTE_ADDR=f"198.51.100.{n}").status_code == 200
    said = browser.post("/login/code/", {"code": app_code(key, 1)})
    assert "That was tried too often." in said.content.decode()
    assert get_user(browser).is_anonymous


def test_without_the_app_the_password_is_enough_again(alices: Client, key: str) -> None:
    assert alices.post("/settings/login/app/remove/")["Location"] == "/settings/login/"
    assert not Authenticator.objects.exists(), "codes on paper go with it"
    browser = Client()
    assert browser.post("/login/", WHO)["Location"] == "/welcome/"


@pytest.mark.parametrize("page", CHANGES)
def test_a_stranger_leaves_nothing_behind_by_what_they_send(client: Client, db: None, page: str) -> None:
    answer = client.post(page, {"name": "x" * 100_000})
    assert answer.status_code == 405 or answer["Location"].startswith("/login/")
    assert not Session.objects.exists()


def test_a_passkey_is_called_otherwise_by_its_person_alone_and_after_the_password(his: Bob, alices: Client) -> None:
    key = Authenticator.objects.get(user=his.user, type=Authenticator.Type.WEBAUTHN).pk
    address, browser = f"/settings/login/passkeys/{key}/name/", Client()
    browser.force_login(his.user)
    assert browser.post(address, {"name": "Kitchen"})["Location"].startswith("/settings/again/")
    confirm_password(browser, "battery staple")
    assert f'href="{address}"' in browser.get("/settings/login/").content.decode()
    assert 'name="name"' in browser.get(address).content.decode()
    assert browser.post(address, {"name": "Kitchen"})["Location"] == "/settings/login/"
    assert "Kitchen" in browser.get("/settings/login/").content.decode()
    confirm_password(alices, "correct horse")
    assert alices.post(address, {"name": "Mine"}).status_code == 404


def test_what_waits_for_a_password_holds_no_cookie(alices: Client) -> None:
    assert alices.post("/settings/login/passkeys/add/", {"name": "Desk"})["Location"].startswith("/settings/again/")
    kept = [str(session.get_decoded()) for session in Session.objects.all()]
    assert "Desk" in "".join(kept)
    assert not any(alices.cookies["sessionid"].value in one or "HTTP_COOKIE" in one for one in kept)


def test_questions_to_passkeys_are_counted_however_they_are_asked(client: Client, db: None) -> None:
    answers = [client.head("/login/passkey/") for _ in range(40)]
    assert "Retry-After" not in answers[0].headers
    assert "Retry-After" in answers[-1].headers


@pytest.mark.parametrize("page", CHANGES)
def test_what_opens_an_account_is_changed_by_who_knows_its_password(alices: Client, key: str, page: str) -> None:
    stolen = Client()
    stolen.force_login(User.objects.get(username="alice"))
    answers = [stolen.get(page), stolen.post(page, {"code": app_code(key)})]
    for answer in (answer for answer in answers if answer.status_code != 405):
        assert answer.status_code == 302
        assert answer["Location"].startswith(("/settings/again/", "/settings/login/app/remove/"))
    assert Authenticator.objects.count() == 2
    refused = stolen.post("/settings/again/", {"password": "wrong"})
    assert "That is not your password." in refused.content.decode()


def test_the_password_asked_again_has_so_many_tries(alices: Client) -> None:
    for _ in range(ACCOUNT_TRIES_AN_HOUR):
        alices.post("/settings/again/", {"password": "wrong"})
    said = alices.post("/settings/again/", {"password": "correct horse"})
    assert "That was tried too often." in said.content.decode()


def test_another_code_stands_for_the_password_asked_again(alices: Client, key: str) -> None:
    other = Client()
    other.force_login(User.objects.get(username="alice"))
    assert "By a code instead" in other.get("/settings/again/").content.decode()
    again = other.post("/settings/again/code/?next=/settings/login/codes/", {"code": app_code(key, 1)})
    assert again["Location"] == "/settings/login/codes/"
    assert len(paper_codes(other)) == 10


def test_a_copy_of_the_database_alone_makes_no_codes(key: str) -> None:
    for row in Authenticator.objects.values_list("data", flat=True):
        assert key not in str(row)
    paper = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES)
    assert paper.wrap().generate_codes()
    assert not re.fullmatch("[0-9a-f]{80}", paper.data["seed"])


def test_whoever_lost_everything_gets_in_by_the_command(key: str, capsys: Any) -> None:
    call_command("password", user="alice")
    kept = capsys.readouterr().out.strip()
    assert Client().post("/login/", {"username": "alice", "password": kept})["Location"] == "/login/code/"
    call_command("password", "--without-second-factor", user="alice")
    alone = capsys.readouterr().out.strip()
    assert Client().post("/login/", {"username": "alice", "password": alone})["Location"] == "/welcome/"


def test_passkeys_are_offered_where_browsers_let_them_be_used(alices: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    for host, secure in (("localhost:8000", False), ("notes.example.org", True)):
        page = alices.get("/settings/login/", headers={"host": host}, secure=secure).content.decode()
        assert "Add a passkey" in page
    number = alices.get("/settings/login/", headers={"host": "127.0.0.1:8000"}).content.decode()
    assert "http://localhost:8000/settings/login/" in number
    for host, secure in (("192.168.1.7", False), ("notes.lan", False), ("192.168.1.7", True), ("[::1]:8000", True)):
        page = alices.get("/settings/login/", headers={"host": host}, secure=secure).content.decode()
        assert "Add a passkey" not in page
        assert "Passkey" in page


def test_of_allauth_only_the_pages_of_the_house_have_an_address(alices: Client) -> None:
    for address in ("signup/", "email/", "password/reset/", "confirm-email/", "login/code/confirm/", "inactive/"):
        assert alices.get(f"/{address}").status_code == 404
        assert alices.get(f"/accounts/{address}").status_code == 404
    named = {route.name for route in urls.urlpatterns if isinstance(route, URLPattern)}
    known = {str(name) for name in get_resolver().reverse_dict if isinstance(name, str)}
    foreign = ("account_", "mfa_", "socialaccount_", "usersessions_", "openid_connect_")
    assert {name for name in known if name.startswith(foreign)} <= named


def test_confirming_once_is_enough_for_a_while(alices: Client) -> None:
    confirm_password(alices, "correct horse")
    assert alices.get("/settings/login/app/").status_code == 200
    assert alices.get("/settings/login/passkeys/add/").status_code == 200
