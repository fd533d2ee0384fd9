"""When the morning e-mail goes, and whoever wants it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.mail import EmailMultiAlternatives

from capture.models import User
from insights.models import DigestPlan

BERLIN = ZoneInfo("Europe/Berlin")
SEVEN = datetime(2026, 7, 1, 7, 0, tzinfo=BERLIN)
Mails = list[EmailMultiAlternatives]


def enable_digest(user: User, style: str = "words", since: datetime | None = None) -> DigestPlan:
    return DigestPlan.objects.update_or_create(
        user=user, defaults={"enabled": True, "hour": 7, "style": style, "since": since}
    )[0]
