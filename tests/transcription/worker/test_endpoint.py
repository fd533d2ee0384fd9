"""Memos that another machine hears: through the real claims, with an endpoint that has bad days."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from capture.models import Device, Memo
from config.ops.alert_text import alert_text
from config.ops.alerts import user_alerts
from tests.support.recordings import speak
from tests.support.whisper_endpoint import KEY, SAID, Answer, Endpoint, running
from transcription.core.engines.openai_compatible import OpenAICompatible
from transcription.error_text import sentence_of
from transcription.model_choice.registry import EnginePool, engine_finding, engine_problem
from transcription.models import State, Transcript
from transcription.services.jobs import retry_transcript
from transcription.worker.next_memo import transcribe_next
from transcription.worker.state import WorkerState


@pytest.fixture
def endpoint(worker: WorkerState, settings: Settings) -> Iterator[Endpoint]:
    """Return the endpoint that the settings name."""
    worker.engines = EnginePool()
    with running() as endpoint:
        settings.WHISPER_URL, settings.WHISPER_KEY, settings.WHISPER_MODEL = endpoint.url, KEY, "auto"
        yield endpoint


def the(memo: Memo) -> Transcript:
    return memo.transcripts.get()


def later(worker: WorkerState) -> None:
    """Let what waits be due, and the endpoint be asked again."""
    for endpoint in worker.engines.loaded():
        assert isinstance(endpoint, OpenAICompatible)
        endpoint._breaker._open_until = 0.0
    Transcript.objects.update(due=timezone.now())


def test_a_memo_is_heard_there(worker: WorkerState, endpoint: Endpoint, bedside: Device) -> None:
    memo = speak(bedside, "memo-002.ogg")
    assert engine_problem() is None
    assert transcribe_next(worker)
    transcript = the(memo)
    assert (transcript.state, transcript.text) == (State.READY, str(SAID["text"]).strip())
    assert (transcript.engine, transcript.model, transcript.language) == ("openai-compatible", "whisper-1", "en")
    assert endpoint.asked[0].key == f"Bearer {KEY}"


def test_while_it_refuses_all_memos_wait_and_the_pages_say_why(
    worker: WorkerState, endpoint: Endpoint, bedside: Device, alices: Client
) -> None:
    endpoint.answers = [Answer(401, {})]
    first, second = speak(bedside, "memo-001.ogg"), speak(bedside, "memo-002.ogg")
    assert transcribe_next(worker)
    assert not transcribe_next(worker), "the second one is not tried in vain"
    assert len(endpoint.asked) == 1
    assert [(the(memo).state, the(memo).lost_claims) for memo in (first, second)] == [(State.WAITING, 0)] * 2
    assert "does not accept WHISPER_KEY (401)" in sentence_of(the(first).error)
    (alert,) = user_alerts(bedside.user, timezone.now())
    assert "does not accept WHISPER_KEY" in alert_text(alert)
    for address in ("/", f"/memos/{second.pk}/"):
        assert "does not accept WHISPER_KEY" in alices.get(address).content.decode()
    assert the(first).due > the(second).due, "others are asked for before what may be to blame"
    later(worker)
    assert transcribe_next(worker)
    assert the(first).due - timezone.now() > timedelta(seconds=50), "it is asked less often each time"
    endpoint.answers = [Answer()]
    later(worker)
    assert transcribe_next(worker)
    assert transcribe_next(worker)
    assert {the(memo).state for memo in (first, second)} == {State.READY}
    assert user_alerts(bedside.user, timezone.now()) == []


def test_what_it_fails_on_holds_nothing_else_up(worker: WorkerState, endpoint: Endpoint, bedside: Device) -> None:
    endpoint.answers = [Answer(500), Answer()]
    bad, good = speak(bedside, "memo-001.ogg"), speak(bedside, "memo-002.ogg")
    assert transcribe_next(worker)
    assert transcribe_next(worker)
    assert (the(bad).state, the(bad).lost_claims) == (State.WAITING, 1)
    assert "failed (500)" in sentence_of(the(bad).error)
    assert the(good).state == State.READY


def test_what_it_cannot_take_is_left_alone_and_can_be_tried_again(
    worker: WorkerState, endpoint: Endpoint, bedside: Device
) -> None:
    endpoint.answers = [Answer(413), Answer()]
    memo = speak(bedside, "memo-001.ogg")
    assert transcribe_next(worker)
    assert the(memo).state == State.FAILED
    assert "no recordings of this size" in sentence_of(the(memo).error)
    retry_transcript(the(memo))
    assert transcribe_next(worker)
    assert the(memo).state == State.READY


def test_the_key_is_told_nowhere(
    worker: WorkerState, endpoint: Endpoint, bedside: Device, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    endpoint.answers = [Answer(401), Answer(500), Answer(200, b"no")]
    for number in (1, 2, 3):
        speak(bedside, f"memo-00{number}.ogg")
    for _ in range(3):
        transcribe_next(worker)
        later(worker)
    assert len(endpoint.asked) == 3
    assert KEY not in caplog.text
    assert not any(KEY in error for error in Transcript.objects.values_list("error", flat=True))
    assert KEY not in str(engine_finding())
