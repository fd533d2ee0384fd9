"""What the machine calls topics, and what becomes of a name when a person corrects a word of it."""

from collections.abc import Sequence
from typing import Any

import pytest

from capture.models import Device, User
from insights.core.embedding.protocol import Unavailable, Vectors
from insights.models import Author, Topic
from insights.services import topic_names
from insights.services.place_ideas import place_transcript
from insights.services.topic_names import rename_corrected_topics
from insights.services.topics import create_topic, rename_topic
from insights.tasks import rename_corrected
from tests.support.editors import edit
from tests.support.transcripts import place_texts, write_transcript
from transcription.signals import transcript_edited

MISHEARD = "Water the Amarylis in the pond."
AGAIN = "The Amarylis in the pond needs water."


def test_a_name_with_a_word_that_a_person_corrected_is_another_at_once(bedside: Device) -> None:
    transcripts = place_texts(bedside, MISHEARD, AGAIN)
    assert "Amarylis" in Topic.objects.get().name
    edit(transcripts[0], MISHEARD.replace("Amarylis", "Amaryllis"))
    assert rename_corrected_topics(transcripts[0].pk) == [], "another idea still says it so"
    edit(transcripts[1], AGAIN.replace("Amarylis", "Amaryllis"))
    (topic,) = rename_corrected_topics(transcripts[1].pk)
    topic.refresh_from_db()
    assert "Amarylis" not in topic.name
    assert topic.named_by == Author.MACHINE
    assert rename_corrected_topics(transcripts[1].pk) == []


def test_an_edit_wakes_what_renames(bedside: Device) -> None:
    assert rename_corrected.name in {key[0] for key, *_ in transcript_edited.receivers}
    transcripts = place_texts(bedside, MISHEARD, AGAIN)
    for transcript in transcripts:
        edit(transcript, transcript.text.replace("Amarylis", "Amaryllis"))
        rename_corrected(str(transcript.pk))
    assert "Amarylis" not in Topic.objects.get().name
    rename_corrected("00000000-0000-0000-0000-000000000000")  # deleted meanwhile


def test_an_edit_of_other_words_leaves_the_name(bedside: Device) -> None:
    transcripts = place_texts(bedside, MISHEARD, AGAIN)
    Topic.objects.update(name="Pond")
    for transcript in transcripts:
        edit(transcript, transcript.text.replace("Amarylis", "Amaryllis"))
        assert rename_corrected_topics(transcript.pk) == []
    assert Topic.objects.get().name == "Pond"


def test_a_persons_name_is_left_whatever_they_correct(bedside: Device) -> None:
    transcripts = place_texts(bedside, MISHEARD, AGAIN)
    rename_topic(Topic.objects.get(), "Amarylis")
    for transcript in transcripts:
        edit(transcript, transcript.text.replace("Amarylis", "Amaryllis"))
        assert rename_corrected_topics(transcript.pk) == []
    assert Topic.objects.get().name == "Amarylis"


def test_a_name_that_was_given_meanwhile_is_not_given_twice(bedside: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    transcripts = place_texts(bedside, MISHEARD, AGAIN)
    find = topic_names.find_name
    found: list[str] = []

    def found_too_late(*what: Any, **more: Any) -> str:
        found.append(find(*what, **more))
        if len(found) == 1:
            create_topic(bedside.user, found[0])
        return found[-1]

    monkeypatch.setattr(topic_names, "find_name", found_too_late)
    for transcript in transcripts:
        edit(transcript, transcript.text.replace("Amarylis", "Amaryllis"))
    (topic,) = rename_corrected_topics(transcripts[0].pk)
    topic.refresh_from_db()
    assert topic.name == found[1] != found[0]


def test_words_that_the_engine_was_unsure_of_are_in_no_name(bedside: Device) -> None:
    for text in (MISHEARD, AGAIN):
        place_transcript(write_transcript(bedside, text, unsure=["Amarylis", "pond."]))
    assert not {"amarylis"} & set(Topic.objects.get().name.casefold().split())


def test_what_a_person_wrote_in_place_of_an_unsure_word_may_name(bedside: Device) -> None:
    transcripts = [write_transcript(bedside, text, unsure=["Amarylis"]) for text in (MISHEARD, AGAIN)]
    for transcript in transcripts:
        edit(transcript, transcript.text.replace("Amarylis", "Amaryllis"))
        place_transcript(transcript)
    assert "Amaryllis" in Topic.objects.get().name


def test_where_names_cannot_be_compared_what_is_said_names(
    alice: User, bedside: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: Any) -> Any:
        def fits(_names: Sequence[str]) -> Vectors:
            raise Unavailable("endpoint_unreachable")

        return fits

    monkeypatch.setattr(topic_names, "fit_in_index", unreachable)
    place_texts(bedside, MISHEARD, AGAIN)
    assert Topic.objects.get().name
