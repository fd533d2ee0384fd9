"""Ideas in topics: placed once, bound by what a person said, stable whatever comes next."""

import threading

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from capture.models import Device, User
from capture.services.deletion import delete_memo, purge_deleted
from insights.core.segmentation.split import split_ideas
from insights.error_text import describe_problem
from insights.models import Author, Correction, Idea, Topic
from insights.services import place_ideas, topic_names
from insights.services.ideas import move_idea
from insights.services.place_ideas import count_due_placements, place_next_transcript, place_transcript
from insights.services.topics import BadName, create_topic, delete_forgettable_topics, rename_topic
from tests.support.pages import MORE_TOMATOES, TOMATOES
from tests.support.transcripts import place_texts, write_transcript
from transcription.models import Transcript

GARDEN = "Water the garden and the tomatoes every evening."
TAXES = "Send the invoice to the tax office."


def idea_of(transcript: Transcript) -> Idea:
    return Idea.objects.get(transcript=transcript)


def test_two_ideas_that_agree_found_a_topic_and_a_third_joins_it(bedside: Device) -> None:
    first, taxes, second, third = place_texts(bedside, TOMATOES, TAXES, MORE_TOMATOES, GARDEN)
    topic = idea_of(first).topic
    assert topic is not None
    assert idea_of(second).topic == idea_of(third).topic == topic
    assert idea_of(taxes).topic is None
    assert "tomato" in topic.name.lower() or "garden" in topic.name.lower()


def test_an_idea_is_anchored_to_its_text_and_its_sound(bedside: Device) -> None:
    (transcript,) = place_texts(bedside, f"{TOMATOES} Oh, and another idea: send the invoice today.")
    first, second = Idea.objects.filter(transcript=transcript).order_by("position")
    assert transcript.text[first.text_start : first.text_end] == first.text == TOMATOES
    assert first.audio_end <= second.audio_start
    assert second.text.startswith("Oh, and another idea")


def test_placing_again_doubles_nothing(bedside: Device) -> None:
    (transcript,) = place_texts(bedside, TOMATOES)
    place_transcript(transcript)
    assert Idea.objects.count() == 1
    assert count_due_placements() == 0
    assert not place_next_transcript()


def test_the_next_memo_never_reshuffles(bedside: Device) -> None:
    place_texts(bedside, TOMATOES, MORE_TOMATOES, TAXES)
    before = dict(Idea.objects.exclude(topic=None).values_list("pk", "topic"))
    place_texts(bedside, GARDEN, "Ask the tax office about the invoice.", "Run in the rain.")
    assert before.items() <= dict(Idea.objects.values_list("pk", "topic")).items()


def test_what_a_person_moved_stays_and_is_remembered(bedside: Device) -> None:
    first, second, taxes = place_texts(bedside, TOMATOES, MORE_TOMATOES, TAXES)
    office = create_topic(bedside.user, "Office")
    move_idea(idea_of(first), office)
    move_idea(idea_of(second), None)
    place_texts(bedside, GARDEN, "More water for the tomatoes in the garden.")
    assert idea_of(first).topic == office
    assert idea_of(second).topic is None
    kinds = list(Correction.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["created", "moved", "moved"]
    assert idea_of(taxes).placed_by == Author.MACHINE


def test_a_machines_name_changes_only_when_the_topic_has_doubled_and_nobody_touched_it(
    bedside: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topic_names, "name_topic", lambda texts, *_, **__: f"Of {len(texts)}")
    first, *_ = place_texts(bedside, TOMATOES, MORE_TOMATOES)
    names = []
    for _ in range(3):
        topic = idea_of(first).topic
        assert topic is not None
        names.append((topic.ideas.count(), topic.name))
        place_texts(bedside, "The greenhouse beside the tomatoes in the garden needs water.")
    assert names == [(2, "Of 2"), (3, "Of 2"), (4, "Of 4")]
    topic = Topic.objects.get()
    move_idea(idea_of(first), topic)
    while topic.ideas.count() < 8:
        place_texts(bedside, "The greenhouse beside the tomatoes in the garden needs water.")
    topic.refresh_from_db()
    assert topic.name == "Of 4", "somebody looked at it and kept its name"


def test_a_persons_name_is_never_overwritten_and_the_machine_takes_another(bedside: Device) -> None:
    first, *_ = place_texts(bedside, TOMATOES, MORE_TOMATOES)
    topic = idea_of(first).topic
    assert topic is not None
    machine_name = topic.name
    rename_topic(topic, "The vegetable year")
    mine = create_topic(bedside.user, machine_name)
    place_texts(bedside, GARDEN)
    topic.refresh_from_db()
    assert topic.name == "The vegetable year"
    assert topic.named_by == Author.PERSON
    assert Topic.objects.get(pk=mine.pk).name == machine_name


def test_a_topic_that_a_person_made_takes_in_what_its_name_says(bedside: Device) -> None:
    garden = create_topic(bedside.user, "Tomatoes in the garden")
    (transcript,) = place_texts(bedside, TOMATOES)
    assert idea_of(transcript).topic == garden


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_a_bad_name_is_refused_in_a_sentence(name: str, alice: User) -> None:
    with pytest.raises(BadName) as refused:
        create_topic(alice, name)
    assert describe_problem(refused.value.message).endswith(".")


def test_two_topics_of_one_person_never_share_a_name_but_two_people_may(alice: User, bob: User) -> None:
    create_topic(alice, "Garden")
    with pytest.raises(BadName, match="name_taken"):
        create_topic(alice, " garden ")
    create_topic(bob, "Garden")


def test_an_idea_never_moves_to_another_persons_topic(bedside: Device, bob: User) -> None:
    (transcript,) = place_texts(bedside, TOMATOES)
    with pytest.raises(ValueError, match="own"):
        move_idea(idea_of(transcript), create_topic(bob, "Bob's"))


def test_two_people_never_meet_in_a_topic(bedside: Device, bob: User) -> None:
    bobs = Device.objects.create(user=bob, name="desk", token_hash="0" * 64)
    place_texts(bedside, TOMATOES)
    place_texts(bobs, TOMATOES, "Send the invoice.")
    assert not Topic.objects.exists()
    place_texts(bobs, MORE_TOMATOES)
    assert {topic.user for topic in Topic.objects.all()} == {bob}


@pytest.mark.django_db(transaction=True)
def test_deleted_memos_take_their_ideas_and_bare_topics_with_them(bedside: Device, settings: Settings) -> None:
    transcripts = place_texts(bedside, TOMATOES, MORE_TOMATOES)
    kept = create_topic(bedside.user, "Office")
    for transcript in transcripts:
        delete_memo(transcript.memo)
    assert not Idea.objects.of(bedside.user).exists()
    settings.UNDO_SECONDS = -1
    purge_deleted(timezone.now())
    delete_forgettable_topics(bedside.user.pk)
    assert not Idea.objects.exists()
    assert list(Topic.objects.all()) == [kept]


def test_a_memo_that_was_deleted_is_not_placed(bedside: Device) -> None:
    transcript = write_transcript(bedside, TOMATOES)
    delete_memo(transcript.memo)
    place_transcript(transcript)
    assert count_due_placements() == 0
    assert not Idea.objects.exists()


def test_one_that_cannot_be_placed_keeps_no_other_waiting(bedside: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = write_transcript(bedside, TAXES), write_transcript(bedside, TOMATOES)

    def stumble(words: list[object], *how: object) -> object:
        if len(words) == len(bad.words):
            raise RuntimeError("a fault of ours")
        return split_ideas(words, *how)  # type: ignore[arg-type]

    monkeypatch.setattr(place_ideas, "split_ideas", stumble)
    with pytest.raises(RuntimeError):
        place_next_transcript()
    assert place_next_transcript()
    assert Idea.objects.get().transcript == good
    monkeypatch.setattr(place_ideas, "RETRY_SECONDS", -1.0)
    monkeypatch.setattr(place_ideas, "split_ideas", split_ideas)
    assert place_next_transcript()
    assert Idea.objects.count() == 2


def test_whoever_arranges_meanwhile_is_not_overwritten(bedside: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = place_texts(bedside, TOMATOES, TAXES)
    office = create_topic(bedside.user, "Office")
    arranged = place_ideas._plan_placement
    calls: list[int] = []

    def interrupted(*given: object) -> object:
        computed = arranged(*given)  # type: ignore[arg-type]
        if not calls:
            move_idea(idea_of(first), office)
        calls.append(1)
        return computed

    monkeypatch.setattr(place_ideas, "_plan_placement", interrupted)
    (third,) = place_texts(bedside, MORE_TOMATOES)
    assert len(calls) == 2
    assert idea_of(first).topic == office
    assert Idea.objects.filter(transcript=third).count() == 1
    assert idea_of(second).topic is None


@pytest.mark.django_db(transaction=True)
def test_many_workers_place_each_transcript_once(bedside: Device) -> None:
    for text in (TOMATOES, MORE_TOMATOES, GARDEN, TAXES, "The tax office wants the invoice."):
        write_transcript(bedside, text)

    def work() -> None:
        while count_due_placements():
            place_next_transcript()
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert Idea.objects.count() == 5
    names = [topic.name.lower() for topic in Topic.objects.all()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("text", ["x" * 1_200_000, "漢字。" * 400_000], ids=["one word", "no spaces"])
def test_a_text_of_over_a_million_characters_is_placed(text: str, bedside: Device) -> None:
    (transcript,) = place_texts(bedside, text)
    assert "".join(Idea.objects.filter(transcript=transcript).values_list("text", flat=True)) == text
