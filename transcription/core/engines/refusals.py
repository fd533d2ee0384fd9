"""Why an endpoint did not take a recording, and whether to try again: what each status means."""

import json
from collections.abc import Mapping
from http import HTTPStatus

from transcription.core.engines.circuit_breaker import SUBJECT, Patience
from transcription.core.engines.protocol import EnginePermanent

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


def refusal(status: int, headers: Mapping[str, str], body: bytes, *, model: str, patience: Patience) -> Exception:
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
