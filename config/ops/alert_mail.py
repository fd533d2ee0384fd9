"""One mail to whoever asked for it, each time that something begins to hinder the service and does not pass."""

import logging
import smtplib
from datetime import datetime, timedelta

from django.core.mail import EmailMessage
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from capture.models import User
from config.models import MetTrouble
from config.ops.alerts import Trouble, troubles
from insights.services.digest_email import absolute_url

log = logging.getLogger(__name__)

PASSES = timedelta(minutes=15)
"""What is over by then is not worth a mail; a mail that could not be sent is tried again after as long."""


def tell(now: datetime) -> int:
    """Mail what has lasted to those who asked for it, and forget what has passed. Returns how many mails were sent."""
    asked = User.objects.filter(trouble_mail=True, is_active=True).exclude(email="")
    return sum(_tell(user, now) for user in asked)


def _tell(user: User, now: datetime) -> int:
    lasting = {(trouble.kind, trouble.about): trouble for trouble in troubles(user, now)}
    for met in MetTrouble.objects.filter(user=user):
        if (met.kind, met.about) not in lasting:
            met.delete()
    for kind, about in lasting:
        MetTrouble.objects.get_or_create(user=user, kind=kind, about=about, defaults={"since": now})
    due = MetTrouble.objects.filter(user=user, mailed_at=None, since__lte=now - PASSES)
    mine = [met for met in due if MetTrouble.objects.filter(pk=met.pk, mailed_at=None).update(mailed_at=now)]
    if not mine:
        return 0
    if _sent(user, [lasting[met.kind, met.about] for met in mine if (met.kind, met.about) in lasting]):
        return 1
    MetTrouble.objects.filter(pk__in=[met.pk for met in mine]).update(mailed_at=None, since=now)
    return 0


def _sent(user: User, found: list[Trouble]) -> bool:
    with timezone.override(user.time_zone), translation.override(None):
        sentences = "\n\n".join(trouble.sentence for trouble in found)
        end = _("What you record is kept meanwhile. This mail comes once each time; its switch is under Settings:")
        letter = EmailMessage(
            _("Stillnote needs a look"), f"{sentences}\n\n{end} {absolute_url('settings')}\n", to=[user.email]
        )
    letter.extra_headers["Auto-Submitted"] = "auto-generated"
    try:
        letter.send()
    except (OSError, smtplib.SMTPException) as error:
        log.warning("A mail about trouble could not be sent (%s)", type(error).__name__)
        return False
    return True
