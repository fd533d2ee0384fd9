"""What was said before a table changed is understood after it."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from capture.models import Device, User
from insights.models import Arrangement, Correction, Digest, EveningQuestion, Idea, ListenFeed
from insights.services.evening_questions import ask_question
from insights.services.feeds import create_feed
from insights.services.idea_edges import part_idea
from insights.services.review import begin_or_resume
from tests.support.doubtful import place_doubtful
from tests.support.editors import edit
from tests.support.old_migrations import migrate_to, migrate_to_latest, taken_back_to
from tests.support.transcripts import place_texts
from transcription.models import Transcript

BEFORE = [("insights", "0007_undoing_and_proposals")]
WITHOUT_DOUBTS = [("insights", "0012_idea_arranged")]
BEFORE_EDGES = [("insights", "0016_topic_places")]
WITHOUT_QUESTIONS = [("insights", "0019_listen_feed")]
WITH_SENTENCES = [("insights", "0009_undone_once")]
BEFORE_PLACED = [("transcription", "0007_users_take_turns"), ("insights", "0021_idea_indexes")]
BEFORE_FEEDS = [("insights", "0018_without_replaced_ideas")]


@pytest.fixture
def then(alice: User) -> Iterator[Any]:
    """Give the corrections as they were kept at that time."""
    with taken_back_to(BEFORE) as models:
        yield models.get_model("insights", "Correction")


@pytest.mark.django_db(transaction=True)
def test_undoings_of_each_word_become_one_of_the_click(then: Any, alice: User) -> None:
    undone, stands = uuid4(), uuid4()
    words = [then.objects.create(user_id=alice.pk, kind="deleted", batch=undone, former={}) for _ in range(3)]
    then.objects.create(user_id=alice.pk, kind="renamed", batch=stands, former={})
    for word in words:
        then.objects.create(user_id=alice.pk, kind="undone", batch=uuid4(), undoes=word)
    migrate_to_latest()
    assert [word.batch for word in Correction.objects.standing()] == [stands]
    assert [word.batch for word in Correction.objects.filter(kind="undone")] == [undone]


@pytest.mark.django_db(transaction=True)
def test_why_an_email_was_not_sent_becomes_a_code_and_can_be_written_out_again(alice: User) -> None:
    sentences = [
        "",
        "The mail server did not take it (SMTPDataError).",
        "It is not known whether the mail server took it.",
        "Something from before.",
    ]
    now = timezone.now()
    with taken_back_to(WITH_SENTENCES) as models:
        old = models.get_model("insights", "Digest")
        for number, sentence in enumerate(sentences):
            day = date(2026, 1, 1) + timedelta(days=number)
            row = {"state": "failed", "covers_until": now, "tried_at": now, "error": sentence}
            old.objects.create(user_id=alice.pk, day=day, **row)
        migrate_to_latest()
        assert list(Digest.objects.order_by("day").values_list("problem", "problem_values")) == [
            ("", {}),
            ("refused", {"error": "SMTPDataError"}),
            ("uncertain", {}),
            ("other", {"text": "Something from before."}),
        ]
        migrate_to(WITH_SENTENCES)
        assert list(old.objects.order_by("day").values_list("error", flat=True)) == sentences


@pytest.mark.django_db(transaction=True)
def test_ideas_of_before_know_their_doubtful_words_and_an_index_of_before_follows(bedside: Device) -> None:
    texts = ("{Thank you.}", "Water the roses. {Thank you.}", "Call Anna {and Ben} today", "{Bye} {bye.}", "{See you.}")
    ideas = place_doubtful(bedside, *texts)
    edit(ideas[4].transcript, "See Anna.")
    Idea.objects.filter(pk=ideas[4].pk).update(is_doubtful=False)
    known = dict(Idea.objects.values_list("pk", "doubtful"))
    doubtful = set(Idea.objects.filter(is_doubtful=True).values_list("pk", flat=True))
    assert doubtful == {ideas[0].pk, ideas[3].pk}
    version = Arrangement.objects.get().version
    with taken_back_to(WITHOUT_DOUBTS):
        pass
    stored = {pk: [tuple(span) for span in spans] for pk, spans in Idea.objects.values_list("pk", "doubtful")}
    assert stored == {pk: [tuple(span) for span in spans] for pk, spans in known.items()}
    assert set(Idea.objects.filter(is_doubtful=True).values_list("pk", flat=True)) == doubtful
    assert Arrangement.objects.get().version == version + 1
    assert set(Idea.objects.arranged_since(version + 1).values_list("pk", flat=True)) == doubtful


@pytest.mark.django_db(transaction=True)
def test_questions_of_the_night_come_and_go_and_leave_ideas_as_they_are(alice: User, bedside: Device) -> None:
    (transcript,) = place_texts(bedside, "Tonight's question: how does a hand let go?")
    assert EveningQuestion.objects.get().transcript == transcript
    with taken_back_to(WITHOUT_QUESTIONS):
        assert "insights_eveningquestion" not in connection.introspection.table_names()
    assert not EveningQuestion.objects.exists()
    ask_question(alice, "Where does the dark go?", "")
    assert EveningQuestion.objects.get().said == "Where does the dark go?"


@pytest.mark.django_db(transaction=True)
def test_parted_ideas_stay_as_the_person_made_them_where_edges_are_not_known(bedside: Device, alice: User) -> None:
    (transcript,) = place_texts(bedside, "Water the roses every evening.")
    session = begin_or_resume(alice)
    assert session
    part_idea(Idea.objects.with_memo().get(transcript=transcript), 2)
    with taken_back_to(BEFORE_EDGES):
        pass
    assert list(Idea.objects.in_order().values_list("text", flat=True)) == ["Water the", "roses every evening."]
    assert [turn.position for turn in session.turns.shown()] == [0, 1]


@pytest.mark.django_db(transaction=True)
def test_feeds_come_and_can_be_taken_back(alice: User) -> None:
    create_feed(alice)
    with taken_back_to(BEFORE_FEEDS):
        assert ListenFeed._meta.db_table not in connection.introspection.table_names()
    assert not ListenFeed.objects.exists()
    create_feed(alice)


@pytest.mark.django_db(transaction=True)
def test_what_was_placed_before_is_not_placed_again_and_what_waited_still_waits(bedside: Device) -> None:
    with taken_back_to(BEFORE_PLACED) as old:
        placed, silent, waits = (_old_transcript(old, bedside, number) for number in range(3))
        span = {"position": 0, "text": "word", "text_start": 0, "text_end": 4, "audio_start": 0, "audio_end": 1}
        of_it = {"user_id": bedside.user_id, "transcript": placed, "placed_at": timezone.now()}
        old.get_model("insights", "Idea").objects.create(**span, **of_it, vector=b"", arranged=0)
        old.get_model("insights", "AllKnown").objects.create(transcript=silent)
    assert list(Transcript.objects.unplaced().values_list("pk", flat=True)) == [waits.pk]
    with pytest.raises(DatabaseError):
        Transcript.objects.filter(pk=placed.pk).update(text="others")


def _old_transcript(old: Any, device: Device, number: int) -> Any:
    now = timezone.now()
    memo = old.get_model("capture", "Memo").objects.create(
        user_id=device.user_id,
        device_id=device.pk,
        client_id=str(number),
        source="api",
        recorded_at=now,
        received_at=now,
        kind="ogg",
        bytes=1,
        sha256=f"{number:064}",
        path=f"00/{number}",
    )
    said = {"state": "ready", "text": "word", "words": [["word", 0, 1, 0.9]], "finished_at": now}
    return old.get_model("transcription", "Transcript").objects.create(
        memo=memo, user_id=device.user_id, due=now, **said
    )
