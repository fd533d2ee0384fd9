"""Personal tokens: a program reads by one what its user may see, and changes nothing."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import cast

from django.http import HttpRequest
from django.utils import timezone

from capture.core.errors import Refusal
from capture.core.visible_text import visible_name
from capture.models import AccessToken, Device, User
from capture.services.devices import token_hash
from capture.services.doors import Door, is_open
from capture.services.keyed_hash import keyed_hash

TOKEN_PREFIX = "stillnote_"  # noqa: S105 - what secrets begin with, so that scanners of code find those that leak
READER_TOKEN_BYTES = 32
MAX_PROGRAM_CHARACTERS = 60
USED_INTERVAL = timedelta(minutes=1)
"""How old `used_at` may be: a program that reads a page a second need not write each time."""


def _access_hash(token: str) -> str:
    return keyed_hash("access token", token)


def create_access_token(user: User, name: str, expires_at: datetime | None = None) -> tuple[AccessToken, str]:
    """Make a token and return it with its secret, which is nowhere to be read again. Raises Refusal for a bad name."""
    shown = visible_name(name)
    if not 1 <= len(shown) <= MAX_PROGRAM_CHARACTERS:
        raise Refusal("bad-program-name", longest=MAX_PROGRAM_CHARACTERS)
    secret = TOKEN_PREFIX + secrets.token_urlsafe(READER_TOKEN_BYTES)
    made = AccessToken.objects.create(user=user, name=shown, token_hash=_access_hash(secret), expires_at=expires_at)
    return made, secret


def revoke_access_token(token: AccessToken) -> None:
    """Let nothing be read by a token any more."""
    AccessToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())


def find_access_token(secret: str) -> AccessToken | None:
    """Return the token of a secret, with its user, whether or not it may still be used; None where there is none."""
    return AccessToken.objects.select_related("user").filter(token_hash=_access_hash(secret)).first()


def refuse_reading(token: AccessToken) -> None:
    """Raise Refusal (401) where nothing may be read by a token; in a restored copy by none, until its owner says so."""
    if token.revoked_at is not None or not token.user.is_active:
        raise Refusal("revoked-reader")
    if not token.holds_at(timezone.now()):
        raise Refusal("expired-reader")
    if not is_open(Door.READERS):
        raise Refusal("closed-to-readers")


def admit_reader(secret: str, count_request: Callable[[str, int | None], None]) -> AccessToken:
    """Return the token of a secret by which something is read now, and note that it is.

    count_request: told of which kind the request is, and of which token; it raises Refusal (429) where it is one too
    many. Raises Refusal: 401 for one that is unknown, revoked or run out, 403 for a device's, which sends and reads
    nothing.
    """
    found = find_access_token(secret)
    if found is None:
        count_request("unknown token", None)
        if Device.objects.filter(token_hash=token_hash(secret)).exists():
            raise Refusal("token-sends")
        raise Refusal("unknown-reader")
    count_request("reader", found.pk)
    refuse_reading(found)
    _record_reading(found)
    return found


def _record_reading(token: AccessToken) -> None:
    now = timezone.now()
    if token.used_at is None or token.used_at < now - USED_INTERVAL:
        AccessToken.objects.filter(pk=token.pk).update(used_at=now)


def reader_of(request: HttpRequest) -> User:
    """Return the user whose personal token was let in."""
    return cast("AccessToken", request.auth).user  # type: ignore[attr-defined]
