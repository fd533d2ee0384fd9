"""Somebody who wants the morning e-mail, somebody who has sorted ideas, and a topic that the machine found."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.mail import EmailMultiAlternatives

from capture.models import Device, User
from insights.models import DigestPlan, Idea, Topic
from tests.support import sorted_ideas
from tests.support.pages import LECTURE, MORE_TOMATOES, TOMATOES
from tests.support.transcripts import placed

BERLIN = ZoneInfo("Europe/Berlin")
SEVEN = datetime(2026, 7, 1, 7, 0, tzinfo=BERLIN)
Mails = list[EmailMultiAlternatives]


@pytest.fixture
def house(bedside: Device) -> sorted_ideas.House:
    return sorted_ideas.made(bedside)


@pytest.fixture
def garden(bedside: Device) -> Topic:
    """Two ideas stand in it; a third, on a lecture, waits."""
    placed(bedside, TOMATOES, MORE_TOMATOES, LECTURE)
    return Topic.objects.get()


@pytest.fixture
def reader(alice: User, bedside: Device) -> User:
    """Alice, who wants the e-mail at seven in Berlin and has two new ideas."""
    User.objects.filter(pk=alice.pk).update(time_zone="Europe/Berlin")
    alice.refresh_from_db()
    placed(bedside, TOMATOES, MORE_TOMATOES)
    Idea.objects.update(placed_at=SEVEN - timedelta(hours=4))
    plan(alice)
    return alice


def plan(user: User, style: str = "words", since: datetime | None = None) -> DigestPlan:
    return DigestPlan.objects.update_or_create(
        user=user, defaults={"enabled": True, "hour": 7, "style": style, "since": since}
    )[0]
