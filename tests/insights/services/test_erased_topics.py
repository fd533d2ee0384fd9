"""A topic goes with its ideas: their recordings too, brought back for a while, and then without a word left."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from capture.models import Device, Memo, User
from capture.services.deletion import purge_deleted
from config.erasure.database_scrub import empty_write_ahead_log
from insights import tasks
from insights.models import Idea, Topic
from insights.services.ideas import move_idea
from insights.services.topics import create_topic, recordings_of_topic
from tests.support.canaries import canary_words, files_with, tables_with
from tests.support.pages import LECTURE, text_of
from tests.support.transcripts import place_texts

pytestmark = pytest.mark.django_db(transaction=True)

FIRST, SECOND, NAME, ABOUT = WORDS = canary_words(4)


@pytest.fixture
def topic(alice: User, bedside: Device) -> Topic:
    """Two recordings stand in it whole; a third, on a lecture, does not."""
    transcripts = place_texts(bedside, f"Water the {FIRST} tomorrow.", f"Read of the {SECOND} again.", LECTURE)
    made = create_topic(alice, f"{NAME} things", f"About {ABOUT}")
    for idea in Idea.objects.filter(transcript__in=transcripts[:2]):
        move_idea(idea, made)
    return made


def delete(client: Client, topic: Topic, ideas: str) -> str:
    return text_of(client.post(f"/topics/{topic.pk}/delete", {"ideas": ideas}, follow=True))


def purge() -> None:
    Memo.objects.exclude(deleted_at=None).update(deleted_at=timezone.now() - timedelta(days=1))
    Topic.objects.exclude(deleted_at=None).update(deleted_at=timezone.now() - timedelta(days=1))
    for user in User.objects.all():
        purge_deleted(timezone.now())
        tasks.forget(user.pk)
    empty_write_ahead_log()


def test_it_is_asked_first_and_both_are_offered(alices: Client, topic: Topic) -> None:
    said = text_of(alices.get(f"/topics/{topic.pk}/delete"))
    assert "2 recordings" in said
    assert "Keep its ideas, to be placed" in said
    assert "Deleted. Its ideas are kept" in delete(alices, topic, "keep")
    assert Memo.objects.kept().count() == 3
    purge()
    assert NAME in str(tables_with(WORDS))  # it still binds: its ideas found no other topic like it


def test_nothing_of_it_is_left_when_the_time_to_bring_it_back_is_over(alices: Client, topic: Topic) -> None:
    assert "bring them back" in delete(alices, topic, "delete")
    assert Memo.objects.kept().count() == 1
    assert set(tables_with(WORDS))
    purge()
    assert tables_with(WORDS) == {}
    if connection.vendor == "sqlite":
        database = Path(connection.settings_dict["NAME"])
        assert not [name for name in files_with(WORDS, database.parent) if database.name in name]


def test_it_is_brought_back_whole(alices: Client, topic: Topic) -> None:
    delete(alices, topic, "delete")
    alices.post(f"/topics/{topic.pk}/restore")
    assert Topic.objects.get(pk=topic.pk).deleted_at is None
    assert Idea.objects.of(topic.user).filter(topic=topic).count() == 2
    assert Memo.objects.kept().count() == 3


def test_where_something_else_was_said_since_the_recordings_come_back(alices: Client, topic: Topic) -> None:
    delete(alices, topic, "delete")
    create_topic(topic.user, "Another")
    alices.post(f"/topics/{topic.pk}/restore")
    assert Memo.objects.kept().count() == 3
    assert Topic.objects.get(pk=topic.pk).deleted_at


def test_a_recording_that_holds_other_ideas_stays(topic: Topic) -> None:
    idea = Idea.objects.filter(topic=topic).first()
    assert idea
    Idea.objects.create(
        user=idea.user,
        transcript=idea.transcript,
        position=9,
        text="other",
        text_start=0,
        text_end=5,
        audio_start=0,
        audio_end=1,
        placed_at=timezone.now(),
    )
    assert recordings_of_topic(topic).count() == 1
