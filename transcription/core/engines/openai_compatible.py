"""Another machine that listens, by OpenAI's API: `POST …/audio/transcriptions`."""

import asyncio
import io
import json
import wave
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from transcription.core.engines.circuit_breaker import SUBJECT, CircuitBreaker
from transcription.core.engines.languages import known_languages
from transcription.core.engines.openai_response import NoTranscript, parse_response
from transcription.core.engines.protocol import EnginePermanent, Heard, Options
from transcription.core.engines.vad import at_speech_level, find_voices
from transcription.core.words import SAMPLE_RATE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 120.0
"""How long a connection may take, and, from then on, the whole of the answer,"""
PER_AUDIO_SECOND = 2.0
"""and how much longer for each second of audio."""
LOOK_SECONDS = 1.0
"""How often it is told that the answer is still waited for."""
MOST_BYTES = 32 * 1024**2
"""The largest answer that is read; four hours of words take three."""
DEFAULT_MODEL = "whisper-1"
"""What OpenAI calls Whisper, and other servers take for their own model."""

STANDING = {
    HTTPStatus.UNAUTHORIZED: "does not accept WHISPER_KEY",
    HTTPStatus.FORBIDDEN: "does not accept WHISPER_KEY",
    HTTPStatus.NOT_FOUND: "knows no model “{model}”, or its API is elsewhere: the address mostly ends in /v1",
    HTTPStatus.TOO_MANY_REQUESTS: "asks for patience",
    HTTPStatus.BAD_GATEWAY: "is not there at the moment",
    HTTPStatus.SERVICE_UNAVAILABLE: "is not there at the moment",
    HTTPStatus.GATEWAY_TIMEOUT: "is not there at the moment",
}
"""What would be said to any recording, until somebody changes it."""
UNREADABLE = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, HTTPStatus.UNPROCESSABLE_ENTITY)
FIELDS = {"model", "response_format", "timestamp_granularities", "timestamp_granularities[]", "language", "prompt"}
"""What is sent beside the recording, by the names that an error may tell."""


class OpenAICompatible:
    """An endpoint and a model there. Neither its key nor its address is ever logged or told."""

    name = "openai-compatible"

    def __init__(self, url: str, *, key: str = "", model: str = DEFAULT_MODEL) -> None:
        self.model = model
        self.host = urlsplit(url).netloc.rpartition("@")[2]
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._patience = CircuitBreaker()

    @property
    def is_left_alone(self) -> bool:
        """Whether nobody would be heard there for now, so that no memo need be claimed for it."""
        return self._patience.is_over

    def transcribe(
        self, samples: "NDArray[np.float32]", options: Options, progress: Callable[[], None] = lambda: None
    ) -> Heard:
        """Have it written down (see Engine). What holds no voice is not sent.

        An endpoint cannot be told among which languages to choose: where it hears another one than is spoken, it is
        asked again, for the first of them.
        """
        spoken = known_languages(options.languages)
        if options.vad and not find_voices(at_speech_level(samples)):
            return Heard([], next(iter(spoken), ""), [])
        language = spoken[0] if len(spoken) == 1 else ""
        told = self._heard(samples, language, options, progress)
        if told.language and spoken and told.language not in spoken and not language:
            told = self._heard(samples, spoken[0], options, progress)
        return told._replace(language=told.language or next(iter(spoken), ""))

    def problem(self) -> str | None:
        """Return a sentence that says why nobody would be heard there now, or None where it answers."""
        try:
            answer = httpx.get(f"{self._url}/models", **self._settings(CONNECT_SECONDS))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return f"WHISPER_URL names {self.host}, which does not answer ({type(error).__name__})."
        if answer.status_code in {401, 403}:
            return f"{self.host} does not accept WHISPER_KEY."
        models = _ids(answer)
        if models and self.model not in models:
            return f"{self.host} answers, and has no model “{self.model}”: name one of its own in WHISPER_MODEL."
        return f"{self.host} answers with an error ({answer.status_code})." if answer.is_server_error else None

    def _heard(
        self, samples: "NDArray[np.float32]", language: str, options: Options, progress: Callable[[], None]
    ) -> Heard:
        seconds = len(samples) / SAMPLE_RATE
        fields: dict[str, Any] = {
            "model": self.model,
            "response_format": "verbose_json",
            "timestamp_granularities[]": ["word", "segment"],
        }
        fields |= {"language": language} if language else {}
        fields |= {"prompt": ", ".join(options.hotwords)} if options.hotwords else {}
        try:
            status, headers, body = self._asked(_wav(samples), fields, seconds, progress)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise self._patience.refused("cannot be reached") from error
        except (httpx.TimeoutException, TimeoutError) as error:
            raise self._patience.stumbled("did not answer in time") from error
        except httpx.HTTPError as error:
            raise self._patience.stumbled("broke off before it had answered") from error
        if status != httpx.codes.OK:
            raise refusal(status, headers, body, model=self.model, patience=self._patience)
        try:
            told = parse_response(json.loads(body), seconds)
        except (NoTranscript, ValueError, RecursionError) as error:
            raise self._patience.stumbled("answered with what is no transcript") from error
        self._patience.well()
        return told

    def _asked(
        self, sound: bytes, fields: dict[str, Any], seconds: float, progress: Callable[[], None]
    ) -> tuple[int, httpx.Headers, bytes]:
        """Send it, and tell of progress while the answer is waited for, outside of the event loop: it may write rows.

        Whatever progress raises, the request is given up with it.
        """
        allowed = ANSWER_SECONDS + PER_AUDIO_SECOND * seconds
        with asyncio.Runner() as runner:
            asked = runner.get_loop().create_task(self._post(sound, fields, allowed))
            while not asked.done():
                runner.run(_looked_after(asked))
                progress()
            return asked.result()

    async def _post(self, sound: bytes, fields: dict[str, Any], allowed: float) -> tuple[int, httpx.Headers, bytes]:
        files = {"file": ("memo.wav", sound, "audio/wav")}
        address, body = f"{self._url}/audio/transcriptions", bytearray()
        async with (
            asyncio.timeout(allowed),
            httpx.AsyncClient(**self._settings(allowed)) as client,
            client.stream("POST", address, data=fields, files=files) as answer,
        ):
            async for piece in answer.aiter_bytes():
                body += piece
                if len(body) > MOST_BYTES:
                    raise httpx.DecodingError("it does not end")
            return answer.status_code, answer.headers, bytes(body)

    def _settings(self, allowed: float) -> dict[str, Any]:
        """Return how to ask. Our settings alone say where recordings go: no proxy and no .netrc is looked for."""
        timeout = httpx.Timeout(allowed, connect=CONNECT_SECONDS)
        return {"headers": self._headers, "timeout": timeout, "trust_env": False}


async def _looked_after(asked: "asyncio.Task[Any]") -> None:
    await asyncio.wait({asked}, timeout=LOOK_SECONDS)


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


def refusal(status: int, headers: Mapping[str, str], body: bytes, *, model: str, patience: CircuitBreaker) -> Exception:
    """Return what to raise for an answer whose status is not 200. model: as it was asked for."""
    retry_after = headers.get("Retry-After", "")
    if status in STANDING:
        return patience.refused(f"{STANDING[HTTPStatus(status)].format(model=model)} ({status})", retry_after)
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return EnginePermanent(f"{SUBJECT} takes no recordings of this size ({status}).")
    if status in UNREADABLE and (field := _blamed(body)) in FIELDS:
        return patience.refused(f"does not take our {field}: name another WHISPER_MODEL ({status})")
    if status in UNREADABLE:
        return EnginePermanent(f"{SUBJECT} cannot read this recording ({status}).")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return patience.stumbled(f"failed ({status})")
    return patience.refused(f"answers with {status}, which is not understood: see WHISPER_URL", retry_after)


def _blamed(body: bytes) -> str:
    """Return the name of the field that an error of OpenAI's kind is about, or ""."""
    try:
        return str(json.loads(body)["error"]["param"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
