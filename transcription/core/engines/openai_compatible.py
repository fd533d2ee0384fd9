"""Another machine that listens, by OpenAI's API: `POST …/audio/transcriptions`."""

import io
import json
import wave
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import httpx

from transcription.core.circuit_breaker import CircuitBreaker
from transcription.core.engines.languages import known_languages
from transcription.core.engines.names import has_names, put_names, said_names
from transcription.core.engines.openai_response import NoTranscript, Told, parse_response
from transcription.core.engines.protocol import (
    EngineFailure,
    EnginePermanent,
    EngineStumbled,
    EngineTransient,
    Heard,
    Options,
)
from transcription.core.engines.vad import Speech, find_speech
from transcription.core.messages import Message
from transcription.core.openai_client import EndpointAnswer, NoAnswer, OpenAIClient
from transcription.core.warnings.hallucination import find_doubts
from transcription.core.words import SAMPLE_RATE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ANSWER_SECONDS = 120.0
"""How long the whole of an answer may take,"""
ANSWER_SECONDS_PER_AUDIO_SECOND = 2.0
"""and how much longer for each second of audio."""
MAX_ANSWER_BYTES = 32 * 1024**2
"""The largest answer that is read; four hours of words take three."""
DEFAULT_MODEL = "whisper-1"
"""What OpenAI calls Whisper, and other servers take for their own model."""

ENDPOINT = "endpoint_"
"""How the code of each message about the endpoint begins."""
STANDING = {
    HTTPStatus.UNAUTHORIZED: "key",
    HTTPStatus.FORBIDDEN: "key",
    HTTPStatus.NOT_FOUND: "no_model",
    HTTPStatus.TOO_MANY_REQUESTS: "busy",
    HTTPStatus.BAD_GATEWAY: "away",
    HTTPStatus.SERVICE_UNAVAILABLE: "away",
    HTTPStatus.GATEWAY_TIMEOUT: "away",
}
"""What would be said to any recording, until somebody changes it."""
UNREADABLE = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, HTTPStatus.UNPROCESSABLE_ENTITY)
FIELDS = {"model", "response_format", "timestamp_granularities", "timestamp_granularities[]", "language", "prompt"}
"""What is sent beside the recording, by the names that an error may tell."""


class OpenAICompatible:
    """An endpoint and a model there."""

    name = "openai-compatible"

    def __init__(self, url: str, *, key: str = "", model: str = DEFAULT_MODEL) -> None:
        self.model = model
        self._client = OpenAIClient(url, key=key)
        self._breaker = CircuitBreaker()

    @property
    def host(self) -> str:
        """The host and port that are asked."""
        return self._client.host

    @property
    def is_left_alone(self) -> bool:
        """Whether the circuit breaker is open: no memo need be claimed for this endpoint now."""
        return self._breaker.is_open

    def transcribe(
        self, samples: "NDArray[np.float32]", options: Options, progress: Callable[[], None] = lambda: None
    ) -> Heard:
        """Have the endpoint transcribe samples (see Engine). What holds no voice is not sent.

        An endpoint cannot be told among which languages to choose: where it hears another one than is spoken, it is
        asked again, for the first of them. Where it hears names out of the prompt, it is asked again without them.
        """
        spoken = known_languages(options.languages)
        speech = find_speech(samples, vad=options.vad)
        if options.vad and speech.is_still:
            return Heard([], next(iter(spoken), ""), [])

        def ask(language: str, names: Sequence[str]) -> Told:
            return self._ask(samples, speech, language, names, progress)

        language = spoken[0] if len(spoken) == 1 else ""
        told = ask(language, options.hotwords)
        if told.language and spoken and told.language not in spoken and not language:
            language = spoken[0]
            told = ask(language, options.hotwords)
        if has_names(told.words, options.hotwords):
            prompted, told = told.words, ask(language, ())
            names = said_names(told.words, prompted, options.hotwords, speech)
            told = Told(*put_names(told.words, told.segments, names), told.language)
        doubts = [str(doubt) for doubt in find_doubts(told.words, told.segments, speech)]
        return Heard(told.words, told.language or next(iter(spoken), ""), doubts)

    def problem(self) -> Message | None:
        """Return why nobody would be heard there now, or None where it answers."""
        try:
            answer = self._client.get("models")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Message("endpoint_silent", {"host": self.host, "kind": type(error).__name__})
        if answer.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            return Message("endpoint_refuses_key", {"host": self.host})
        models = _ids(answer)
        if models and self.model not in models:
            return Message("endpoint_lacks_model", {"host": self.host, "model": self.model})
        if answer.is_server_error:
            return Message("endpoint_errs", {"host": self.host, "status": answer.status_code})
        return None

    def _ask(
        self,
        samples: "NDArray[np.float32]",
        speech: Speech,
        language: str,
        names: Sequence[str],
        progress: Callable[[], None],
    ) -> Told:
        seconds = len(samples) / SAMPLE_RATE
        allowed = ANSWER_SECONDS + ANSWER_SECONDS_PER_AUDIO_SECOND * seconds
        fields: dict[str, Any] = {
            "model": self.model,
            "response_format": "verbose_json",
            "timestamp_granularities[]": ["word", "segment"],
        }
        fields |= {"language": language} if language else {}
        fields |= {"prompt": ", ".join(names)} if names else {}
        try:
            answer = self._client.post(
                "audio/transcriptions",
                silence_seconds=allowed,
                whole_seconds=allowed,
                most_bytes=MAX_ANSWER_BYTES,
                progress=progress,
                data=fields,
                files={"file": ("memo.wav", _wav(samples), "audio/wav")},
            )
        except NoAnswer as error:
            failed = self._endpoint_failed if error.why == "unreachable" else self._recording_failed
            raise failed(error.why) from error
        if answer.status != HTTPStatus.OK:
            raise self._refusal(answer)
        try:
            told = parse_response(json.loads(answer.body), seconds, speech.voiced)
        except (NoTranscript, ValueError, RecursionError) as error:
            raise self._recording_failed("no_transcript") from error
        self._breaker.close()
        return told

    def _refusal(self, answer: EndpointAnswer) -> EngineFailure:
        """Count an error answer, and return what to raise: each status says whether to try again."""
        status, retry_after = answer.status, answer.headers.get("Retry-After", "")
        if status in STANDING:
            why = STANDING[HTTPStatus(status)]
            about = {"model": self.model} if why == "no_model" else {}
            return self._endpoint_failed(why, retry_after, status=status, **about)
        if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return EnginePermanent(Message("endpoint_too_large", {"status": status}))
        if status in UNREADABLE and (field := _blamed_field(answer.body)) in FIELDS:
            return self._endpoint_failed("field", field=field, status=status)
        if status in UNREADABLE:
            return EnginePermanent(Message("endpoint_unreadable", {"status": status}))
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return self._recording_failed("failed", status=status)
        return self._endpoint_failed("not_understood", retry_after, status=status)

    def _endpoint_failed(self, why: str, retry_after: str = "", **about: str | int) -> EngineTransient:
        """Count a failure that no recording is to blame for, and return it."""
        return EngineTransient(Message("endpoint_waits", {"why": why, **about}), self._breaker.trip(retry_after))

    def _recording_failed(self, why: str, **about: str | int) -> EngineTransient | EngineStumbled:
        """Count a failure that the recording may be to blame for, unless there were too many, and return it."""
        seconds = self._breaker.blame()
        if seconds is None:
            return EngineStumbled(Message("endpoint_retries", {"why": why, **about}))
        return EngineTransient(Message("endpoint_waits", {"why": why, **about}), seconds)


def _wav(samples: "NDArray[np.float32]") -> bytes:
    """Return the samples as a WAV file of 16 bits, which every endpoint reads."""
    import numpy as np

    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, SAMPLE_RATE, len(samples), "NONE", ""))
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return out.getvalue()


def _ids(answer: httpx.Response) -> set[str]:
    """Return the models that an endpoint lists, or none: some do not tell."""
    try:
        return {str(model["id"]) for model in answer.json()["data"]}
    except (ValueError, TypeError, KeyError, RecursionError):
        return set()


def _blamed_field(body: bytes) -> str:
    """Return the name of the field that an error of OpenAI's kind is about, or ""."""
    try:
        return str(json.loads(body)["error"]["param"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
