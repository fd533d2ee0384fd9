"""Somebody who corrects what was heard."""

from uuid import UUID

from transcription.models import Transcript
from transcription.services.edits import correct_word, edit_steps, edit_text
from transcription.services.occurrences import place_of_words


def edit(transcript: Transcript, text: str) -> int:
    return edit_text(transcript, text, by=transcript.memo.user)


def correct(transcript: Transcript, first: int, last: int, written: str, *also: str) -> int:
    at = place_of_words(transcript, first, last)
    assert at
    return correct_word(at, written, also, by=transcript.memo.user)


def text(transcript: Transcript) -> str:
    return "".join(piece.text for piece in Transcript.objects.get(pk=transcript.pk).pieces())


def batches(transcript: Transcript) -> list[UUID]:
    return [step.batch for step in edit_steps(transcript)]
