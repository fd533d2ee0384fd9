"""The page of programs that read: a token is made by who knows the password, shown once, and revoked."""

import re
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from capture.http.rate_limit import ACCOUNT_TRIES_AN_HOUR
from capture.models import AccessToken, User
from tests.support.answers import problem

PAGE = "/settings/programs/"
FORM = {"name": "notebook", "days": "0", "password": "correct horse"}


def made(client: Client, **form: str) -> str:
    """Make a token, and return it as the page shows it."""
    page = client.post(PAGE, FORM | form).content.decode()
    found = re.search(r"stillnote_[\w-]{43}", page)
    assert found, page
    return found[0]


def read(token: str) -> Any:
    return Client().get("/api/v1/memos", headers={"Authorization": f"Bearer {token}"})


def test_a_token_is_shown_once_and_reads_until_it_is_revoked(alices: Client) -> None:
    token = made(alices)
    page = alices.get(PAGE).content.decode()
    assert "notebook" in page
    assert token not in page
    assert "has read nothing yet" in page
    assert read(token).status_code == 200
    assert "last read on" in alices.get(PAGE).content.decode()
    assert alices.post(f"{PAGE}{AccessToken.objects.get().pk}/end")["Location"] == PAGE
    assert problem(read(token), 401, "revoked-reader")
    assert "These read" not in alices.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"password": "guessed"}, "That is not your password."),
        ({"password": ""}, "This field is required."),
        ({"name": ""}, "This field is required."),
        ({"name": "\u200b"}, "A program&#x27;s name has 1 to 60 characters."),
        ({"days": "4000"}, "4000 is not one of the available choices."),
    ],
)
def test_what_makes_no_token_is_said(alices: Client, form: dict[str, str], sentence: str) -> None:
    assert sentence in alices.post(PAGE, FORM | form).content.decode()
    assert not AccessToken.objects.exists()


def test_passwords_are_not_tried_for_ever(alices: Client) -> None:
    for _ in range(ACCOUNT_TRIES_AN_HOUR):
        assert alices.post(PAGE, FORM | {"password": "guessed"}).status_code == 200
    answer = alices.post(PAGE, FORM)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0


def test_a_token_may_run_out_by_itself(alices: Client) -> None:
    token = made(alices, days="30")
    until = AccessToken.objects.get().expires_at
    assert until
    assert timedelta(days=29) < until - timezone.now() < timedelta(days=31)
    assert "holds until" in alices.get(PAGE).content.decode()
    AccessToken.objects.update(expires_at=timezone.now())
    assert problem(read(token), 401, "expired-reader")


def test_a_form_from_elsewhere_makes_none(alice: User) -> None:
    strange = Client(enforce_csrf_checks=True)
    strange.force_login(alice)
    assert strange.post(PAGE, FORM).status_code == 403


def test_nobody_revokes_anothers(alices: Client, bob: User) -> None:
    made(alices)
    his = Client()
    his.force_login(bob)
    assert his.post(f"{PAGE}{AccessToken.objects.get().pk}/end").status_code == 404


def test_a_command_makes_one_for_scripts(alice: User) -> None:
    said = StringIO()
    call_command("read_token", "backup", "--user", "alice", "--days", "1", stdout=said)
    assert read(said.getvalue().strip()).status_code == 200
    assert AccessToken.objects.get().user == alice
    with pytest.raises(CommandError, match="1 to 60 characters"):
        call_command("read_token", " ", "--user", "alice")
