"""Login, settings, health, and what every page promises."""

import pytest
from django.contrib.auth import get_user
from django.db import OperationalError
from django.test import Client

from capture.models import User
from config import views
from insights.models import DigestPlan

ABOUT = {
    "email": "a@example.org",
    "time_zone": "Europe/Berlin",
    "languages": "en",
    "night_from": "22",
    "night_until": "6",
}


def test_somebody_who_is_not_logged_in_is_asked_who_they_are_and_then_gets_there(client: Client, alice: User) -> None:
    page = client.get("/topics/", follow=True)
    assert page.redirect_chain == [("/login/?next=/topics/", 302)]
    form = {"username": "alice", "password": "correct horse", "next": "/topics/"}
    assert client.post("/login/", form)["Location"] == "/topics/"


def test_a_wrong_password_says_what_to_do_and_not_which_part_was_wrong(client: Client, alice: User) -> None:
    said = [
        client.post("/login/", {"username": name, "password": "wrong"}).content.decode().partition("<form")[2][:400]
        for name in ("alice", "nobody")
    ]
    assert "manage.py password" in said[0]
    assert said[0].partition("problem")[2][:200] == said[1].partition("problem")[2][:200]


def test_logging_out_takes_a_click_not_a_link(alices: Client) -> None:
    assert alices.get("/logout/").status_code == 405
    alices.post("/logout/")
    assert get_user(alices).is_anonymous


def test_a_user_says_where_they_live_and_what_they_speak(alices: Client, alice: User) -> None:
    form = ABOUT | {"password": "correct horse", "languages": "EN, de", "night_from": "23", "night_until": "7"}
    assert alices.post("/settings/", form).status_code == 302
    alice.refresh_from_db()
    assert (alice.email, alice.time_zone, alice.languages) == ("a@example.org", "Europe/Berlin", "en,de")
    assert (alice.night_from, alice.night_until) == (23, 7)


def test_the_address_for_mails_is_changed_by_who_knows_the_password(alices: Client, alice: User) -> None:
    plan = {"enabled": "on", "hour": "6", "style": "words", "email": "evil@example.org"}
    for given in ({}, {"password": "wrong"}):
        assert "That is not your password." in alices.post("/settings/", ABOUT | given).content.decode()
        alices.post("/digest/settings", plan | given)
        alice.refresh_from_db()
        assert alice.email == "alice@example.org"
    assert not DigestPlan.objects.filter(enabled=True).exists()
    assert alices.post("/settings/", ABOUT | {"email": alice.email, "languages": "de"}).status_code == 302
    alices.post("/digest/settings", plan | {"email": "b@example.org", "password": "correct horse"})
    alice.refresh_from_db()
    assert (alice.email, alice.languages) == ("b@example.org", "de")


@pytest.mark.parametrize("weak", ["password", "12345678", "alice@example", "short"])
def test_a_password_that_is_guessed_first_is_refused(alices: Client, alice: User, weak: str) -> None:
    form = {"old_password": "correct horse", "new_password1": weak, "new_password2": weak}
    assert 'class="wrong"' in alices.post("/settings/password", form).content.decode()
    alice.refresh_from_db()
    assert alice.check_password("correct horse")


def test_a_language_that_whisper_does_not_know_is_said(alices: Client, alice: User) -> None:
    page = alices.post("/settings/", ABOUT | {"languages": "de, gsw, xx"}).content.decode()
    assert "Whisper knows no language “gsw, xx”. Leave it out" in page
    alice.refresh_from_db()
    assert alice.languages == ""


@pytest.mark.parametrize(
    "wrong",
    [{"time_zone": "Atlantis"}, {"languages": "english"}, {"email": "me"}, {"night_from": "24"}, {"night_until": ""}],
)
def test_what_cannot_be_is_said_beside_its_field(alices: Client, alice: User, wrong: dict[str, str]) -> None:
    page = alices.post("/settings/", ABOUT | wrong)
    assert page.status_code == 200
    assert 'class="wrong"' in page.content.decode()
    alice.refresh_from_db()
    assert alice.time_zone == "UTC"


def test_a_new_password_ends_other_sessions_and_not_this_one(alices: Client, alice: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(alice)
    new = "a new horse"
    form = {"old_password": "correct horse", "new_password1": new, "new_password2": new}
    assert alices.post("/settings/password", form)["Location"] == "/settings/"
    assert alices.get("/settings/").status_code == 200
    assert elsewhere.get("/settings/").status_code == 302


def test_the_old_password_is_asked_for(alices: Client, alice: User) -> None:
    form = {"old_password": "wrong", "new_password1": "a new horse", "new_password2": "a new horse"}
    assert 'class="wrong"' in alices.post("/settings/password", form).content.decode()
    alice.refresh_from_db()
    assert alice.check_password("correct horse")


def test_a_page_loads_nothing_from_outside_and_runs_nothing_inline(alices: Client) -> None:
    for address in ("/", "/topics/", "/devices/", "/settings/", "/phone/"):
        page = alices.get(address)
        policy = page["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "<script>" not in page.content.decode()
        assert "style=" not in page.content.decode()


def test_it_is_alive_and_ready(client: Client, db: None) -> None:
    assert client.get("/healthz").content == b"ok"
    assert client.get("/readyz").content == b"ok"


def test_without_its_database_it_is_alive_but_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise OperationalError

    monkeypatch.setattr(views, "database_version", away)
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503


def test_who_has_not_said_what_they_speak_is_asked_once_and_the_browser_guesses(alices: Client, alice: User) -> None:
    asked = alices.get("/", headers={"accept-language": "de-AT,de;q=0.9,en;q=0.5,tlh;q=0.1"}).content.decode()
    assert 'id="ask-languages"' in asked
    for code in ("de", "en"):
        assert f'name="languages" value="{code}" checked' in asked
    assert alices.post("/settings/languages", {"languages": "de, en"})["Location"] == "/"
    alice.refresh_from_db()
    assert alice.languages == "de,en"
    assert 'id="ask-languages"' not in alices.get("/").content.decode()


def test_an_answer_that_is_none_is_refused_where_it_can_be_mended(alices: Client, alice: User) -> None:
    page = alices.post("/settings/languages", {"languages": "deutsch"}, follow=True)
    assert page.redirect_chain == [("/settings/", 302)]
    assert "Choose the languages" in page.content.decode()
    alice.refresh_from_db()
    assert alice.languages == ""
