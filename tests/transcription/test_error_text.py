"""Each code has its sentence, and each sentence all that it tells of."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.message_codes import made_codes
from transcription.core.messages import Message, parse_message
from transcription.error_text import REASONS, SENTENCES, sentence_of

ROOM = Path(__file__).parents[2] / "transcription"


def codes() -> Iterator[str]:
    """Yield the codes of all messages that the room makes, but for those of modules that are given them."""
    given = [ROOM / "core" / name for name in ("messages.py", "download_lines.py", "download_record.py")]
    yield from made_codes(ROOM, {"Message", "progress"}, leave_out=given)


def test_every_code_has_a_sentence() -> None:
    assert set(codes()) - {*SENTENCES, *REASONS} == set()
    assert set(SENTENCES) - set(codes()) == set()


@pytest.mark.parametrize(
    "message",
    [
        Message("never_ended"),
        Message("engine_stopped", {"kind": "MemoryError"}),
        Message("requested_model_missing", {"name": "Übermodell “100 %s” {}"}),
        Message("endpoint_waits", {"why": "key", "status": 401}),
    ],
)
def test_what_is_stored_is_understood(message: Message) -> None:
    assert parse_message(str(message)) == message
    assert sentence_of(str(message)) == sentence_of(message) != str(message)


@pytest.mark.parametrize(
    ("stored", "sentence"),
    [
        ("too_long", "It holds more than the … hours of sound that are read."),
        ("reading_stopped {}", "Reading it was stopped: …."),
        (
            'endpoint_retries {"why": "key"}',
            "The machine at WHISPER_URL does not accept WHISPER_KEY (…); it is tried again.",
        ),
        ("busy", "asks for patience (…)"),
    ],
)
def test_a_value_that_is_not_stored_is_a_gap_in_its_sentence(stored: str, sentence: str) -> None:
    assert sentence_of(stored) == sentence


@pytest.mark.parametrize("stored", ["", "A sentence of former times.", "unsure[3:17]", "never_ended {", "no_such_code"])
def test_what_is_no_message_is_told_as_it_is(stored: str) -> None:
    assert sentence_of(stored) == stored
