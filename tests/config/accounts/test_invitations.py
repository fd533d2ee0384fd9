"""An invitation makes one account, once, for a while; who comes in by it meets nothing of others."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import get_user
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from capture.core.errors import Refusal
from capture.http.rate_limit import LOGINS_A_MINUTE
from capture.models import Invitation, User
from capture.services.invitations import create_invitation, invitation_link, take_invitation

CHOSEN = {"username": "carol", "password1": "a quiet pond", "password2": "a quiet pond"}


@pytest.fixture
def owner(alice: User) -> User:
    """Alice looks after accounts."""
    alice.is_staff = alice.is_superuser = True
    alice.time_zone = "Europe/Berlin"
    alice.save()
    return alice


@pytest.fixture
def code(owner: User) -> str:
    """The code of an invitation of hers."""
    return create_invitation(owner, "Carol")[1]


def test_who_is_invited_chooses_name_and_password_and_begins(client: Client, code: str) -> None:
    page = client.get(f"/invited/{code}/").content.decode()
    assert "You are invited." in page
    assert "alice" in page
    assert "Carol" not in page
    assert client.post(f"/invited/{code}/", CHOSEN)["Location"] == "/welcome/"
    made = get_user(client)
    assert isinstance(made, User)
    assert (made.username, made.is_staff, made.is_superuser, made.email) == ("carol", False, False, "")
    assert made.time_zone == "Europe/Berlin"
    assert Client().post("/login/", {"username": "carol", "password": "a quiet pond"}).status_code == 302
    assert Invitation.objects.get().taken_by == made


def test_a_link_is_used_once(client: Client, code: str) -> None:
    client.post(f"/invited/{code}/", CHOSEN)
    other = Client()
    for answer in (other.get(f"/invited/{code}/"), other.post(f"/invited/{code}/", CHOSEN | {"username": "dave"})):
        assert answer.status_code == 410
        assert "was used, has run out, or was taken back" in answer.content.decode()
    assert not User.objects.filter(username="dave").exists()
    with pytest.raises(Refusal):
        take_invitation(code, "dave", "a quiet pond")


@pytest.mark.parametrize(
    "what", ["ran out", "taken back", "its giver's account closed", "its giver looks after no accounts", "never was"]
)
def test_a_link_that_does_not_hold_lets_nobody_in(client: Client, alices: Client, code: str, what: str) -> None:
    if what == "ran out":
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif what == "taken back":
        assert alices.post(f"/settings/invitations/{Invitation.objects.get().pk}/end").status_code == 302
    elif what == "its giver closed":
        User.objects.filter(username="alice").update(is_active=False)
    elif what == "its giver is no helper":
        User.objects.filter(username="alice").update(is_staff=False)
    else:
        code = "guessed"
    assert client.get(f"/invited/{code}/").status_code == 410
    assert client.post(f"/invited/{code}/", CHOSEN).status_code == 410
    with pytest.raises(Refusal):
        take_invitation(code, "carol", "a quiet pond")
    assert not User.objects.filter(username="carol").exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"username": "ALICE"}, "already exists"),
        ({"username": "a b"}, "valid username"),
        ({"password1": "password", "password2": "password"}, "too common"),
        ({"password1": "carolcarol", "password2": "carolcarol", "username": "carolcarol"}, "too similar"),
        ({"password2": "another one"}, "didn"),
    ],
)
def test_a_name_or_a_password_that_will_not_do_uses_nothing_up(
    client: Client, code: str, wrong: dict[str, str], said: str
) -> None:
    answer = client.post(f"/invited/{code}/", CHOSEN | wrong)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert client.post(f"/invited/{code}/", CHOSEN).status_code == 302


def test_whoever_guesses_links_is_slowed_down(client: Client, code: str) -> None:
    statuses = [client.post("/invited/guessed/", CHOSEN).status_code for _ in range(LOGINS_A_MINUTE + 1)]
    assert statuses == [410] * LOGINS_A_MINUTE + [429]
    assert client.post(f"/invited/{code}/", CHOSEN)["Retry-After"]


def test_the_code_is_stored_hashed_and_shown_once(alices: Client, owner: User) -> None:
    page = alices.post("/settings/invitations/", {"note": "Carol"}).content.decode()
    link = page.partition("<code>")[2].partition("</code>")[0]
    code = link.rstrip("/").rpartition("/")[2]
    assert Client().get(f"/invited/{code}/").status_code == 200
    assert code not in str(Invitation.objects.values())
    again = alices.get("/settings/invitations/").content.decode()
    assert code not in again
    assert "Carol" in again


def test_who_looks_after_no_accounts_invites_nobody(alices: Client, alice: User, bob: User) -> None:
    for answer in (alices.get("/settings/invitations/"), alices.post("/settings/invitations/", {"note": "Eve"})):
        assert answer.status_code == 404
    bobs, _code = create_invitation(bob)
    assert alices.post(f"/settings/invitations/{bobs.pk}/end").status_code == 404
    with pytest.raises(CommandError, match="invites nobody"):
        call_command("invite", user="alice", stdout=StringIO())
    assert Invitation.objects.count() == 1


def test_the_command_prints_a_link_that_works(client: Client, owner: User, settings: Any) -> None:
    out = StringIO()
    call_command("invite", "Carol", "--days", "2", stdout=out)
    link = out.getvalue().strip()
    assert link.startswith(f"{settings.ORIGIN}/invited/")
    held = Invitation.objects.get().expires_at - timezone.now()
    assert timedelta(days=1, hours=23) < held <= timedelta(days=2)
    assert client.post(link.removeprefix(settings.ORIGIN), CHOSEN)["Location"] == "/welcome/"
    for days in ("0", "91"):
        with pytest.raises(CommandError, match="1 to 90 days"):
            call_command("invite", "--days", days, stdout=StringIO())


def test_an_account_that_goes_takes_its_invitations_along(client: Client, code: str, owner: User) -> None:
    client.post(f"/invited/{code}/", CHOSEN)
    User.objects.get(username="carol").delete()
    assert Invitation.objects.get().taken_by is None
    owner.delete()
    assert not Invitation.objects.exists()


def test_the_link_is_at_the_address_that_people_reach(settings: Any) -> None:
    settings.ORIGIN = "https://notes.example.org"
    assert invitation_link("abc") == "https://notes.example.org/invited/abc/"
