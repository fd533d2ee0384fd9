"""A memo that says where it belongs goes there, and teaches like one that was moved by hand."""

import pytest
from django.test import Client

from capture.models import Device, User
from insights.core.embedding.wordllama import default_embedder
from insights.models import Author, Correction, Idea, Topic
from insights.services import index_cache, supersede
from insights.services.consolidate import consolidate_user
from insights.services.ideas import move_idea
from insights.services.place_ideas import place_transcript
from insights.services.topics import create_topic, delete_topic, merge_topics
from insights.services.undo import last_corrections, undo_batch
from insights.signals import idea_corrected
from tests.support.pages import MORE_TOMATOES, TOMATOES
from tests.support.transcripts import place_texts, write_transcript
from transcription.models import Transcript

SPRING = "For the hand project, he still has not sent the drawings."
TAXES = "Send the invoice to the tax office."


@pytest.fixture
def hand(alice: User) -> Topic:
    return create_topic(alice, "Hand")


def idea_of(transcript: Transcript) -> Idea:
    return Idea.objects.get(transcript=transcript)


def test_a_memo_goes_where_it_says_and_its_words_stay(hand: Topic, bedside: Device) -> None:
    (transcript,) = place_texts(bedside, SPRING)
    idea = idea_of(transcript)
    assert (idea.topic, idea.placed_by, idea.text) == (hand, Author.PERSON, SPRING)
    said = Correction.objects.get(kind="spoken")
    assert (said.user, said.idea, said.topic) == (hand.user, idea, hand)


def test_a_topic_that_the_machine_made_is_named_whole_and_keeps_its_name(bedside: Device) -> None:
    place_texts(bedside, TOMATOES, MORE_TOMATOES)
    topic = Topic.objects.get()
    more = [f"{text} For the {topic.name} topic." for text in (TAXES, "Call Anna.", "Buy milk.")]
    ideas = [idea_of(transcript) for transcript in place_texts(bedside, *more)]
    assert {(idea.topic, idea.placed_by) for idea in ideas} == {(topic, Author.PERSON)}
    assert Topic.objects.get().name == topic.name


def test_it_teaches_like_a_move_by_hand(hand: Topic, bedside: Device) -> None:
    place_texts(bedside, TAXES, SPRING, "For the hand project, the thumb is weak.")
    state = index_cache.take_index(bedside.user, default_embedder())
    assert len(state.ranker.lessons) == 2
    assert state.index.settled.all.tolist() == [False, True, True]


def test_the_unsorted_near_it_are_tried_at_once(
    hand: Topic, bedside: Device, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: object
) -> None:
    announced: list[object] = []
    monkeypatch.setattr(idea_corrected, "send_robust", lambda **said: announced.append(said["id"]))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        (transcript,) = place_texts(bedside, SPRING)
    assert announced == [idea_of(transcript).pk]


def test_a_person_has_the_last_word(hand: Topic, bedside: Device) -> None:
    (transcript,) = place_texts(bedside, SPRING)
    move_idea(idea_of(transcript), None)
    consolidate_user(bedside.user)
    assert idea_of(transcript).topic is None


def test_only_ones_own_topics_that_are_there_are_heard(hand: Topic, bedside: Device, bob: User) -> None:
    create_topic(bob, "Boat")
    arm = create_topic(bedside.user, "Arm")
    merge_topics(arm, create_topic(bedside.user, "Outside"))
    delete_topic(hand)
    (kept, *others) = place_texts(
        bedside, *[f"For the {name} project, {TAXES}" for name in ("arm", "boat", "outside", "hand")]
    )
    assert idea_of(kept).topic == arm
    assert all(idea_of(other).placed_by == Author.MACHINE for other in others)


def test_of_several_ideas_each_goes_where_it_is_said_to(hand: Topic, bedside: Device) -> None:
    (transcript,) = place_texts(bedside, f"{SPRING} Oh, and another idea: send the invoice today.")
    first, second = Idea.objects.filter(transcript=transcript).order_by("position")
    assert (first.topic, second.topic) == (hand, None)


def test_an_idea_in_a_language_that_nothing_here_knows_still_goes_where_it_is_said_to(
    hand: Topic, bedside: Device
) -> None:
    transcript = write_transcript(bedside, "Für das Projekt Hand, der Daumen braucht eine Feder.")
    Transcript.objects.filter(pk=transcript.pk).update(language="de")
    transcript.refresh_from_db()
    place_transcript(transcript)
    assert idea_of(transcript).topic == hand


def test_what_was_only_said_makes_room_when_the_memo_is_heard_again(hand: Topic, bedside: Device) -> None:
    """What the better model hears says it again; an idea that was also moved by hand stays."""
    (transcript,) = place_texts(bedside, SPRING)
    again = Transcript(memo=transcript.memo, again=True)
    assert [idea.pk for idea in supersede.earlier_ideas(again).untouched] == [idea_of(transcript).pk]
    move_idea(idea_of(transcript), hand)
    assert [idea.pk for idea in supersede.earlier_ideas(again).touched] == [idea_of(transcript).pk]


def test_who_says_nothing_is_asked_nothing(hand: Topic, bedside: Device, alices: Client) -> None:
    (transcript,) = place_texts(bedside, TAXES)
    assert idea_of(transcript).placed_by == Author.MACHINE
    assert not Correction.objects.exclude(kind="created").exists()


def test_what_was_said_is_undone_like_any_other_word(alices: Client, hand: Topic, bedside: Device) -> None:
    (transcript,) = place_texts(bedside, SPRING)
    assert "You said that an idea is for Hand." in alices.get("/topics/").content.decode()
    (said,) = last_corrections(bedside.user)
    assert undo_batch(bedside.user, said.batch)
    idea = idea_of(transcript)
    assert (idea.topic, idea.placed_by) == (None, Author.MACHINE)
