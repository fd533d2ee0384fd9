"""One mail to whoever asked for it, each time that something begins to hinder the service and does not pass."""

import logging
import smtplib
from datetime import datetime, timedelta

from django.core.mail import EmailMessage
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from capture.models import User
from capture.services.doors import Door, is_open
from config.models import RaisedAlert
from config.ops.alert_text import alert_text
from config.ops.alerts import Alert, AlertCode, user_alerts
from insights.services.digest_email import absolute_url

log = logging.getLogger(__name__)

MIN_DURATION = timedelta(minutes=15)
"""What is over by then is not worth a mail; a mail that could not be sent is tried again after as long."""


def send_alert_mails(now: datetime) -> int:
    """Mail what has lasted to those who asked for it, and forget what has passed. Returns how many mails were sent."""
    if not is_open(Door.EMAIL):
        return 0
    asked = User.objects.filter(trouble_mail=True, is_active=True).exclude(email="")
    return sum(_mail_alerts_of(user, now) for user in asked)


def _mail_alerts_of(user: User, now: datetime) -> int:
    # What is on its way needs nobody.
    alerts = (alert for alert in user_alerts(user, now) if alert.code is not AlertCode.FETCHING)
    present = {(str(alert.code), alert.about): alert for alert in alerts}
    for raised in RaisedAlert.objects.filter(user=user):
        if (raised.kind, raised.about) not in present:
            raised.delete()
    for kind, about in present:
        RaisedAlert.objects.get_or_create(user=user, kind=kind, about=about, defaults={"since": now})
    due = RaisedAlert.objects.filter(user=user, mailed_at=None, since__lte=now - MIN_DURATION)
    claimed = [one for one in due if RaisedAlert.objects.filter(pk=one.pk, mailed_at=None).update(mailed_at=now)]
    if not claimed:
        return 0
    if _send_alert_mail(user, [present[one.kind, one.about] for one in claimed if (one.kind, one.about) in present]):
        return 1
    RaisedAlert.objects.filter(pk__in=[one.pk for one in claimed]).update(mailed_at=None, since=now)
    return 0


def _send_alert_mail(user: User, alerts: list[Alert]) -> bool:
    """Send the mail, and return whether it went out."""
    with timezone.override(user.time_zone), translation.override(user.mail_language):
        texts = "\n\n".join(alert_text(alert) for alert in alerts)
        end = _("What you record is kept meanwhile. This mail comes once each time; its switch is under Settings:")
        message = EmailMessage(
            _("Stillnote needs a look"), f"{texts}\n\n{end} {absolute_url('settings')}\n", to=[user.email]
        )
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    try:
        message.send()
    except (OSError, smtplib.SMTPException) as error:
        log.warning("A mail about trouble could not be sent (%s)", type(error).__name__)
        return False
    return True
