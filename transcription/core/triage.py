"""What is the matter with one recording that was not heard, and whether another try may go better."""

from enum import StrEnum
from typing import NamedTuple

from transcription.core.decoding.decode import ChildDied, Undecodable
from transcription.core.engines.protocol import EngineFailure, EnginePermanent, EngineTransient
from transcription.core.hearing import EngineStopped
from transcription.core.messages import Message

FAILURES = (Undecodable, ChildDied, EngineFailure)
"""All that decoding a recording and hearing it may raise of its own."""


class Retry(StrEnum):
    """Whether a recording is tried again. What is counted ends in quarantine; LATER is not counted."""

    NEVER = "never"
    DECODER_DEATH_COUNTED = "decoder_death_counted"
    LOST_CLAIM_COUNTED = "lost_claim_counted"
    LATER = "later"


class Verdict(NamedTuple):
    """message: what is the matter. after_seconds: until another try is worth it, where that is LATER."""

    message: Message
    retry: Retry
    after_seconds: float = 0.0


def triage(failure: Undecodable | ChildDied | EngineFailure, *, last_try: int = 0) -> Verdict:
    """Return what a failure means for its recording.

    last_try: the number of the try where none follows whatever the verdict, so that the message promises none.
    """
    match failure:
        case ChildDied():
            return Verdict(_of_dead_decoder(failure, last_try), Retry.DECODER_DEATH_COUNTED)
        case EngineStopped() if last_try:
            return Verdict(Message("engine_stopped_for_good", {"kind": failure.kind}), Retry.LOST_CLAIM_COUNTED)
        case EngineTransient():
            return Verdict(failure.message, Retry.LATER, failure.after)
        case Undecodable() | EnginePermanent():
            return Verdict(failure.message, Retry.NEVER)
        case _:
            return Verdict(failure.message, Retry.LOST_CLAIM_COUNTED)


def _of_dead_decoder(died: ChildDied, last_try: int) -> Message:
    if not last_try:
        return Message("reading_stopped", {"why": died.why})
    if last_try == 1:
        return died.message
    return Message("reading_stopped_often", {"times": last_try, "why": died.why})
