"""What transcripts said before errors became codes, they say after it, and their words are as they were."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError

from capture.models import Device
from tests.support.old_migrations import migrate_to, migrate_to_latest, taken_back_to
from tests.support.transcripts import write_transcript
from transcription.core.messages import parse_message
from transcription.error_text import sentence_of
from transcription.models import Transcript
from transcription.templatetags.errors import doubts

BEFORE = [("transcription", "0004_verbatim")]

ENDPOINT = "The machine at WHISPER_URL "
PREDICATES = [
    "cannot be reached",
    "did not answer in time",
    "broke off before it had answered",
    "answered with what is no transcript",
    "does not accept WHISPER_KEY (401)",
    "does not accept WHISPER_KEY (403)",
    "knows no model “whisper-1”, or its API is elsewhere: the address mostly ends in /v1 (404)",
    "knows no model “no (1) “such” %s”, or its API is elsewhere: the address mostly ends in /v1 (404)",
    "asks for patience (429)",
    "is not there at the moment (502)",
    "does not take our timestamp_granularities[]: name another WHISPER_MODEL (422)",
    "failed (500)",
    "answers with 302, which is not understood: see WHISPER_URL",
]
UNREADABLE = "It could not be read as audio: "
STORED = [
    "Its transcription was begun ten times and never ended. The recording is kept.",
    "The recording's file is missing.",
    "The recording cannot be fetched at the moment; it is tried again.",
    UNREADABLE + "what is in it is not what its first bytes announce.",
    UNREADABLE + "it is damaged, and breaks off before the list of where its sound lies.",
    UNREADABLE + "there is no sound in it.",
    UNREADABLE + "it has too few samples a second for speech.",
    UNREADABLE + "its sound is in a form that is not known here.",
    UNREADABLE + "that would take more memory than any recording does.",
    UNREADABLE + "that would take more time than any recording of its size does.",
    UNREADABLE + "it is damaged, and nothing of it could be read.",
    "It holds more than the 4 hours of sound that are read.",
    "It holds more than the 0.00139 hours of sound that are read.",
    "Reading it was stopped: the decoder died or took too long.",
    "Reading it was stopped: the decoder sent what none does.",
    "The engine stopped (MemoryError); it is tried again.",
    *(f"{ENDPOINT}{said}. Memos wait; it is asked again from time to time." for said in PREDICATES),
    *(f"{ENDPOINT}{said}; it is tried again." for said in PREDICATES),
    ENDPOINT + "takes no recordings of this size (413).",
    ENDPOINT + "cannot read this recording (400).",
    "The Whisper model cannot be loaded: its files are damaged, or the memory is too small for it.",
    "The model “large-v3” cannot be loaded: its files are damaged, or the memory is too small for it.",
    "The model “a/b” is not here. Type .venv/bin/python manage.py model a/b on this machine, and ask once more.",
]
"""Every sentence that the version before could store with a transcript."""
DAMAGE = [
    "damaged: 0.5 of 1.2 s could be read",
    "damaged: 18 of 60 s could be read",
    "damaged: its end is missing, 3 s could be read",
    "damaged: some parts are missing, 7 s could be read",
]
STRANGE = "Somebody wrote this by hand; nothing of it is known."


@pytest.fixture
def written(bedside: Device) -> list[Transcript]:
    """Write a transcript for each sentence, as they are written now."""
    return [write_transcript(bedside, f"words {number}") for number in range(len(STORED) + 1)]


@pytest.fixture
def then(written: list[Transcript]) -> Iterator[Any]:
    """Give the transcripts as they were kept at that time."""
    with taken_back_to(BEFORE) as models:
        yield models.get_model("transcription", "Transcript").objects


@pytest.mark.django_db(transaction=True)
def test_stored_sentences_become_codes_that_say_the_same_and_sentences_again(
    then: Any, written: list[Transcript]
) -> None:
    said = {}
    for number, (transcript, sentence) in enumerate(zip(written, [*STORED, STRANGE], strict=True)):
        then.filter(pk=transcript.pk).update(error=sentence, warnings=["unsure[0:1]", DAMAGE[number % len(DAMAGE)]])
        said[transcript.pk] = sentence
    before = {pk: (text, words) for pk, text, words in then.values_list("pk", "text", "words")}
    migrate_to_latest()
    for transcript in Transcript.objects.all():
        sentence = said[transcript.pk]
        assert (transcript.text, transcript.words) == before[transcript.pk]
        assert transcript.user_id == transcript.memo.user_id
        assert sentence_of(transcript.error) == sentence.replace(
            ". Memos wait;", ". Recordings wait;"
        )  # as it is called now
        assert (parse_message(transcript.error) is None) == (sentence == STRANGE)
        number = int(transcript.text.removeprefix("words "))
        assert doubts(transcript)[0].sentence == DAMAGE[number % len(DAMAGE)]
        assert transcript.warnings[0] == "unsure[0:1]"
        assert parse_message(transcript.warnings[1])
    with pytest.raises(DatabaseError, match="never rewritten"):
        Transcript.objects.update(text="rewritten")
    migrate_to(BEFORE)
    for pk, error, warnings, text, words in then.values_list("pk", "error", "warnings", "text", "words"):
        number = int(text.removeprefix("words "))
        assert error == said[pk]
        assert warnings == ["unsure[0:1]", DAMAGE[number % len(DAMAGE)]]
        assert (text, words) == before[pk]
