"""Somebody who wants the morning e-mail, somebody who has sorted ideas, and a topic that the machine found."""

from datetime import timedelta

import pytest

from capture.models import Device, User
from insights.models import Idea, Topic
from insights.services import process_state
from insights.services.process_state import InsightsState
from tests.support import sorted_ideas
from tests.support.digest_mails import SEVEN, enable_digest
from tests.support.pages import LECTURE, MORE_TOMATOES, TAXES, TOMATOES
from tests.support.transcripts import place_texts
from transcription.models import Transcript


@pytest.fixture(autouse=True)
def insights_state(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each test begin as a process does; the state of before comes back after it."""
    monkeypatch.setattr(process_state, "current", InsightsState())


@pytest.fixture
def house(bedside: Device) -> sorted_ideas.House:
    return sorted_ideas.make_house(bedside)


@pytest.fixture
def two_ideas(bedside: Device) -> Transcript:
    """Tomatoes and taxes, in one recording."""
    (transcript,) = place_texts(bedside, f"{TOMATOES} {TAXES}")
    return transcript


@pytest.fixture
def garden(bedside: Device) -> Topic:
    """Two ideas stand in it; a third, on a lecture, waits."""
    place_texts(bedside, TOMATOES, MORE_TOMATOES, LECTURE)
    return Topic.objects.get()


@pytest.fixture
def reader(alice: User, bedside: Device) -> User:
    """Alice, who wants the e-mail at seven in Berlin and has two new ideas."""
    User.objects.filter(pk=alice.pk).update(time_zone="Europe/Berlin")
    alice.refresh_from_db()
    place_texts(bedside, TOMATOES, MORE_TOMATOES)
    Idea.objects.update(placed_at=SEVEN - timedelta(hours=4))
    enable_digest(alice)
    return alice
