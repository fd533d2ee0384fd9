"""Edits by a person: the heard words stay, other occurrences are offered, and everything can be undone."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from capture.models import Device, User
from capture.services.deletion import delete_memo
from capture.services.devices import create_device
from tests.support.editors import batches, correct, edit, text
from tests.support.transcripts import write_transcript
from transcription.core.edit_script import Replacement, changes_to
from transcription.models import Transcript
from transcription.services import edits, occurrences
from transcription.services.edits import edit_steps, edit_text, undo_edits
from transcription.services.occurrences import place_of_words
from transcription.signals import transcript_edited

STONES = "Ask Anneliese about the stones"


def elsewhere(transcript: Transcript, first: int, last: int) -> list[str]:
    at = place_of_words(transcript, first, last)
    assert at
    return [
        f"{there.before}[{there.stood}]{there.after}"
        for there in occurrences.same_words_elsewhere(at, transcript.memo.user)
    ]


def test_what_was_heard_stays_and_each_edit_is_undone_by_itself(bedside: Device) -> None:
    spoken = write_transcript(bedside, STONES)
    before = Transcript.objects.filter(pk=spoken.pk).values().get()
    assert edit(spoken, "Ask Amaryllis about the stones.\r\n") == 2
    assert edit(spoken, "Ask Amaryllis about all the stones.") == 1
    assert text(spoken) == "Ask Amaryllis about all the stones."
    assert Transcript.objects.filter(pk=spoken.pk).values().get() == before
    assert undo_edits(bedside.user, batches(spoken)[0]) == 1
    assert text(spoken) == "Ask Amaryllis about the stones."
    assert undo_edits(bedside.user, batches(spoken)[1]) == 2
    assert text(spoken) == STONES
    assert undo_edits(bedside.user, batches(spoken)[1]) == 0
    assert len(batches(spoken)) == 2


def test_the_other_occurrences_are_offered_in_ones_own_memos_alone(bob: User, bedside: Device) -> None:
    first = write_transcript(bedside, "Where is Annie now")
    write_transcript(bedside, "Annie, come here. I said annie!")
    gone = write_transcript(bedside, "Annie is gone")
    delete_memo(gone.memo)
    write_transcript(bedside, "Granny is not Annies")
    write_transcript(create_device(bob, "his")[0], "Annie is mine")
    edited = write_transcript(bedside, "Good old Annie there")
    correct(edited, 2, 3, "Fanny")
    again = write_transcript(bedside, "Dear Annie")
    Transcript.objects.filter(pk=again.pk).update(current=False)
    assert elsewhere(first, 2, 3) == ["[Annie,] come here. I said annie!", "Annie, come here. I said[ annie!]"]


def test_names_of_other_scripts_are_found_in_any_writing(bedside: Device) -> None:
    first = write_transcript(bedside, "das ärgernis bleibt")
    write_transcript(bedside, "Ärgernis, ja")
    write_transcript(bedside, "das ÄRGERNIS")
    assert len(elsewhere(first, 1, 2)) == 2


def test_two_words_that_were_one_are_found_as_two(bedside: Device) -> None:
    first = write_transcript(bedside, "the still note app")
    write_transcript(bedside, "Still note, please")
    write_transcript(bedside, "still no note")
    assert elsewhere(first, 1, 3) == ["[Still note,] please"]


def test_all_chosen_are_changed_at_once_and_undone_at_once(bedside: Device) -> None:
    first = write_transcript(bedside, "Is there house big")
    same_memo = write_transcript(bedside, "There house is old. I like there, garden")
    untouched = write_transcript(bedside, "Go there now")
    keys = [f"{same_memo.pk}:0", f"{same_memo.pk}:6", "no key", f"{first.pk}:1", f"{untouched.pk}:0"]
    assert correct(first, 1, 2, "their", *keys) == 3
    assert text(first) == "Is their house big"
    assert text(same_memo) == "Their house is old. I like their, garden"
    assert text(untouched) == "Go there now"
    assert edit_steps(first)[0].elsewhere == 2
    assert undo_edits(bedside.user, batches(same_memo)[0]) == 3
    assert [text(one) for one in (first, same_memo)] == [one.text for one in (first, same_memo)]


def test_what_is_changed_meanwhile_is_seen(bedside: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    spoken = write_transcript(bedside, STONES)
    computed: list[list[Replacement]] = []

    def meanwhile(*known: Any) -> list[Replacement]:
        found = changes_to(*known)
        if not computed:
            computed.append(found)
            edit_text(spoken, "Ask Anneliese about the bones", by=bedside.user)
        return found

    monkeypatch.setattr(edits, "changes_to", meanwhile)
    edit(spoken, "Ask Amaryllis about the stones")
    assert text(spoken) == "Ask Amaryllis about the stones"


def test_another_users_words_are_not_changed_whatever_is_chosen(bob: User, bedside: Device) -> None:
    bobs = write_transcript(create_device(bob, "his")[0], "Annie is mine")
    alices = write_transcript(bedside, "Annie is mine")
    assert correct(alices, 0, 1, "Amy", f"{bobs.pk}:0") == 1
    assert text(bobs) == "Annie is mine"


@pytest.fixture
def announced() -> Iterator[list[UUID]]:
    """Give the transcripts that are announced as edited, as they are."""
    ids: list[UUID] = []

    def note(**announcement: Any) -> None:
        ids.append(announcement["id"])

    transcript_edited.connect(note)
    yield ids
    transcript_edited.disconnect(note)


@pytest.mark.django_db(transaction=True)
def test_each_transcript_that_a_click_changes_is_announced_once(bedside: Device, announced: list[UUID]) -> None:
    first = write_transcript(bedside, "Is there house big, there it is")
    other = write_transcript(bedside, "There house is old. I like there, garden")
    edit(first, "Was there house big, there it was")
    assert announced == [first.pk]
    edit(first, "Was there house big, there it was")
    assert announced == [first.pk], "nothing was changed"
    correct(first, 1, 2, "their", f"{other.pk}:0", f"{other.pk}:6")
    assert announced[1:] == [first.pk, other.pk]
    undo_edits(bedside.user, batches(other)[0])
    assert sorted(announced[3:]) == sorted([first.pk, other.pk])
    undo_edits(bedside.user, batches(other)[0])
    assert len(announced) == 5, "it was undone before"


@pytest.mark.django_db(transaction=True)
def test_nothing_is_announced_before_it_is_written_or_where_it_is_not(bedside: Device, announced: list[UUID]) -> None:
    spoken = write_transcript(bedside, STONES)
    with transaction.atomic():
        edit(spoken, "Ask Amaryllis about the stones")
        assert announced == []
    assert announced == [spoken.pk]
    with transaction.atomic():
        edit(spoken, "Ask Annie about the stones")
        transaction.set_rollback(True)
    assert announced == [spoken.pk]
