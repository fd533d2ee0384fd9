"""What programs read of a memo's words: as its person has them, and as they were heard."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from transcription.core.warnings.marks import spans_of
from transcription.models import State, Transcript

TOLD_STATES = {
    State.READY: "ready",
    State.NO_SPEECH: "no-speech",
    State.FAILED: "failed",
    State.QUARANTINED: "failed",
}
"""What programs are told of a state; the others are `waiting`."""


def words_of_memos(memos: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return what is told of the words of each memo that has a transcript: two queries, however many they are."""
    shown = Transcript.objects.current().filter(memo__in=memos).prefetch_related("edits")
    return {transcript.memo_id: _told_words(transcript) for transcript in shown}


def _told_words(transcript: Transcript) -> dict[str, Any]:
    marked = transcript.marked()
    return {
        "state": TOLD_STATES.get(State(transcript.state), "waiting"),
        "text": "".join(part.text for part in marked),
        "verbatim": transcript.text,
        "doubtful": spans_of(marked),
        "language": transcript.language,
        "seconds": transcript.audio_seconds,
    }
