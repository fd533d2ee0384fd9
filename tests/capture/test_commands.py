"""`pair`, `password` and `adduser`: what they print, and the sentences they refuse with."""

import io
import re

import pytest
from django.core.management import CommandError, call_command

from capture.models import Device, User
from capture.services.accounts import create_owner
from capture.services.devices import redeem_pairing_code, token_hash


def printed(command: str, *arguments: str) -> str:
    out = io.StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def owner(db: None) -> User:
    made = create_owner()
    assert made is not None
    return made[0]


def test_the_owner_is_made_once_and_can_log_in(db: None) -> None:
    made = create_owner()
    assert made is not None
    user, password = made
    assert user.is_superuser
    assert user.check_password(password)
    assert re.fullmatch(r"([2-9a-z]{4}-){3}[2-9a-z]{4}", password)
    assert create_owner() is None


def test_pair_prints_link_code_and_qr(owner: User) -> None:
    said = printed("pair")
    code = re.search(r"/phone/#pair=(\S+)", said)
    assert code is not None
    assert said.count(code[1]) == 2
    assert "█" in said
    assert redeem_pairing_code(code[1], "phone")[0].user == owner


def test_pair_prints_a_token_alone_for_scripts(owner: User, alice: User) -> None:
    token = printed("pair", "--token", "laptop", "--user", "alice")
    assert re.fullmatch(r"\S+\n", token)
    device = Device.objects.get()
    assert (device.user, device.name, device.token_hash) == (alice, "laptop", token_hash(token.strip()))


def test_password_prints_a_new_one(owner: User, alice: User) -> None:
    for user, arguments in ((owner, ()), (alice, ("--user", "alice"))):
        password = printed("password", *arguments).strip()
        user.refresh_from_db()
        assert user.check_password(password)


def test_adduser_makes_somebody_without_rights(db: None) -> None:
    password = printed("adduser", "carol", "--email", "carol@example.org").strip()
    carol = User.objects.get(username="carol")
    assert carol.check_password(password)
    assert (carol.email, carol.is_staff, carol.is_superuser) == ("carol@example.org", False, False)


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (
            ["pair"],
            "There is no owner's account. The next start (`make run`) makes one; end what runs first.",
        ),
        (["password", "--user", "dave"], "There is no active account called dave. `manage.py adduser dave` makes one."),
        (["adduser", "alice"], "A user with that username already exists."),
        (["adduser", "a b"], "Enter a valid username. This value may contain only letters"),
        (["adduser", "dave", "--email", "nowhere"], "Enter a valid email address."),
    ],
)
def test_what_cannot_be_done_is_one_sentence(command: list[str], sentence: str, alice: User) -> None:
    before = User.objects.count()
    with pytest.raises(CommandError) as refused:
        call_command(*command)
    assert str(refused.value).startswith(sentence)
    assert User.objects.count() == before
