"""The address to which each user mails recordings: whoever knows it may add to their memos, and read nothing."""

import re
from collections.abc import Iterable

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import get_random_string

from capture.models import MailAddress, User
from capture.services.devices import ALPHABET
from capture.services.keyed_hash import keyed_hash

OWN_PART = "{secret}"
"""Where in MAILIN_ADDRESS each user's own part stands."""

SECRET_SIGNS = ALPHABET.lower()
"""Lower case alone: on the way of a mail, an address may lose its capitals."""

SECRET_CHARACTERS = 24
"""Of 31 signs: 118 bits."""


def create_mail_address(user: User) -> str:
    """Give a user a new address and return it, to be shown this once; mail to the old one is then to nobody.

    MAILIN_ADDRESS must be set.
    """
    secret = get_random_string(SECRET_CHARACTERS, SECRET_SIGNS)
    new = {"secret_hash": _mail_secret_hash(secret), "created_at": timezone.now()}
    MailAddress.objects.update_or_create(user=user, defaults=new)
    return str(settings.MAILIN_ADDRESS).replace(OWN_PART, secret)


def users_addressed(headers: Iterable[str]) -> list[User]:
    """Return the users whose addresses stand in these headers, as they were written."""
    address = _address_pattern()
    if address is None:
        return []
    hashes = {_mail_secret_hash(secret) for header in headers for secret in address.findall(header)}
    return list(User.objects.filter(is_active=True, mail_address__secret_hash__in=hashes).order_by("pk"))


def _address_pattern() -> re.Pattern[str] | None:
    """Return what finds the secrets in a header. It is searched, not parsed: headers are written in every way."""
    before, place, after = settings.MAILIN_ADDRESS.partition(OWN_PART)
    if not place:
        return None
    own = f"([{SECRET_SIGNS}]{{{SECRET_CHARACTERS}}})"
    return re.compile(rf"(?<![\w.+-]){re.escape(before)}{own}{re.escape(after)}(?![\w-]|\.\w)", re.IGNORECASE)


def _mail_secret_hash(secret: str) -> str:
    return keyed_hash("mail", secret.lower())
