"""Invitations: a link by which one person makes an account of their own, once."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from capture.core.errors import Refusal
from capture.core.visible_text import visible_name
from capture.models import Invitation, User
from capture.services.accounts import owner
from capture.services.keyed_hash import keyed_hash

INVITATION_DAYS = 7
MAX_INVITATION_DAYS = 90
INVITATION_BYTES = 24
MAX_NOTE_CHARACTERS = 60


def _invitation_hash(code: str) -> str:
    return keyed_hash("invitation", code)


def may_invite(user: User) -> bool:
    """Return whether somebody looks after accounts here."""
    return user.is_active and user.is_staff


def create_invitation(by: User, note: str = "", days: int = INVITATION_DAYS) -> tuple[Invitation, str]:
    """Make an invitation and return it with its code, which is nowhere to be read again. note: whom it is for."""
    code = secrets.token_urlsafe(INVITATION_BYTES)
    made = Invitation.objects.create(
        by=by,
        note=visible_name(note)[:MAX_NOTE_CHARACTERS],
        code_hash=_invitation_hash(code),
        expires_at=timezone.now() + timedelta(days=days),
    )
    return made, code


def invitation_link(code: str) -> str:
    """Return the address at which an invitation is taken: at the one that people reach the service by."""
    # The address has a path of its own where the service is below one, and reverse() has it then, too.
    return settings.ORIGIN + reverse("invited", args=[code])


def standing_invitation(code: str, now: datetime) -> Invitation:
    """Return the invitation of a code. Raises Refusal (410) where nobody comes in by it any more."""
    found = Invitation.objects.standing(now).select_related("by").filter(code_hash=_invitation_hash(code)).first()
    if found is None:
        raise Refusal("invitation-over")
    return found


def take_invitation(code: str, name: str, password: str) -> User:
    """Make the account of who was invited. Raises Refusal (410) where the link was used, ran out or was taken back."""
    now, first = timezone.now(), owner()
    with transaction.atomic():
        # Nothing is asked of its giver here: PostgreSQL looks again only at the row itself where two come at once.
        hashed = _invitation_hash(code)
        used = Invitation.objects.filter(code_hash=hashed, used_at=None, expires_at__gt=now).update(used_at=now)
        if not used or not Invitation.objects.filter(code_hash=hashed, by__is_active=True, by__is_staff=True).exists():
            raise Refusal("invitation-over")
        time_zone = first.time_zone if first else "UTC"
        made = User.objects.create_user(name, password=password, time_zone=time_zone)
        Invitation.objects.filter(code_hash=hashed).update(taken_by=made)
    return made


def revoke_invitation(invitation: Invitation) -> None:
    """Take an invitation back, unless somebody came in by it."""
    Invitation.objects.filter(pk=invitation.pk, used_at=None).delete()
