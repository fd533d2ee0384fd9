"""Devices: pairing one by a short code for a token that can only upload, naming it, unpairing it."""

import hashlib
import io
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import segno
from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.module_loading import import_string

from capture.core.dates.headers import parse_spoken_at
from capture.core.errors import Refusal
from capture.core.visible_text import visible_name
from capture.models import Context, Device, PairingCode, User
from capture.services.keyed_hash import keyed_hash
from capture.services.sealing import sealing_key

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without the signs that are mistaken for each other when read aloud or typed."""

MAX_DEVICE_NAME_CHARACTERS = 100
"""Characters of a device's name."""

CODE_CHARACTERS = 8
CODE_LIFE = timedelta(minutes=10)
TOKEN_BYTES = 32


def token_hash(token: str) -> str:
    """Return what is stored of a token. It has 256 bits of chance, so that a plain hash cannot be tried out."""
    return hashlib.sha256(token.encode()).hexdigest()


def _code_hash(code: str) -> str:
    return keyed_hash("pairing", "".join(sign for sign in code.upper() if sign.isalnum()))


def create_device(user: User, name: str, *, seals: bool = False) -> tuple[Device, str]:
    """Make a device and return it with its token, which is nowhere to be read again."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    shown = visible_name(name)[:MAX_DEVICE_NAME_CHARACTERS] or "phone"
    device = Device.objects.create(user=user, name=shown, token_hash=token_hash(token), seals=seals)
    return device, token


def revoke_device(device: Device) -> None:
    """Let a device upload no more; its memos stay."""
    Device.objects.filter(pk=device.pk, revoked_at=None).update(revoked_at=timezone.now())


_WELCOME = """
    SELECT 1 FROM capture_device JOIN capture_user ON capture_user.id = user_id
    WHERE token_hash = %s AND revoked_at IS NULL AND is_active
"""
"""`Device.objects.welcome()` in SQL: every upload asks, and Django would work that out anew each time."""


def refuse_if_revoked(device: Device) -> None:
    """Raise Refusal (401) where a device was unpaired, or its user's account closed, since it was let in."""
    with connection.cursor() as cursor:
        cursor.execute(_WELCOME, [device.token_hash])
        if cursor.fetchone() is None:
            raise Refusal("revoked-token")


def create_pairing_code(user: User, *, seals: bool = False) -> str:
    """Return a code as in ABCD-EFGH that pairs one device within ten minutes. Codes that ran out are cleared away.

    seals: whether the device is to seal what it records.
    """
    now = timezone.now()
    PairingCode.objects.filter(expires_at__lt=now - CODE_LIFE).delete()
    signs = get_random_string(CODE_CHARACTERS, ALPHABET)
    PairingCode.objects.create(user=user, code_hash=_code_hash(signs), expires_at=now + CODE_LIFE, seals=seals)
    return f"{signs[:4]}-{signs[4:]}"


def redeem_pairing_code(code: str, name: str, *, can_seal: bool = False) -> tuple[Device, str]:
    """Trade a code for a device and its token.

    Raises Refusal: 410 where it was used, ran out, or never was; and, where it stays unused, 400 where the device is to
    seal and cannot, 503 where the key that it would seal for cannot be read.
    """
    now = timezone.now()
    with transaction.atomic():
        # Nothing is asked of its user here: PostgreSQL looks again only at the row itself where two come at once.
        used = _open_codes(code, now).update(used_at=now)
        offered = PairingCode.objects.select_related("user").filter(code_hash=_code_hash(code)).first()
        if not used or offered is None or not offered.user.is_active:
            raise _code_refusal(offered, now)
        if offered.seals:
            _refuse_unless_sealing(can_seal=can_seal)
        return create_device(offered.user, name, seals=offered.seals)


def _refuse_unless_sealing(*, can_seal: bool) -> None:
    if not can_seal:
        raise Refusal("cannot-seal")
    sealing_key()  # raises where it cannot be read


@dataclass(frozen=True)
class PairingPreview:
    """Names of accounts: the one a code pairs with, and that of a device's token, which may be unpaired since.

    seals: whether the code asks for sealed recordings.
    """

    account: str
    paired_with: str
    sends: bool
    seals: bool


def pairing_preview(code: str, token: str) -> PairingPreview:
    """Return whose a code and a device are. token: empty where it has none. Raises Refusal (410) as pairing would."""
    now = timezone.now()
    offered = PairingCode.objects.select_related("user").filter(code_hash=_code_hash(code)).first()
    if offered is None or not _open_codes(code, now).exists() or not offered.user.is_active:
        raise _code_refusal(offered, now)
    known = Device.objects.filter(token_hash=token_hash(token))
    has = known.select_related("user").first()
    name = has.user.get_username() if has else ""
    return PairingPreview(offered.user.get_username(), name, known.welcome().exists(), offered.seals)


def _code_refusal(offered: PairingCode | None, now: datetime) -> Refusal:
    """Return why a code pairs nothing. A guesser learns no code of use: one that is open is never spoken of."""
    if offered is not None and offered.user.is_active:
        if offered.used_at:
            return Refusal("code-used")
        if offered.expires_at <= now:
            return Refusal("code-expired")
    return Refusal("code-unknown")


def _open_codes(code: str, now: datetime) -> QuerySet[PairingCode]:
    return PairingCode.objects.filter(code_hash=_code_hash(code), used_at=None, expires_at__gt=now)


def pairing_link(code: str) -> str:
    """Return the address that pairs the phone that opens it. The code is in the fragment, which no server is sent."""
    return f"{first_page()}#pair={code}"


def is_for_this_machine() -> bool:
    """Return whether the pairing link can be opened on this machine alone."""
    return urlsplit(first_page()).hostname in settings.LOOPBACK


def first_page() -> str:
    """Return the page that a phone opens first: its own, or one that leads there."""
    return settings.HELP_PAGE() if settings.HELP_PAGE else f"{settings.STILLNOTE_URL}/phone/"


def certificate_fingerprint() -> str:
    """Return the fingerprint of the certificate that a phone installs first, or "" where it installs none."""
    return str(import_string(settings.AUTHORITY_FINGERPRINT)()) if settings.AUTHORITY_FINGERPRINT else ""


def qr_svg(link: str) -> str:
    """Return the link as a QR code, an SVG element without colours of its own."""
    return segno.make_qr(link, error="m").svg_inline(scale=4, border=2, svgclass="qr", lineclass=None, omitsize=True)


def qr_terminal(link: str) -> str:
    """Return the link as a QR code in block characters."""
    out = io.StringIO()
    segno.make_qr(link, error="l").terminal(out=out, compact=True)
    return out.getvalue()


def create_script_device(user: User, name: str) -> tuple[Device, str]:
    """Make a device of something that nobody pairs, and return it with its token. Raises Refusal for a bad name."""
    return create_device(user, _visible_device_name(name))


def _visible_device_name(name: str) -> str:
    shown = visible_name(name)
    if not 1 <= len(shown) <= MAX_DEVICE_NAME_CHARACTERS:
        raise Refusal("bad-name", longest=MAX_DEVICE_NAME_CHARACTERS)
    return shown


def change_device(device: Device, name: str, default_context: str) -> None:
    """Name a device, and say where it is mostly used: a context, or empty for none. What it sent before stays as it is.

    Raises Refusal, with nothing changed, where the name is empty or too long or the context is none.
    """
    shown = _visible_device_name(name)
    if default_context not in {"", *Context.values}:
        raise Refusal("bad-context")
    device.name, device.default_context = shown, default_context
    device.save(update_fields=["name", "default_context"])


def record_contact(
    device: Device, held: int, oldest: str | None, *, room_bytes: int | None = None, name: str = ""
) -> None:
    """Note how many recordings a device still holds, and when the oldest was spoken: RFC 3339, None where unknown.

    room_bytes: what is left there for recordings; None where it does not say, or has plenty. name: what its person
    typed on it, cut to what a name may have; an empty one changes nothing. A phone that forgot the date does not know
    how old its recordings are. Raises Refusal where the date cannot be read.
    """
    now = timezone.now()
    since = parse_spoken_at(oldest, now)
    is_known = held > 0 and not since.assumed
    told: dict[str, object] = {"held": held, "oldest_held": since.at if is_known else None, "room_bytes": room_bytes}
    if shown := visible_name(name)[:MAX_DEVICE_NAME_CHARACTERS]:
        told["name"] = shown
    Device.objects.filter(pk=device.pk).update(**told, held_said_at=now)
