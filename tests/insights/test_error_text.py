"""Each code of insights has its sentence, and each sentence a code that is used."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from insights.error_text import REASONS, SENTENCES, describe_problem
from tests.support.message_codes import made_codes
from transcription.core.messages import Message

ROOM = Path(__file__).parents[2] / "insights"
SAYING = {
    *("Message", "Unavailable", "BadName", "TakenName", "Gone", "BadFolder", "NoAddress", "_NoVectors"),
    *("QuestionError", "EndpointRefused", "progress"),
}


def codes() -> Iterator[str]:
    """Yield the codes of all problems that the room makes, but for those of a connection and of a status."""
    yield from made_codes(ROOM, SAYING)


def test_every_code_has_a_sentence() -> None:
    assert set(codes()) - {*SENTENCES, *REASONS} == set()
    assert set(SENTENCES) - set(codes()) == set()


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        (
            Message("endpoint_waits", {"why": "key", "status": 401}),
            (
                "The machine at EMBEDDING_URL does not accept EMBEDDING_KEY (401). "
                "Ideas wait for their topics; it is asked again from time to time."
            ),
        ),
        (
            Message("topic_refused", {"name": "100 %s", "why": "name_too_long", "most": 120}),
            "100 %s: A topic's name has at most 120 characters.",
        ),
        (Message("no_notes", {"folder": "%(folder)s"}), "There are no Markdown notes (.md) in %(folder)s."),
    ],
)
def test_a_sentence_tells_what_the_message_holds(message: Message, sentence: str) -> None:
    assert describe_problem(message) == sentence
