"""Memos with words that may not have been said, written as people read them: "Water the roses. {Thank you.}"."""

from capture.models import Device
from insights.models import Idea
from insights.services.place_ideas import place_transcript
from tests.support.transcripts import write_transcript
from transcription.models import State, Transcript


def write_doubtful(device: Device, text: str, *, state: State = State.READY) -> Transcript:
    """Return the transcript of a memo; what stands in {braces} is doubtful."""
    doubts, is_open = [], False
    for number, token in enumerate(text.split()):
        if token.startswith("{"):
            first, is_open = number, True
        if token.endswith("}"):
            doubts.append(f"phantom[{first}:{number + 1}]")
            is_open = False
    assert not is_open
    transcript = write_transcript(device, text.replace("{", "").replace("}", ""))
    transcript.warnings, transcript.is_doubtful, transcript.state = doubts, bool(doubts), state
    transcript.save(update_fields=["warnings", "is_doubtful", "state"])
    return transcript


def place_doubtful(device: Device, *texts: str) -> list[Idea]:
    """Return the ideas of memos that were told one after the other, in order."""
    transcripts = [write_doubtful(device, text) for text in texts]
    for transcript in transcripts:
        place_transcript(transcript)
    return [idea for transcript in transcripts for idea in Idea.objects.filter(transcript=transcript).in_order()]
