"""One failure means one thing, whoever meets it."""

import pytest

from transcription.core.decoding.decode import ChildDied, Undecodable
from transcription.core.engines.protocol import EngineFailure, EnginePermanent, EngineStumbled, EngineTransient
from transcription.core.hearing import EngineStopped
from transcription.core.messages import Message
from transcription.core.triage import Retry, Verdict, triage
from transcription.error_text import sentence_of

STATUS = Message("endpoint_unreadable", {"status": 422})
WAITS = Message("endpoint_waits", {"why": "late"})
RETRIES = Message("endpoint_retries", {"why": "late"})
STOPPED = Message("engine_stopped", {"kind": "MemoryError"})
DIED = Message("reading_stopped", {"why": "decoder_died"})


@pytest.mark.parametrize(
    ("failure", "verdict"),
    [
        (Undecodable(Message("unreadable_time")), Verdict(Message("unreadable_time"), Retry.NEVER)),
        (EnginePermanent(STATUS), Verdict(STATUS, Retry.NEVER)),
        (ChildDied("decoder_died"), Verdict(DIED, Retry.DECODER_DEATH_COUNTED)),
        (EngineStumbled(RETRIES), Verdict(RETRIES, Retry.LOST_CLAIM_COUNTED)),
        (EngineStopped("MemoryError"), Verdict(STOPPED, Retry.LOST_CLAIM_COUNTED)),
        (EngineTransient(WAITS, 15.0), Verdict(WAITS, Retry.LATER, 15.0)),
    ],
)
def test_each_failure_says_what_is_the_matter_and_whether_to_try_again(
    failure: Undecodable | ChildDied | EngineFailure, verdict: Verdict
) -> None:
    assert triage(failure) == verdict


@pytest.mark.parametrize(
    ("failure", "tries", "sentence"),
    [
        (ChildDied("decoder_nonsense"), 1, "the decoder sent what none does"),
        (ChildDied("decoder_died"), 3, "Reading it was stopped 3 times: the decoder died or took too long."),
        (EngineStopped("MemoryError"), 1, "The engine stopped (MemoryError)."),
    ],
)
def test_after_the_last_try_no_other_is_promised(failure: ChildDied | EngineFailure, tries: int, sentence: str) -> None:
    verdict = triage(failure, last_try=tries)
    assert sentence_of(verdict.message) == sentence
    assert verdict.retry == triage(failure).retry
