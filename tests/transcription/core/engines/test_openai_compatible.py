"""Hearing by an endpoint, over real HTTP: what is sent, and what each of its errors means."""

import io
import time
import wave
from datetime import UTC, datetime

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.support.service import free_port
from tests.support.whisper_endpoint import KEY, SAID, Answer, Endpoint
from transcription.core import openai_client
from transcription.core.circuit_breaker import FIRST_REST_SECONDS as FIRST
from transcription.core.circuit_breaker import MAX_ASKED_SECONDS, CircuitBreaker, retry_after_seconds
from transcription.core.circuit_breaker import MAX_REST_SECONDS as MOST
from transcription.core.engines import openai_compatible
from transcription.core.engines.openai_compatible import OpenAICompatible
from transcription.core.engines.protocol import EngineFailure, EnginePermanent, EngineStumbled, EngineTransient, Options
from transcription.core.warnings.spans import doubtful_words
from transcription.core.words import joined
from transcription.error_text import sentence_of

Samples = NDArray[np.float32]
ENGLISH = Options(languages=("en",))


def engine_at(endpoint: Endpoint, model: str = "whisper-1") -> OpenAICompatible:
    return OpenAICompatible(endpoint.url, key=KEY, model=model)


def test_a_recording_is_sent_whole_with_what_is_known_of_it(endpoint: Endpoint, speech: Samples) -> None:
    options = Options(languages=("de",), hotwords=("Stillnote", "Zazen"))
    told = engine_at(endpoint, "large-v3").transcribe(speech, options)
    assert joined(told.words) == str(SAID["text"]).strip()
    (asked,) = endpoint.asked
    assert asked.key == f"Bearer {KEY}"
    assert asked.fields == {
        "model": ["large-v3"],
        "response_format": ["verbose_json"],
        "timestamp_granularities[]": ["word", "segment"],
        "language": ["de"],
        "prompt": ["Stillnote, Zazen"],
    }
    with wave.open(io.BytesIO(asked.sound)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (16_000, 1, 2)
        sent = np.frombuffer(sound.readframes(sound.getnframes()), "<i2") / 32767
    assert np.abs(sent - np.clip(speech, -1, 1)).max() < 1e-4


def test_among_several_languages_the_first_is_asked_for_where_none_of_them_is_heard(
    endpoint: Endpoint, speech: Samples
) -> None:
    endpoint.answers = [Answer(body=SAID | {"language": "welsh"}), Answer(body=SAID | {"language": "german"})]
    told = engine_at(endpoint).transcribe(speech, Options(languages=("de", "en")))
    assert told.language == "de"
    assert [asked.fields.get("language") for asked in endpoint.asked] == [None, ["de"]]


@pytest.mark.parametrize(
    ("answer", "marked"),
    [
        ({"text": "Untertitelung des ZDF, 2020", "language": "german"}, "Untertitelung des ZDF, 2020"),
        (
            {"text": "The quick brown fox jumps over the lazy dog. Subtitles by the Amara.org community"},
            " Subtitles by the Amara.org community",
        ),
        ({"text": "Thank you for watching!"}, "Thank you for watching!"),
        ({"text": "I will go home. " * 8}, ("I will go home. " * 8).strip()),
        (
            {
                "text": "Well, then.",
                "segments": [{"start": 0, "end": 2, "text": "Well, then.", "no_speech_prob": 0.9, "avg_logprob": -0.2}],
            },
            "Well, then.",
        ),
        ({"text": "word " * 100_000}, ("word " * 100_000).strip()),
    ],
)
def test_what_an_endpoint_writes_though_nobody_said_it_is_marked(
    endpoint: Endpoint, speech: Samples, answer: dict[str, object], marked: str
) -> None:
    endpoint.answers = [Answer(body=answer)]
    told = engine_at(endpoint).transcribe(speech, ENGLISH)
    assert joined(told.words) == str(answer["text"]).strip()
    assert joined([told.words[number] for number in sorted(doubtful_words(told.warnings))]) == marked


def test_names_that_an_endpoint_takes_from_the_prompt_do_not_count(endpoint: Endpoint, speech: Samples) -> None:
    with_names = {"text": "Hello Zazen wide world. It's Shivon. Goenka, Zazen"}
    endpoint.answers = [Answer(body=with_names), Answer(body={"text": "Hello wide world. It's Chivon."})]
    told = engine_at(endpoint).transcribe(speech, Options(languages=("en",), hotwords=("Shivon", "Zazen", "Goenka")))
    assert joined(told.words) == "Hello wide world. It's Shivon."
    assert [asked.fields.get("prompt") for asked in endpoint.asked] == [["Shivon, Zazen, Goenka"], None]


def test_where_nobody_speaks_nothing_is_sent_unless_a_person_says_so(endpoint: Endpoint, speech: Samples) -> None:
    silence = np.zeros(32_000, np.float32)
    assert engine_at(endpoint).transcribe(silence, ENGLISH).words == []
    assert engine_at(endpoint).transcribe(silence[:0], ENGLISH).words == []
    assert endpoint.asked == []
    assert engine_at(endpoint).transcribe(speech * np.float32(0.003), ENGLISH).words, "a whisper is speech"
    assert engine_at(endpoint).transcribe(silence, ENGLISH._replace(vad=False)).words


@pytest.mark.parametrize(
    ("answer", "error", "says"),
    [
        (Answer(401, {}), EngineTransient, "does not accept WHISPER_KEY (401)"),
        (Answer(404, {}), EngineTransient, "knows no model “whisper-1”"),
        (Answer(413, b"too large"), EnginePermanent, "no recordings of this size (413)"),
        (Answer(400, {"error": {"param": "file"}}), EnginePermanent, "cannot read this recording (400)"),
        (Answer(422, b"[]"), EnginePermanent, "cannot read this recording (422)"),
        (Answer(400, {"error": {"param": "response_format"}}), EngineTransient, "does not take our response_format"),
        (Answer(429, {}), EngineTransient, "asks for patience (429)"),
        (Answer(500, b"oops"), EngineStumbled, "failed (500); it is tried again"),
        (Answer(503, {}), EngineTransient, "is not there at the moment (503)"),
        (Answer(302, {}, {"Location": "http://127.0.0.1:1/elsewhere"}), EngineTransient, "answers with 302"),
        (Answer(200, b"<html>"), EngineStumbled, "what is no transcript"),
        (Answer(200, {"ok": True}), EngineStumbled, "what is no transcript"),
        (Answer(200, b"[" * 100_000), EngineStumbled, "what is no transcript"),
        (Answer(200, {"text": "word " * 1_000_000}), EngineStumbled, "what is no transcript"),
        (Answer(200, {"text": "", "segments": [{"text": "word " * 1_000_000}]}), EngineStumbled, "no transcript"),
        (Answer(200, {"text": "", "words": [{"word": "word"}] * 600_000}), EngineStumbled, "no transcript"),
    ],
)
def test_each_error_says_what_it_means_and_whether_to_try_again(
    answer: Answer, error: type[EngineFailure], says: str, endpoint: Endpoint, speech: Samples
) -> None:
    endpoint.answers = [answer]
    with pytest.raises(error) as refused:
        engine_at(endpoint).transcribe(speech, ENGLISH)
    sentence = sentence_of(refused.value.message)
    assert sentence.startswith("The machine at WHISPER_URL")
    assert says in sentence
    assert KEY not in f"{sentence} {refused.value}"
    assert "127.0.0.1" not in f"{sentence} {refused.value}"
    assert len(endpoint.asked) == 1


def test_an_endpoint_that_is_not_there(speech: Samples) -> None:
    with pytest.raises(EngineTransient) as failed:
        OpenAICompatible(f"http://127.0.0.1:{free_port()}/v1").transcribe(speech, ENGLISH)
    assert "cannot be reached" in sentence_of(failed.value.message)


def test_an_answer_that_does_not_come_or_does_not_end_is_not_waited_for(
    endpoint: Endpoint, speech: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openai_compatible, "ANSWER_SECONDS", 0.3)
    monkeypatch.setattr(openai_compatible, "ANSWER_SECONDS_PER_AUDIO_SECOND", 0.0)
    endpoint.answers = [Answer(after=3)]
    with pytest.raises(EngineStumbled) as failed:
        engine_at(endpoint).transcribe(speech, ENGLISH)
    assert "did not answer in time" in sentence_of(failed.value.message)
    monkeypatch.setattr(openai_compatible, "ANSWER_SECONDS", 60.0)
    monkeypatch.setattr(openai_compatible, "MAX_ANSWER_BYTES", 10)
    endpoint.answers = [Answer()]
    with pytest.raises(EngineStumbled) as failed:
        engine_at(endpoint).transcribe(speech, ENGLISH)
    assert "broke off" in sentence_of(failed.value.message)


def test_progress_is_told_while_an_answer_is_waited_for_and_ends_the_waiting(
    endpoint: Endpoint, speech: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(Exception):
        pass

    told: list[float] = []

    def progress() -> None:
        told.append(time.monotonic())
        if len(told) == 3:
            raise Stopped

    monkeypatch.setattr(openai_client, "LOOK_SECONDS", 0.05)
    endpoint.answers = [Answer(after=20)]
    begun = time.monotonic()
    with pytest.raises(Stopped):
        engine_at(endpoint).transcribe(speech, ENGLISH, progress)
    assert time.monotonic() - begun < 15


def test_an_endpoint_that_fails_is_asked_less_and_less_often_and_no_recording_is_blamed_for_it() -> None:
    breaker = CircuitBreaker()
    assert [breaker.blame() for _ in range(4)] == [None, None, 4 * FIRST, 8 * FIRST]
    breaker.close()
    assert not breaker.is_open
    pauses = [breaker.trip() for _ in range(30)]
    assert pauses[0] == FIRST
    assert pauses == sorted(pauses)
    assert pauses[-1] == MOST
    assert breaker.is_open
    breaker.close()
    assert breaker.trip() == FIRST
    assert breaker.blame() is None


def test_what_fails_too_often_in_a_row_is_blamed_on_the_endpoint(endpoint: Endpoint, speech: Samples) -> None:
    engine = engine_at(endpoint)
    kinds = []
    for _ in range(4):
        endpoint.answers = [Answer(500)]
        with pytest.raises(EngineFailure) as failed:
            engine.transcribe(speech, ENGLISH)
        kinds.append(type(failed.value))
    assert kinds == [EngineStumbled, EngineStumbled, EngineTransient, EngineTransient]
    assert engine.is_left_alone
    endpoint.answers = [Answer()]
    engine.transcribe(speech, ENGLISH)
    assert not engine.is_left_alone


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), ("0", 1.0), ("86400", MAX_ASKED_SECONDS), ("soon", FIRST), ("", FIRST), ("-3", FIRST)],
)
def test_what_an_endpoint_asks_for_is_heeded_within_reason(
    header: str, seconds: float, endpoint: Endpoint, speech: Samples
) -> None:
    endpoint.answers = [Answer(429, {}, {"Retry-After": header})]
    with pytest.raises(EngineTransient) as refused:
        engine_at(endpoint).transcribe(speech, ENGLISH._replace(vad=False))
    assert refused.value.after == seconds


def test_a_date_may_be_asked_for() -> None:
    now = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
    assert retry_after_seconds("Wed, 25 Nov 2026 04:01:30 GMT", now) == 90
    assert retry_after_seconds("Wed, 25 Nov 2026 03:00:00 GMT", now) == 0


def problem_of(engine: OpenAICompatible) -> str:
    """Return why nobody would be heard there, in a sentence."""
    problem = engine.problem()
    assert problem is not None
    return sentence_of(problem)


def test_it_can_be_asked_beforehand_whether_anybody_would_be_heard(endpoint: Endpoint) -> None:
    assert engine_at(endpoint).problem() is None
    assert "has no model “other”" in problem_of(engine_at(endpoint, "other"))
    assert "does not accept WHISPER_KEY" in problem_of(OpenAICompatible(endpoint.url, key="wrong"))
    endpoint.models = None  # not every server lists them
    assert engine_at(endpoint, "other").problem() is None
    away = OpenAICompatible(f"http://127.0.0.1:{free_port()}/v1", key=KEY)
    assert "does not answer (ConnectError)" in problem_of(away)
