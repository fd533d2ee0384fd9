"""A recording in another language than its user speaks is marked, and one tap has it heard in that."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from capture.models import Device, User
from tests.support.recordings import speak
from transcription.core.engines.protocol import Heard, Options
from transcription.core.words import Word
from transcription.models import Transcript
from transcription.services.retranscribe import request_retranscription
from transcription.worker.next_memo import transcribe_next
from transcription.worker.state import WorkerState

MISTAKEN = Heard([Word("Invented", 0.1, 0.4, 0.9)], "en", ['language_other {"heard": "de", "given": "en"}'])
RIGHT = Heard([Word("Wahr", 0.1, 0.4, 0.9)], "de", [])


@pytest.fixture
def asked(worker: WorkerState, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Give the languages that the engine was told, which hears German."""
    told: list[tuple[str, ...]] = []

    def transcribe(_self: object, _samples: object, options: Options, *_: object) -> Heard:
        told.append(options.languages)
        return RIGHT if options.languages == ("de",) else MISTAKEN

    monkeypatch.setattr(type(worker.engines.load()), "transcribe", transcribe)
    return told


def test_it_says_which_and_one_tap_has_it_heard_in_that(
    worker: WorkerState, alice: User, alices: Client, bedside: Device, asked: list[tuple[str, ...]]
) -> None:
    User.objects.filter(pk=alice.pk).update(languages="en")
    memo = speak(bedside, "memo-007.ogg")
    assert transcribe_next(worker)
    page = alices.get(f"/memos/{memo.pk}/").content.decode()
    assert "This sounds like German, and was heard as if it were English." in page
    assert '<input type="hidden" name="language" value="de"><button class="button">Hear it again in German<' in page
    assert alices.post(f"/jobs/{memo.pk}/again", {"language": "de"}).status_code == 302
    assert transcribe_next(worker)
    assert asked == [("en",), ("de",)]
    shown = Transcript.objects.current().get(memo=memo)
    assert (shown.text, shown.language, shown.asked_language, shown.other_language) == ("Wahr", "de", "de", "")
    assert "Hear it again in" not in alices.get(f"/memos/{memo.pk}/").content.decode()


def test_a_language_that_nobody_knows_is_none(
    worker: WorkerState, alices: Client, bedside: Device, asked: list[tuple[str, ...]]
) -> None:
    memo = speak(bedside, "memo-007.ogg")
    assert transcribe_next(worker)
    alices.post(f"/jobs/{memo.pk}/again", {"language": "klingon"})
    assert transcribe_next(worker)
    assert asked == [(), ()]


def test_what_was_heard_stays_as_it_was_in_the_table_that_was_remade(bedside: Device, worker: WorkerState) -> None:
    memo = speak(bedside, "memo-007.ogg")
    assert transcribe_next(worker)
    with pytest.raises(IntegrityError, match="never rewritten"), transaction.atomic():
        Transcript.objects.filter(memo=memo).update(text="rewritten")
    assert request_retranscription(memo, "", "de")
