"""Another service says who somebody is: over real HTTP, and never more than who linked it, or a setting, lets it."""

import logging
import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.contrib.auth import get_user
from django.test import Client

from capture.http.rate_limit import LOGINS_A_MINUTE
from capture.models import User
from capture.services.accounts import create_vouched_user
from config.ops.checks import check_provider
from tests.support.code_app import app_code, confirm_password, set_up_app
from tests.support.oidc_provider import CLIENT, SECRET, OidcProvider, oidc_provider


@pytest.fixture
def provider(settings: Any) -> Iterator[OidcProvider]:
    """A provider that the settings name."""
    with oidc_provider() as running:
        settings.OIDC_URL, settings.OIDC_CLIENT, settings.OIDC_SECRET = running.address, CLIENT, SECRET
        settings.OIDC_NAME = "Home"
        app: dict[str, Any] = {"provider_id": "oidc", "name": "Home", "client_id": CLIENT, "secret": SECRET}
        app |= {"settings": {"server_url": running.address}}
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
        assert check_provider() == []
        yield running


def go_there_and_back(browser: Client, path: str = "/login/by/", **form: str) -> Any:
    """Press a button that leads to the provider, be who its test wants there, and return how one is received."""
    page = browser.post(path, form).content.decode()
    found = re.search(r'content="0; url=([^"]+)"', page)
    assert found, page
    back = urlsplit(httpx.get(unescape(found[1])).headers["Location"])
    assert back.netloc == "testserver"
    return browser.get(f"{back.path}?{back.query}")


def link(browser: Client) -> Any:
    confirm_password(browser, "correct horse")
    return go_there_and_back(browser, "/settings/login/by/")


def test_who_linked_it_logs_in_by_it(alices: Client, alice: User, provider: OidcProvider) -> None:
    assert "Log in by Home" in Client().get("/login/").content.decode()
    assert link(alices)["Location"] == "/settings/login/"
    page = alices.get("/settings/login/").content.decode()
    assert "From now on you can log in by it." in page
    assert "You can log in by Home." in page
    browser = Client()
    assert go_there_and_back(browser)["Location"] == "/welcome/"
    assert get_user(browser) == alice
    other = Client()
    assert go_there_and_back(other, next="/topics/")["Location"] == "/topics/"
    assert not SocialToken.objects.exists()


def test_who_linked_nothing_is_refused_whatever_their_name_and_address(alice: User, provider: OidcProvider) -> None:
    provider.person |= {"preferred_username": "alice", "email": alice.email, "email_verified": True}
    browser = Client()
    assert go_there_and_back(browser)["Location"] == "/login/"
    assert "No account here is linked with that." in browser.get("/login/").content.decode()
    assert get_user(browser).is_anonymous
    assert User.objects.count() == 1
    assert not SocialAccount.objects.exists()


def test_where_a_setting_says_so_a_stranger_gets_an_account_and_no_other_ones(
    alice: User, provider: OidcProvider, settings: Any
) -> None:
    settings.OIDC_OPEN = True
    provider.person |= {"preferred_username": "Alice", "email": alice.email, "email_verified": True}
    browser = Client()
    assert go_there_and_back(browser)["Location"] == "/welcome/"
    made = User.objects.get(username="Alice2")
    assert get_user(browser) == made
    assert (made.username, made.email, made.is_staff, made.has_usable_password()) == ("Alice2", "", False, False)
    assert "You have no password here" in browser.get("/settings/login/").content.decode()
    again = Client()
    go_there_and_back(again)
    assert get_user(again) == made
    assert User.objects.count() == 2
    assert browser.post("/settings/login/by/end").status_code == 403, "it is all by which they come in"
    assert SocialAccount.objects.count() == 1


@pytest.mark.parametrize(
    ("wished", "given"), [("carol", "carol"), ("Al ice <script>", "Alicescript"), ("", "guest"), ("ALICE", "ALICE2")]
)
def test_a_name_that_is_taken_gets_a_number(alice: User, wished: str, given: str) -> None:
    assert create_vouched_user(wished).username == given


def test_another_issuer_that_says_the_same_name_lets_nobody_in(
    alices: Client, alice: User, provider: OidcProvider
) -> None:
    link(alices)
    first, provider.issuer = provider.issuer, "https://other.example"
    browser = Client()
    assert go_there_and_back(browser)["Location"] == "/login/"
    assert "No account here is linked with that." in browser.get("/login/").content.decode()
    assert get_user(browser).is_anonymous
    provider.issuer = first
    assert go_there_and_back(browser)["Location"] == "/welcome/"
    assert get_user(browser) == alice


def test_a_link_from_before_links_were_bound_holds_for_its_own_issuer_alone(
    alices: Client, alice: User, provider: OidcProvider
) -> None:
    link(alices)
    SocialAccount.objects.update(uid=provider.person["sub"])
    first, provider.issuer = provider.issuer, "https://other.example"
    assert go_there_and_back(Client())["Location"] == "/login/"
    provider.issuer, browser = first, Client()
    assert go_there_and_back(browser)["Location"] == "/welcome/"
    assert get_user(browser) == alice


def test_one_identity_is_linked_with_one_account(
    alices: Client, alice: User, bob: User, provider: OidcProvider
) -> None:
    link(alices)
    bobs = Client()
    bobs.force_login(bob)
    confirm_password(bobs, "battery staple")
    assert go_there_and_back(bobs, "/settings/login/by/")["Location"] == "/settings/login/"
    assert "Another account here logs in by that." in bobs.get("/settings/login/").content.decode()
    assert SocialAccount.objects.get().user == alice


def test_linking_and_unlinking_ask_for_the_password(alices: Client, provider: OidcProvider) -> None:
    for path in ("/settings/login/by/", "/settings/login/by/end"):
        assert alices.post(path)["Location"].startswith("/settings/again/")
    link(alices)
    assert alices.post("/settings/login/by/end")["Location"] == "/settings/login/"
    assert not SocialAccount.objects.exists()
    assert go_there_and_back(Client())["Location"] == "/login/"


def test_a_second_factor_is_asked_for_after_it_too(alices: Client, alice: User, provider: OidcProvider) -> None:
    link(alices)
    key = set_up_app(alices, "correct horse")
    browser = Client()
    assert go_there_and_back(browser)["Location"] == "/login/code/"
    assert get_user(browser).is_anonymous
    assert browser.post("/login/code/", {"code": app_code(key, 1)})["Location"] == "/welcome/"


def test_a_closed_account_stays_closed(alices: Client, alice: User, provider: OidcProvider) -> None:
    link(alices)
    alice.is_active = False
    alice.save()
    browser = Client()
    assert go_there_and_back(browser)["Location"] == "/login/"
    assert get_user(browser).is_anonymous


def test_who_is_refused_there_comes_back_to_the_log_in(alices: Client, provider: OidcProvider) -> None:
    provider.is_refusing = True
    assert go_there_and_back(Client())["Location"] == "/login/"


def test_an_answer_that_nobody_asked_for_lets_nobody_in(alices: Client, provider: OidcProvider) -> None:
    link(alices)
    browser = Client()
    page = browser.post("/login/by/").content.decode()
    found = re.search(r'content="0; url=([^"]+)"', page)
    assert found
    back = urlsplit(httpx.get(unescape(found[1])).headers["Location"])
    victim = Client()
    assert victim.get(f"{back.path}?{back.query}")["Location"] == "/login/"
    assert get_user(victim).is_anonymous
    assert browser.get(f"{back.path}?{back.query}").status_code == 302
    assert browser.get(f"{back.path}?{back.query}").status_code == 302, "a code is good once"


def test_two_halves_of_two_people_let_nobody_in(alices: Client, provider: OidcProvider) -> None:
    link(alices)
    provider.person, provider.other_subject = {"sub": "p-2"}, "p-1"
    browser = Client()
    assert go_there_and_back(browser)["Location"] == "/login/"
    assert get_user(browser).is_anonymous


def test_a_provider_that_does_not_answer_is_told_in_a_sentence(db: None, settings: Any, caplog: Any) -> None:
    with oidc_provider() as gone:
        address = gone.address
    settings.OIDC_URL, settings.OIDC_CLIENT, settings.OIDC_SECRET, settings.OIDC_NAME = address, CLIENT, SECRET, "Home"
    app = {"provider_id": "oidc", "name": "Home", "client_id": CLIENT, "secret": SECRET}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app | {"settings": {"server_url": address}}]}}
    browser = Client()
    assert browser.post("/login/by/")["Location"] == "/login/"
    assert "Home did not answer as it should." in browser.get("/login/").content.decode()
    assert SECRET not in caplog.text


def test_nothing_secret_is_logged(alices: Client, provider: OidcProvider, caplog: Any) -> None:
    caplog.set_level(logging.INFO)
    link(alices)
    go_there_and_back(Client())
    for secret in (SECRET, "access", "alice.at.home", "p-1"):
        assert secret not in caplog.text


def test_it_is_asked_for_not_too_often(provider: OidcProvider, db: None) -> None:
    statuses = [Client().post("/login/by/").status_code for _ in range(LOGINS_A_MINUTE + 1)]
    assert statuses == [200] * LOGINS_A_MINUTE + [302]


def test_without_a_provider_there_is_no_such_page(alices: Client) -> None:
    assert "Log in by" not in Client().get("/login/").content.decode()
    assert Client().post("/login/by/").status_code == 404
    assert Client().get("/login/oidc/callback/").status_code == 404


@pytest.mark.parametrize(
    ("url", "client", "secret", "named"),
    [
        ("https://login.example.org", "", "s", ["STILLNOTE_OIDC_CLIENT is missing"]),
        ("", "c", "", ["STILLNOTE_OIDC_URL is missing", "STILLNOTE_OIDC_SECRET is missing"]),
        ("http://login.example.org", "c", "s", ["STILLNOTE_OIDC_URL must be"]),
        ("https://c:s@login.example.org", "c", "s", ["STILLNOTE_OIDC_URL must be"]),
        ("login.example.org", "c", "s", ["STILLNOTE_OIDC_URL must be"]),
        ("https://login.example.org/realms/home", "c", "s", []),
        ("", "", "", []),
    ],
)
def test_settings_that_are_half_set_are_named(
    settings: Any, url: str, client: str, secret: str, named: list[str]
) -> None:
    settings.OIDC_URL, settings.OIDC_CLIENT, settings.OIDC_SECRET = url, client, secret
    found = [str(error.msg) for error in check_provider()]
    assert len(found) == len(named)
    for said, start in zip(found, named, strict=True):
        assert said.startswith(start)
        assert not secret or f"{secret}@" not in said
