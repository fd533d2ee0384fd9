"""Accounts and their passwords."""

import itertools
import re

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.management.base import CommandError
from django.http import HttpRequest
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from capture.http.client_ip import client_address
from capture.http.web_state import web_state
from capture.models import User
from capture.services.devices import ALPHABET

OWNER = "owner"
MAX_WISHED_CHARACTERS = 100
_UNNAMEABLE = re.compile(r"[^\w.@+-]")
"""What names of accounts do not hold."""


def new_password() -> str:
    """Return a password that can be typed: 80 bits in four groups."""
    return "-".join(get_random_string(4, ALPHABET.lower()) for _ in range(4))


def create_owner(time_zone: str = "UTC") -> tuple[User, str] | None:
    """Make the owner's account and return it with its password, or None where somebody lives here already.

    time_zone: as the IANA names it.
    """
    if User.objects.exists():
        return None
    password = new_password()
    made = User.objects.create_superuser(OWNER, password=password, time_zone=time_zone)
    return made, password


def owner() -> User | None:
    """Return whose machine it is: the first account that may administer it, or None where there is none yet."""
    return User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()


def create_user(name: str, email: str = "") -> tuple[User, str]:
    """Make an account and return it with its password. Its clock is the owner's, until its person sets another."""
    password, first = new_password(), owner()
    time_zone = first.time_zone if first else "UTC"
    return User.objects.create_user(name, email, password, time_zone=time_zone), password


def create_vouched_user(wished: str) -> User:
    """Make an account without a password for somebody of whom another service says who they are, and return it.

    wished: their name there. Where it is taken here, in whatever capitals, a number follows it.
    """
    first = owner()
    name = _UNNAMEABLE.sub("", wished)[:MAX_WISHED_CHARACTERS] or "guest"
    tries = (name if number == 1 else f"{name}{number}" for number in itertools.count(1))
    free = next(one for one in tries if not User.objects.filter(username__iexact=one).exists())
    return User.objects.create_user(free, time_zone=first.time_zone if first else "UTC")


def account_name(written: str) -> str:
    """Return the name of the account that somebody means who writes it in other capitals; else what was written."""
    alike = list(User.objects.filter(username__iexact=written).values_list("username", flat=True)[:2])
    return alike[0] if len(alike) == 1 else written


ASKED_AGAIN = "asked again"
"""Where somebody who is logged in says their password once more."""


def verify_password(user: User, password: str) -> bool:
    """Return whether this is the user's password, and count the try. Raises Refusal (429) where there were too many."""
    tries = web_state().rate_limit
    tries.count_account_try(ASKED_AGAIN, user.get_username())
    is_right = user.check_password(password)
    if is_right:
        tries.forget_account_tries(ASKED_AGAIN, user.get_username())
    return is_right


def count_secret_request(request: HttpRequest, door: str, owner: User | None) -> None:
    """Count a request at an address that is a secret: of whoever it belongs to, or else of who tries secrets.

    A secret that is known is counted by itself, so that no stranger behind the same address keeps its owner out. Raises
    Refusal (429) where there were too many.
    """
    who: object = owner.pk if owner else client_address(request)
    web_state().rate_limit.count_request(door if owner else f"unknown {door}", who, settings.UPLOADS_A_MINUTE)


def set_email(user: User, email: str) -> None:
    """Set a user's e-mail address."""
    user.email = email
    user.save(update_fields=["email"])


def set_password(user: User) -> str:
    """Give a user a new password and return it; sessions under the old one end."""
    password = new_password()
    user.set_password(password)
    user.save(update_fields=["password"])
    user.browser_sessions.all().delete()
    return password


def remove_second_factors(user: User) -> None:
    """Let a user's password be enough: their passkeys, their app and their codes on paper are not taken any more."""
    Authenticator.objects.filter(user=user).delete()


def account_for_command(name: str | None) -> User:
    """Return the user of that name, or the owner of the machine. Raises CommandError, with a sentence, for nobody."""
    if name is None:
        found = owner()
        if found is None:
            raise CommandError(
                _("There is no owner's account. The next start (`make run`) makes one; end what runs first.")
            )
        return found
    user = User.objects.filter(username=account_name(name), is_active=True).first()
    if user is None:
        said = _("There is no active account called %(name)s. `manage.py adduser %(name)s` makes one.")
        raise CommandError(said % {"name": name})
    return user
