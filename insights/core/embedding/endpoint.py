"""Another machine that gives vectors, by OpenAI's API: `POST …/embeddings`."""

import json
from collections.abc import Collection, Sequence
from http import HTTPStatus
from typing import Any

import numpy as np
from numpy.typing import NDArray

from insights.core.embedding.calibrated_embedder import CalibratedEmbedder
from insights.core.embedding.protocol import Unavailable, Vectors, unit
from transcription.core.circuit_breaker import CircuitBreaker
from transcription.core.messages import Parameter
from transcription.core.openai_client import NoAnswer, OpenAIClient

SILENCE_SECONDS = 60.0
"""How long any silence of it may last."""
WHOLE_SECONDS = 180.0
"""How long a whole answer may take: one that drips a byte now and then is never silent."""
BATCH_TEXTS = 64
"""Texts that are sent at once."""
MOST_BYTES = 64 * 1024**2
"""The largest answer that is read: 64 vectors of 4,000 numbers take six."""
DEFAULT_MODEL = "text-embedding-3-small"

REFUSALS: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: "key",
    HTTPStatus.FORBIDDEN: "key",
    HTTPStatus.NOT_FOUND: "no_model",
    HTTPStatus.TOO_MANY_REQUESTS: "busy",
}
"""Why it gives no vectors, by the status of its answer."""


class _NoVectors(Exception):
    """Why there are none, as a code. retry_after: the value of the answer's header."""

    def __init__(self, why: str, retry_after: str = "", **parameters: Parameter) -> None:
        super().__init__(why)
        self.parameters: dict[str, Parameter] = {"why": why, **parameters}
        self.retry_after = retry_after


class Endpoint(CalibratedEmbedder):
    """An endpoint and a model there. Neither its key nor what it is sent is ever logged or told."""

    languages: Collection[str] | None = None

    def __init__(self, url: str, *, key: str = "", model: str = DEFAULT_MODEL) -> None:
        self._client = OpenAIClient(url, key=key)
        self.model = f"{model[:60]} at {self.host}"[:100]
        self._asked_for = model
        self._breaker = CircuitBreaker()
        self._last_failure: dict[str, Parameter] = {}

    @property
    def host(self) -> str:
        """The host and port that are asked."""
        return self._client.host

    def embed_some(self, texts: Sequence[str]) -> Vectors:
        """Return a vector for each text (see Embedder). After a failure it is left alone for a while, for all."""
        if self._breaker.is_open:
            raise Unavailable("endpoint_waits", **self._last_failure)
        try:
            found = unit(self._all_vectors(texts))
        except _NoVectors as failure:
            self._last_failure = failure.parameters
            self._breaker.trip(failure.retry_after)
            raise Unavailable("endpoint_waits", **failure.parameters) from failure
        self._breaker.close()
        return found

    def _all_vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        batches = [self._vectors(texts[start : start + BATCH_TEXTS]) for start in range(0, len(texts), BATCH_TEXTS)]
        try:
            return np.concatenate(batches)
        except ValueError as error:
            raise _NoVectors("unequal_lengths") from error

    def _vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        # A text of nothing is an error to OpenAI's own.
        asked = {"model": self._asked_for, "input": [text or " " for text in texts], "encoding_format": "float"}
        try:
            answer = self._client.post(
                "embeddings",
                silence_seconds=SILENCE_SECONDS,
                whole_seconds=WHOLE_SECONDS,
                most_bytes=MOST_BYTES,
                json=asked,
            )
        except NoAnswer as error:
            raise _NoVectors(error.why) from error
        if answer.status != HTTPStatus.OK:
            retry_after = answer.headers.get("Retry-After", "")
            raise _NoVectors(REFUSALS.get(answer.status, "failed"), retry_after, status=answer.status)
        try:
            return _read(json.loads(answer.body), len(texts))
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise _NoVectors("no_vectors") from error


def _read(answer: Any, count: int) -> NDArray[np.float32]:
    """Return the vectors of an answer in the order of what was asked, shape (count, d). Raises ValueError, KeyError."""
    rows = sorted(answer["data"], key=lambda row: int(row["index"]))
    vectors = np.array([row["embedding"] for row in rows], dtype=np.float32)
    is_whole = [int(row["index"]) for row in rows] == list(range(count))
    if not is_whole or vectors.ndim != 2 or not vectors.shape[1] or not np.isfinite(vectors).all():  # noqa: PLR2004
        raise ValueError
    return vectors
