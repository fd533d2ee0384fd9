"""What changed since a cursor: whoever changed it, nothing is passed over, and nothing of others is told."""

import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.utils import timezone

from capture.core.errors import Refusal
from capture.models import Device, Memo, Sit, User
from capture.services.contexts import correct_context, correct_date
from capture.services.deletion import delete_memo, purge_deleted, restore_memo
from insights.models import Author, Change, ChangeFeed, ChangeNote, Correction, Idea, ReviewState, Topic
from insights.services import changes
from insights.services.changes import begin_feeds_anew, changes_since, count_long_feeds, number_long_feeds
from insights.services.ideas import move_idea
from insights.services.topics import create_topic, hide_topic, merge_topics, rename_topic
from insights.services.undo import undo_batch
from tests.support.transcripts import write_transcript
from transcription.models import State, Transcript
from transcription.services.edits import edit_text

Told = dict[tuple[str, str], str]


class Follower:
    """A program that follows one user's changes, some at a time."""

    def __init__(self, user: User, limit: int = 200) -> None:
        self.user, self.limit, self.cursor = user, limit, None
        self.mirror: dict[tuple[str, UUID], Any] = {}

    def catch_up(self) -> list[dict[str, Any]]:
        """Return what changed since it last asked."""
        rows: list[dict[str, Any]] = []
        while True:
            found, self.cursor, has_more = changes_since(self.user, self.cursor, self.limit)  # type: ignore[assignment]
            rows += found
            if not has_more:
                break
        for row in rows:
            self.mirror[row["kind"], row["id"]] = row["content"]
        return rows

    def told(self) -> dict[tuple[str, UUID], str]:
        return {(row["kind"], row["id"]): row["change"] for row in self.catch_up()}


@pytest.fixture
def follower(alice: User) -> Follower:
    return Follower(alice)


def idea_of(device: Device, text: str = "Water the roses.", topic: Topic | None = None) -> Idea:
    transcript = write_transcript(device, text)
    return Idea.objects.create(
        user=device.user,
        transcript=transcript,
        position=0,
        text=text,
        text_start=0,
        text_end=len(text),
        audio_start=0,
        audio_end=1,
        vector=b"",
        topic=topic,
        placed_at=timezone.now(),
    )


def test_who_begins_is_told_of_all_that_is_there(bedside: Device, follower: Follower) -> None:
    topic = create_topic(bedside.user, "Garden")
    idea = idea_of(bedside, topic=topic)
    sit = Sit.objects.create(user=bedside.user, client_id="s", started_at=datetime(2026, 11, 1, tzinfo=UTC))
    assert follower.told() == {
        ("topic", topic.pk): "new",
        ("memo", idea.memo.pk): "new",
        ("idea", idea.pk): "new",
        ("sit", sit.pk): "new",
    }
    assert follower.mirror["idea", idea.pk]["text"] == "Water the roses."
    assert follower.mirror["topic", topic.pk]["name"] == "Garden"
    assert follower.mirror["memo", idea.memo.pk]["words"]["text"] == "Water the roses."
    assert follower.told() == {}


CHANGES: dict[str, tuple[Callable[[Idea, Topic], object], dict[str, str]]] = {
    "words are edited": (
        lambda idea, _topic: edit_text(idea.transcript, "Water the hedge.", by=idea.user),
        {"idea": "changed", "memo": "changed"},
    ),
    "it is moved": (lambda idea, _topic: move_idea(idea, None), {"idea": "changed"}),
    "its topic is renamed": (lambda _idea, topic: rename_topic(topic, "Yard"), {"topic": "changed"}),
    "its topic is hidden": (lambda _idea, topic: hide_topic(topic, hidden=True), {"topic": "gone", "idea": "gone"}),
    "its memo is deleted": (lambda idea, _topic: delete_memo(idea.memo), {"memo": "gone", "idea": "gone"}),
    "its context is corrected": (
        lambda idea, _topic: correct_context(idea.memo, "walk"),
        {"memo": "changed", "idea": "changed"},
    ),
    "its date is corrected": (
        lambda idea, _topic: correct_date(idea.memo, "2024-05-03T07:15"),
        {"memo": "changed", "idea": "changed"},
    ),
    "it is decided": (
        lambda idea, _topic: ReviewState.objects.create(
            idea=idea, user=idea.user, decision="act", seen_at=timezone.now()
        ),
        {"idea": "changed"},
    ),
    "others hold its words": (
        lambda idea, _topic: Idea.objects.filter(pk=idea.pk).update(is_replaced=True),
        {"idea": "gone"},
    ),
    "it is deleted for good": (lambda idea, _topic: Idea.objects.filter(pk=idea.pk).delete(), {"idea": "gone"}),
    "it is heard again": (
        lambda idea, _topic: Transcript.objects.filter(pk=idea.transcript_id).update(state=State.WAITING),
        {"memo": "changed"},
    ),
    "the original goes": (
        lambda idea, _topic: Memo.objects.update(original_gone_at=timezone.now()),
        {"memo": "changed"},
    ),
    "a new vector is made": (lambda idea, _topic: Idea.objects.filter(pk=idea.pk).update(vector=b"1234"), {}),
    "nothing changes": (lambda idea, _topic: idea.save(), {}),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_told_whoever_makes_it(bedside: Device, follower: Follower, what: str) -> None:
    change, expected = CHANGES[what]
    topic = create_topic(bedside.user, "Garden")
    idea = idea_of(bedside, topic=topic)
    follower.catch_up()
    change(idea, topic)
    rows = follower.catch_up()
    assert {row["kind"]: row["change"] for row in rows} == expected
    assert all(row["content"] is None for row in rows if row["change"] == "gone")


def test_a_sit_that_is_told_of_later_changes_what_was_spoken_in_it(bedside: Device, follower: Follower) -> None:
    idea = idea_of(bedside)
    follower.catch_up()
    began = idea.memo.recorded_at - timedelta(minutes=5)
    Sit.objects.create(user=bedside.user, client_id="s", started_at=began)
    assert {row["kind"] for row in follower.catch_up()} == {"sit", "memo", "idea"}
    assert follower.mirror["idea", idea.pk]["context"] == "sit"


def test_what_is_undone_is_there_again(bedside: Device, follower: Follower) -> None:
    idea = idea_of(bedside)
    follower.catch_up()
    delete_memo(idea.memo)
    assert set(follower.told().values()) == {"gone"}
    restore_memo(idea.memo)
    assert set(follower.told().values()) == {"changed"}


def test_topics_are_merged_and_that_is_undone(bedside: Device, follower: Follower) -> None:
    garden, yard = create_topic(bedside.user, "Garden"), create_topic(bedside.user, "Yard")
    idea = idea_of(bedside, topic=yard)
    follower.catch_up()
    merge_topics(garden, yard)
    follower.catch_up()
    assert follower.mirror["topic", yard.pk] is None
    assert follower.mirror["idea", idea.pk]["topic"]["name"] == "Garden"
    merged = Correction.objects.filter(kind=Correction.Kind.MERGED).latest("pk")
    undo_batch(bedside.user, merged.batch)
    follower.catch_up()
    assert follower.mirror["topic", yard.pk]["name"] == "Yard"
    assert follower.mirror["idea", idea.pk]["topic"]["name"] == "Yard"


def test_what_came_and_went_between_two_questions_is_not_told(bedside: Device, follower: Follower) -> None:
    follower.catch_up()
    idea = idea_of(bedside)
    delete_memo(idea.memo)
    purge_deleted(timezone.now() + timedelta(days=365))
    assert follower.told() == {}
    assert not Memo.objects.exists()


def test_each_thing_is_told_once_however_often_it_changed(bedside: Device, follower: Follower) -> None:
    topic = create_topic(bedside.user, "Garden")
    follower.catch_up()
    for number in range(5):
        rename_topic(topic, f"Garden {number}")
    assert len(follower.catch_up()) == 1
    assert Change.objects.count() == 1
    assert not ChangeNote.objects.exists()


@pytest.mark.parametrize("limit", [1, 3, 200])
def test_it_is_told_some_at_a_time(bedside: Device, limit: int) -> None:
    ideas = [idea_of(bedside, f"Number {number}.") for number in range(8)]
    rows = Follower(bedside.user, limit).catch_up()
    assert len(rows) == 16
    assert {row["id"] for row in rows if row["kind"] == "idea"} == {idea.pk for idea in ideas}


def test_what_changes_while_somebody_reads_is_told_too(bedside: Device) -> None:
    ideas = [idea_of(bedside, f"Number {number}.") for number in range(6)]
    follower = Follower(bedside.user, 4)
    _rows, follower.cursor, has_more = changes_since(bedside.user, None, 4)  # type: ignore[assignment]
    assert has_more
    edit_text(ideas[0].transcript, "Number nought.", by=bedside.user)  # told already
    edit_text(ideas[5].transcript, "Number five.", by=bedside.user)  # not told yet
    follower.catch_up()
    assert follower.mirror["idea", ideas[0].pk]["text"] == "Number nought."
    assert follower.mirror["idea", ideas[5].pk]["text"] == "Number five."


def test_a_cursor_of_before_a_restore_is_over(bedside: Device, follower: Follower) -> None:
    idea = idea_of(bedside)
    follower.catch_up()
    begin_feeds_anew()
    with pytest.raises(Refusal) as refused:
        follower.catch_up()
    assert refused.value.code == "cursor-over"
    follower.cursor = None
    assert follower.told() == {("memo", idea.memo.pk): "new", ("idea", idea.pk): "new"}


def test_a_cursor_of_anothers_is_refused_and_nothing_of_hers_is_told(
    bedside: Device, follower: Follower, bob: User
) -> None:
    idea_of(bedside)
    follower.catch_up()
    his = Follower(bob)
    assert his.catch_up() == []
    his.cursor = follower.cursor
    with pytest.raises(Refusal) as refused:
        his.catch_up()
    assert refused.value.code == "bad-cursor"


def test_as_many_questions_are_asked_for_one_change_as_for_many(
    bedside: Device, django_assert_num_queries: Any
) -> None:
    first = idea_of(bedside, topic=create_topic(bedside.user, "Garden"))
    edit_text(first.transcript, "Water the hedge.", by=bedside.user)
    Follower(bedside.user).catch_up()
    with django_assert_num_queries(14):
        changes_since(bedside.user, None, 200)
    for number in range(60):
        idea_of(bedside, f"Number {number}.", create_topic(bedside.user, f"Topic {number}"))
    Follower(bedside.user).catch_up()
    with django_assert_num_queries(14):
        changes_since(bedside.user, None, 200)


def test_with_an_account_its_notes_go(bedside: Device, follower: Follower) -> None:
    idea_of(bedside)
    follower.catch_up()
    idea_of(bedside)
    bedside.user.delete()
    for table in (Change, ChangeFeed, ChangeNote):
        assert not table.objects.exists()


if connection.vendor == "postgresql":  # SQLite lets one transaction write at a time

    @pytest.mark.django_db(transaction=True)
    def test_what_is_committed_late_is_not_passed_over(bedside: Device, follower: Follower) -> None:
        """Its row was written before another's, and is seen after it: by the order of rows it would never be told."""
        early, late = create_topic(bedside.user, "Early"), create_topic(bedside.user, "Late")
        follower.catch_up()
        is_written, is_read = threading.Event(), threading.Event()

        def write_slowly() -> None:
            with transaction.atomic():
                Topic.objects.filter(pk=early.pk).update(name="Early, changed")
                is_written.set()
                assert is_read.wait(20)
            connection.close()

        slow = threading.Thread(target=write_slowly)
        slow.start()
        assert is_written.wait(20)
        Topic.objects.filter(pk=late.pk).update(name="Late, changed")
        assert follower.told() == {("topic", late.pk): "changed"}
        is_read.set()
        slow.join()
        assert follower.told() == {("topic", early.pk): "changed"}


@pytest.mark.django_db(transaction=True)
def test_who_follows_many_writers_has_in_the_end_what_is_there(bedside: Device) -> None:
    topics = [create_topic(bedside.user, f"Topic {number}") for number in range(12)]
    followers = [Follower(bedside.user, 5), Follower(bedside.user, 3)]
    writers = [threading.Thread(target=_rename_some, args=(topics[first::3], first)) for first in range(3)]
    readers = [threading.Thread(target=_follow, args=(follower, writers)) for follower in followers]
    for thread in (*writers, *readers):
        thread.start()
    for thread in (*writers, *readers):
        thread.join()
    for follower in followers:
        follower.catch_up()
        names = {key: row["name"] for (_kind, key), row in follower.mirror.items()}
        assert names == dict(Topic.objects.values_list("pk", "name"))


def _rename_some(topics: list[Topic], seed: int) -> None:
    chance = random.Random(seed)
    for number in range(30):
        with transaction.atomic():
            topic = chance.choice(topics)
            Topic.objects.filter(pk=topic.pk).update(name=f"{topic.pk} {number}", named_by=Author.PERSON)
    connection.close()


def _follow(follower: Follower, writers: list[threading.Thread]) -> None:
    while any(writer.is_alive() for writer in writers):
        follower.catch_up()
    connection.close()


def test_what_nobody_asks_for_is_numbered_before_it_is_much(
    alice: User, bob: User, bedside: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "NOTES_AT_ONCE", 5)
    idea = idea_of(bedside)
    noted = [ChangeNote(user=alice, kind="idea", object_id=idea.pk) for _ in range(12)]
    ChangeNote.objects.bulk_create([*noted, ChangeNote(user=bob, kind="idea", object_id=idea.pk)])
    gone = ChangeNote.objects.bulk_create(ChangeNote(user_id=10**6, kind="sit", object_id=idea.pk) for _ in range(9))
    assert count_long_feeds() == 1
    while number_long_feeds():
        pass
    assert ChangeNote.objects.filter(user=alice).count() <= 5
    assert ChangeNote.objects.exclude(user=alice).count() == 1 + len(gone)
    assert Follower(alice).told()["idea", idea.pk] == "new"
