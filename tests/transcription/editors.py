"""Somebody who corrects what was heard."""

from uuid import UUID

from transcription import services
from transcription.models import Transcript


def edit(transcript: Transcript, text: str) -> int:
    return services.edit_text(transcript, text, by=transcript.memo.user)


def correct(transcript: Transcript, first: int, last: int, written: str, *also: str) -> int:
    at = services.place(transcript, first, last)
    assert at
    return services.correct_word(at, written, also, by=transcript.memo.user)


def text(transcript: Transcript) -> str:
    return "".join(piece.text for piece in Transcript.objects.get(pk=transcript.pk).pieces())


def batches(transcript: Transcript) -> list[UUID]:
    return [step.batch for step in services.history(transcript)]
