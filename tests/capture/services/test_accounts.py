"""Two accounts never differ by capitals alone, and one is found in whatever capitals it is written."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from capture.models import User
from capture.services.accounts import account_for_command, create_owner, create_user


def test_no_account_is_added_that_differs_from_another_by_capitals_alone(alice: User) -> None:
    for name in ("Alice", "ALICE"):
        with pytest.raises(CommandError, match="There is an account alice already"):
            call_command("adduser", name, stdout=StringIO())
    assert User.objects.count() == 1


def test_who_writes_their_name_in_other_capitals_is_let_in(client: Client, alice: User) -> None:
    answer = client.post("/login/", {"username": "Alice", "password": "correct horse"})
    assert (answer.status_code, answer["Location"]) == (302, "/welcome/")
    assert account_for_command("aLICE") == alice


def test_of_two_accounts_of_before_that_differ_by_capitals_each_is_its_own(client: Client, alice: User) -> None:
    other = User.objects.create_user("Alice", password="battery staple")
    assert account_for_command("Alice") == other
    assert account_for_command("alice") == alice
    with pytest.raises(CommandError):
        account_for_command("ALICE")
    assert client.post("/login/", {"username": "Alice", "password": "correct horse"}).status_code == 200
    assert client.post("/login/", {"username": "alice", "password": "correct horse"}).status_code == 302


def test_an_added_account_has_its_owners_clock(db: None) -> None:
    create_owner("Europe/Berlin")
    assert create_user("bob")[0].time_zone == "Europe/Berlin"
    User.objects.filter(username="owner").update(time_zone="Asia/Tokyo")
    assert create_user("carol")[0].time_zone == "Asia/Tokyo"
