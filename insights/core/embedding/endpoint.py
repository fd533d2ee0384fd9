"""Another machine that gives vectors, by OpenAI's API: `POST …/embeddings`."""

import json
from collections.abc import Collection, Sequence
from functools import cache
from http import HTTPStatus
from typing import Any

import numpy as np
from numpy.typing import NDArray

from insights.core.embedding.background import background, cosine_spread
from insights.core.embedding.protocol import Background, Unavailable, Vectors, unit
from insights.core.embedding.wordllama import default_embedder
from transcription.core.circuit_breaker import CircuitBreaker
from transcription.core.openai_client import NoAnswer, OpenAIClient

SUBJECT = "The machine at EMBEDDING_URL"
SILENCE_SECONDS = 60.0
"""How long any silence of it may last."""
BATCH_TEXTS = 64
"""Texts that are sent at once."""
MOST_BYTES = 64 * 1024**2
"""The largest answer that is read: 64 vectors of 4,000 numbers take six."""
DEFAULT_MODEL = "text-embedding-3-small"

SILENT = {
    "unreachable": "cannot be reached",
    "late": "did not answer in time",
    "broken_off": "broke off before it had answered",
}
REFUSALS: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: "does not accept EMBEDDING_KEY",
    HTTPStatus.FORBIDDEN: "does not accept EMBEDDING_KEY",
    HTTPStatus.NOT_FOUND: "knows no model of the name in EMBEDDING_MODEL, or its API is elsewhere: the address mostly "
    "ends in /v1",
    HTTPStatus.TOO_MANY_REQUESTS: "asks for patience",
}


class Endpoint:
    """An endpoint and a model there. Neither its key nor what it is sent is ever logged or told."""

    languages: Collection[str] | None = None

    def __init__(self, url: str, *, key: str = "", model: str = DEFAULT_MODEL) -> None:
        self._client = OpenAIClient(url, key=key)
        self.model = f"{model[:60]} at {self.host}"[:100]
        self._asked_for = model
        self._breaker = CircuitBreaker()
        self._why = ""

    @property
    def host(self) -> str:
        """The host and port that are asked."""
        return self._client.host

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return a vector for each text (see Embedder). After a failure it is left alone for a while, for all."""
        if not texts:
            return np.zeros((0, len(self.background().common)), dtype=np.float32)
        if self._breaker.is_open:
            raise Unavailable(self._why)
        try:
            batches = [self._vectors(texts[start : start + BATCH_TEXTS]) for start in range(0, len(texts), BATCH_TEXTS)]
            found = unit(np.concatenate(batches))
        except (Unavailable, ValueError) as error:
            why = str(error) if isinstance(error, Unavailable) else "answered with vectors of different lengths"
            self._why = f"{SUBJECT} {why}. Ideas wait for their topics; it is asked again from time to time."
            self._breaker.trip()
            raise Unavailable(self._why) from error
        self._breaker.close()
        return found

    @cache  # noqa: B019 - one embedder a process
    def background(self) -> Background:
        """Return what unrelated sentences are alike by (see Embedder)."""
        return background(self.embed, cosine_spread(default_embedder().embed))

    def rarity(self, words: Sequence[str]) -> list[float]:
        """Return how much each word says by itself, as the static vectors tell."""
        return default_embedder().rarity(words)

    def _vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        # A text of nothing is an error to OpenAI's own.
        asked = {"model": self._asked_for, "input": [text or " " for text in texts], "encoding_format": "float"}
        try:
            answer = self._client.post("embeddings", silence_seconds=SILENCE_SECONDS, most_bytes=MOST_BYTES, json=asked)
        except NoAnswer as error:
            raise Unavailable(SILENT[error.why]) from error
        if answer.status != HTTPStatus.OK:
            raise Unavailable(f"{REFUSALS.get(answer.status, 'failed')} ({answer.status})")
        try:
            return _read(json.loads(answer.body), len(texts))
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise Unavailable("answered with what are no vectors") from error


def _read(answer: Any, count: int) -> NDArray[np.float32]:
    """Return the vectors of an answer in the order of what was asked, shape (count, d). Raises ValueError, KeyError."""
    rows = sorted(answer["data"], key=lambda row: int(row["index"]))
    vectors = np.array([row["embedding"] for row in rows], dtype=np.float32)
    is_whole = [int(row["index"]) for row in rows] == list(range(count))
    if not is_whole or vectors.ndim != 2 or not vectors.shape[1] or not np.isfinite(vectors).all():  # noqa: PLR2004
        raise ValueError
    return vectors
